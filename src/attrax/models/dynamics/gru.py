"""The gated recurrent unit."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.gated import AbstractGated, add_inputs, secant_slope
from attrax.models.initialization import all_uniform


class GRU(AbstractGated):
    r"""Gated recurrent unit, $z_t = u \odot z_{t-1} + (1 - u) \odot n$ with update gate u and candidate n.

    $n = \tanh(b + r \odot (W_n z_{t-1} + b_n) + C_n s_t)$ with the reset gate r, and
    $r, u = \sigma(W z_{t-1} + b + C s_t)$. States between -1 and 1 stay there, so use an `AffineObservation`.

    Args:
        W: Weights of the state, rows in the order reset, update, candidate.
        b: Offsets in the same order.
        b_n: Offset of the candidate behind the reset gate.
        C: Weights of the external inputs in the same order; it has no columns if there are no inputs.
        dt: Time step of the recording, in the unit of its times.

    Example:
        >>> import jax
        >>> cell = GRU.create(20, key=jax.random.key(0))
        >>> cell.step(jax.numpy.zeros(20)).shape
        (20,)

    References:
        Cho et al., Learning phrase representations using RNN encoder-decoder for statistical machine translation, EMNLP
        2014 [@cho2014].
    """

    W: Float[Array, "gates latent"]
    b: Float[Array, " gates"]
    b_n: Float[Array, " latent"]
    C: Float[Array, "gates input"]
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(cls, latent_dim: int, *, input_dim: int = 0, dt: float = 1.0, key: PRNGKeyArray) -> "GRU":
        r"""Create a cell with all parameters uniform in $\pm 1 / \sqrt{M}$.

        Args:
            latent_dim: Number M of units.
            input_dim: Number K of external inputs.
            dt: Time step of the recording, in the unit of its times.
            key: Random key.
        """
        shapes = (3 * latent_dim, latent_dim), (3 * latent_dim,), (latent_dim,), (3 * latent_dim, input_dim)
        W, b, b_n, C = all_uniform(shapes, latent_dim, key=key)
        return cls(W=W, b=b, b_n=b_n, C=C, dt=dt)

    @property
    def latent_dim(self) -> int:
        """Number M of units."""
        return self.W.shape[1]

    @property
    def input_dim(self) -> int:
        """Number K of external inputs."""
        return self.C.shape[1]

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """The weights of the state, and all offsets."""
        return self.W, self.b, self.b_n

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """One step of the map. Cost: O(M^2)."""
        _, update, drive = self._parts(z, s)
        candidate = jnp.tanh(drive)
        return candidate + update * (z - candidate)

    def secant(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> tuple[Float[Array, "latent latent"], Float[Array, "latent input"]]:
        r"""$M = \mathrm{diag}(u) + \mathrm{diag}((1 - u) \sigma_n r) W_n$, with $\sigma_n = n / \tanh^{-1} n$."""
        reset, update, drive = self._parts(z, s)
        gain = (1 - update) * secant_slope(drive)
        last = slice(2 * self.latent_dim, None)
        return jnp.diag(update) + (gain * reset)[:, None] * self.W[last], gain[:, None] * self.C[last]

    def _parts(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None
    ) -> tuple[Float[Array, " latent"], Float[Array, " latent"], Float[Array, " latent"]]:
        """The reset gate, the update gate, and the argument of the candidate."""
        M = self.latent_dim
        outside = add_inputs(self.b, self.C, s)
        inside = self.W @ z
        reset, update = jnp.split(jax.nn.sigmoid(outside[: 2 * M] + inside[: 2 * M]), 2)
        return reset, update, outside[2 * M :] + reset * (inside[2 * M :] + self.b_n)


SPEC = DynamicsSpec("GRU", GRU, free=27, readout=True, scan="stored")

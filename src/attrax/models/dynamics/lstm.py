"""The long short-term memory."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.gated import AbstractGated, add_inputs, secant_slope
from attrax.models.initialization import all_uniform


class LSTM(AbstractGated):
    r"""Long short-term memory with the latent state $z = (y, c)$.

    $c_t = f \odot c_{t-1} + i \odot g$ and $y_t = o \odot \tanh c_t$. The gates are
    $i, f, o = \sigma(W y_{t-1} + b + C s_t)$ and the candidate is $g = \tanh(W y_{t-1} + b + C s_t)$, each with its own
    rows of W, b and C. The outputs y stay between -1 and 1, so use an `AffineObservation`.

    Args:
        W: Weights of the output, rows in the order input, forget, candidate, output gate.
        b: Offsets in the same order.
        C: Weights of the external inputs in the same order; it has no columns if there are no inputs.
        dt: Time step of the recording, in the unit of its times.

    Example:
        >>> import jax
        >>> cell = LSTM.create(20, key=jax.random.key(0))
        >>> cell.step(jax.numpy.zeros(20)).shape
        (20,)

    References:
        Hochreiter & Schmidhuber, Long short-term memory, Neural Computation 1997 [@hochreiter1997].
    """

    W: Float[Array, "gates cell"]
    b: Float[Array, " gates"]
    C: Float[Array, "gates input"]
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(cls, latent_dim: int, *, input_dim: int = 0, dt: float = 1.0, key: PRNGKeyArray) -> "LSTM":
        r"""Create a cell of $H = M / 2$ units with all parameters uniform in $\pm 1 / \sqrt{H}$.

        Args:
            latent_dim: Number M of latent states, an even number: an output and a memory for each unit.
            input_dim: Number K of external inputs.
            dt: Time step of the recording, in the unit of its times.
            key: Random key.
        """
        H = latent_dim // 2
        shapes = (4 * H, H), (4 * H,), (4 * H, input_dim)
        W, b, C = all_uniform(shapes, H, key=key)
        return cls(W=W, b=b, C=C, dt=dt)

    @property
    def latent_dim(self) -> int:
        """Number M of latent states, two for each unit."""
        return 2 * self.W.shape[1]

    @property
    def input_dim(self) -> int:
        """Number K of external inputs."""
        return self.C.shape[1]

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """The weights of the output, and all offsets."""
        return self.W, self.b

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """One step of the map. Cost: O(M^2)."""
        y, c = jnp.split(z, 2)
        write, keep, candidate, show = jnp.split(add_inputs(self.W @ y + self.b, self.C, s), 4)
        c = jax.nn.sigmoid(keep) * c + jax.nn.sigmoid(write) * jnp.tanh(candidate)
        return jnp.concatenate([jax.nn.sigmoid(show) * jnp.tanh(c), c])

    def secant(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> tuple[Float[Array, "latent latent"], Float[Array, "latent input"]]:
        """The gates and the slopes of both tanh are held; the candidate row of W and C carries the relevance."""
        H = self.W.shape[1]
        y, c = jnp.split(z, 2)
        write, keep, candidate, show = jnp.split(add_inputs(self.W @ y + self.b, self.C, s), 4)
        write, keep, show = jax.nn.sigmoid(write), jax.nn.sigmoid(keep), jax.nn.sigmoid(show)
        gain, rows = write * secant_slope(candidate), slice(2 * H, 3 * H)
        shown = show * secant_slope(keep * c + write * jnp.tanh(candidate))
        to_memory = jnp.concatenate([gain[:, None] * self.W[rows], jnp.diag(keep)], axis=1)
        inputs = gain[:, None] * self.C[rows]
        return (
            jnp.concatenate([shown[:, None] * to_memory, to_memory]),
            jnp.concatenate([shown[:, None] * inputs, inputs]),
        )


SPEC = DynamicsSpec("LSTM", LSTM, free=37, readout=True, scan="stored", even=True)

"""Long expressive memory (LEM): a recurrent cell in which each unit has its own time scale."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.gated import AbstractGated, add_inputs, secant_slope
from attrax.models.initialization import all_uniform


class LongExpressiveMemory(AbstractGated):
    r"""Long expressive memory with the latent state $z = (y, m)$.

    $m_t = (1 - \tau) \odot m_{t-1} + \tau \odot \tanh(W_m y_{t-1} + b_m + C_m s_t)$
    $y_t = (1 - \bar\tau) \odot y_{t-1} + \bar\tau \odot \tanh(W_y m_t + b_y + C_y s_t)$

    The rates depend on the state, $\tau, \bar\tau = \Delta \, \sigma(W y_{t-1} + b + C s_t)$. The cell is a
    discretisation of two coupled differential equations. States stay between -1 and 1, so use an `AffineObservation`.

    Args:
        W: Weights of y, rows in the order rate of m, rate of y, drive of m.
        W_y: Weights of m in the drive of y.
        b: Offsets in the order rate of m, rate of y, drive of m, drive of y.
        C: Weights of the external inputs in the same order; it has no columns if there are no inputs.
        pace: The largest rate $\Delta$, above 0 and at most 1; lower it if a recording changes little in one step.
        dt: Time step of the recording, in the unit of its times.

    Example:
        >>> import jax
        >>> cell = LongExpressiveMemory.create(20, key=jax.random.key(0))
        >>> cell.step(jax.numpy.zeros(20)).shape
        (20,)

    References:
        Rusch, Mishra, Erichson & Mahoney, Long expressive memory for sequence modeling, ICLR 2022 [@rusch2022].
    """

    W: Float[Array, "gates cell"]
    W_y: Float[Array, "cell cell"]
    b: Float[Array, " drives"]
    C: Float[Array, "drives input"]
    pace: float = eqx.field(static=True, default=1.0)
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(
        cls, latent_dim: int, *, input_dim: int = 0, dt: float = 1.0, key: PRNGKeyArray
    ) -> "LongExpressiveMemory":
        r"""Create a cell of $H = M / 2$ units with all parameters uniform in $\pm 1 / \sqrt{H}$.

        Args:
            latent_dim: Number M of latent states, an even number: y and m for each unit.
            input_dim: Number K of external inputs.
            dt: Time step of the recording, in the unit of its times.
            key: Random key.
        """
        H = latent_dim // 2
        shapes = (3 * H, H), (H, H), (4 * H,), (4 * H, input_dim)
        W, W_y, b, C = all_uniform(shapes, H, key=key)
        return cls(W=W, W_y=W_y, b=b, C=C, dt=dt)

    @property
    def latent_dim(self) -> int:
        """Number M of latent states, two for each unit."""
        return 2 * self.W_y.shape[0]

    @property
    def input_dim(self) -> int:
        """Number K of external inputs."""
        return self.C.shape[1]

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """The weights of the state, and all offsets."""
        return self.W, self.W_y, self.b

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """One step of the map. Cost: O(M^2)."""
        y, m = jnp.split(z, 2)
        *outside, drive_y = jnp.split(add_inputs(self.b, self.C, s), 4)
        rate_m, rate_y, drive_m = jnp.split(jnp.concatenate(outside) + self.W @ y, 3)
        m = _relaxed(m, self.pace * jax.nn.sigmoid(rate_m), drive_m)
        y = _relaxed(y, self.pace * jax.nn.sigmoid(rate_y), drive_y + self.W_y @ m)
        return jnp.concatenate([y, m])

    def secant(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> tuple[Float[Array, "latent latent"], Float[Array, "latent input"]]:
        """The rates and the slopes of both tanh are held; the drives carry the relevance."""
        H = self.W_y.shape[0]
        y, m = jnp.split(z, 2)
        *outside, drive_y = jnp.split(add_inputs(self.b, self.C, s), 4)
        rate_m, rate_y, drive_m = jnp.split(jnp.concatenate(outside) + self.W @ y, 3)
        rate_m, rate_y = self.pace * jax.nn.sigmoid(rate_m), self.pace * jax.nn.sigmoid(rate_y)
        drive_y = drive_y + self.W_y @ _relaxed(m, rate_m, drive_m)
        gain_m, gain_y = rate_m * secant_slope(drive_m), rate_y * secant_slope(drive_y)
        to_m = jnp.concatenate([gain_m[:, None] * self.W[2 * H :], jnp.diag(1 - rate_m)], axis=1)
        input_m = gain_m[:, None] * self.C[2 * H : 3 * H]
        kept = jnp.concatenate([jnp.diag(1 - rate_y), jnp.zeros((H, H), y.dtype)], axis=1)
        to_y = kept + gain_y[:, None] * (self.W_y @ to_m)
        input_y = gain_y[:, None] * (self.C[3 * H :] + self.W_y @ input_m)
        return jnp.concatenate([to_y, to_m]), jnp.concatenate([input_y, input_m])


def _relaxed(
    state: Float[Array, " cell"], rate: Float[Array, " cell"], drive: Float[Array, " cell"]
) -> Float[Array, " cell"]:
    """The state after relaxing by the fraction `rate` towards the tanh of its drive."""
    return state + rate * (jnp.tanh(drive) - state)


SPEC = DynamicsSpec("long expressive memory", LongExpressiveMemory, free=37, readout=True, scan="stored", even=True)

"""Sparse teacher forcing: the state is replaced by the data at regular intervals."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int
from pydantic import Field

from attrax.core.dynamics import AbstractDynamics
from attrax.core.spec import Settings
from attrax.train.forcing import AbstractForcing, ForcingSpec


class Sparse(AbstractForcing):
    r"""Sparse teacher forcing: the state is replaced by the data every `tau` steps and runs freely in between.

    Args:
        tau: Forcing interval in steps. A good value is the predictability time $\ln 2 / (\lambda_{\max} \Delta t)$ with
            the largest Lyapunov exponent $\lambda_{\max}$ and the time step $\Delta t$.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.train import Sparse
        >>> forcing = Sparse(3)
        >>> forcing.gain(jnp.arange(7), 1, forcing.init())[:, 0].tolist()
        [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0]

    References:
        Mikhaeil, Monfared & Durstewitz, On the difficulty of learning chaotic dynamics with RNNs, NeurIPS 2022
        [@mikhaeil2022].
    """

    tau: int = eqx.field(static=True)

    def init(self) -> None:
        """Return None: this forcing has no state."""

    def gain(self, t: Int[Array, " time"], n: int, state: None) -> Float[Array, "time forced"]:
        """Gain 1 at multiples of `tau`, 0 at other steps."""
        del state
        return jnp.broadcast_to((t % self.tau == 0).astype(float)[:, None], (len(t), n))

    def update(self, state: None, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> None:
        """Do nothing: this forcing does not adapt."""
        del state, dynamics, z_hat

    def alpha(self, state: None) -> Float[Array, ""]:
        """The fraction of steps that are forced, `1 / tau`."""
        del state
        return jnp.asarray(1 / self.tau)


class SparseSettings(Settings):
    """Settings of sparse teacher forcing."""

    tau: int = Field(default=25, ge=1, description="Forcing interval in steps.")


SPEC = ForcingSpec(
    "sparse forcing",
    Sparse,
    SparseSettings,
    create=lambda settings: Sparse(settings.tau),
    describe=lambda settings: f"sparse forcing every {settings.tau} steps",
)

"""Generalized teacher forcing: a pull of constant strength at every step [@hess2023]."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int
from pydantic import Field

from attrax.core.dynamics import AbstractDynamics
from attrax.core.spec import Settings
from attrax.train.forcing import MAP_ROWS_PER_CYCLE, AbstractForcing, ForcingSpec


class Generalized(AbstractForcing):
    r"""Generalized teacher forcing: $\tilde z = (1 - \alpha) z + \alpha \bar z$ at every step.

    Jacobian products shrink by $(1 - \alpha)^{t - r}$; with $\alpha \ge 1 - 1/\sigma_{\max}$ they stay bounded.

    Args:
        strength: Forcing strength alpha: 0 free running, 1 one-step prediction. Typical 0.05 to 0.3; raise it when the
            loss explodes, lower it when forecasts are good but the free run is not.

    References:
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023].
    """

    strength: float = eqx.field(static=True)

    def init(self) -> None:
        """No state."""

    def gain(self, t: Int[Array, " time"], n: int, state: None) -> Float[Array, "time forced"]:
        """The same share at every step."""
        del state
        return jnp.full((len(t), n), self.strength)

    def update(self, state: None, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> None:
        """Nothing changes."""
        del state, dynamics, z_hat

    def alpha(self, state: None) -> Float[Array, ""]:
        """The fixed strength."""
        del state
        return jnp.asarray(self.strength)


class GeneralizedSettings(Settings):
    """What can be set of generalized teacher forcing."""

    alpha: float = Field(default=0.125, ge=0, le=1, description="Forcing strength: 0 free running, 1 one step ahead.")


def _default_for(rows_per_cycle: float) -> dict[str, Any] | None:
    return {} if rows_per_cycle >= MAP_ROWS_PER_CYCLE else None


SPEC = ForcingSpec(
    "GTF",
    Generalized,
    GeneralizedSettings,
    create=lambda settings: Generalized(settings.alpha),
    describe=lambda settings: f"GTF alpha {settings.alpha:g}",
    default_for=_default_for,
)

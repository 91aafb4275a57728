"""Generalized teacher forcing (GTF): a correction of constant strength at every step."""

from typing import Annotated, Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int
from pydantic import Field

from attrax.core.dynamics import AbstractDynamics
from attrax.core.spec import Settings
from attrax.train.forcing import MAP_ROWS_PER_CYCLE, AbstractForcing, ForcingSpec


class Generalized(AbstractForcing):
    r"""Generalized teacher forcing: $\tilde z = (1 - \alpha) z + \alpha \bar z$ at every step.

    Here z is the state of the model and $\bar z$ the state implied by the data. Products of Jacobians from step r to t
    shrink by $(1 - \alpha)^{t - r}$. They stay bounded if $\alpha \ge 1 - 1/\sigma_{\max}$, where $\sigma_{\max}$ is
    the largest singular value of the Jacobians.

    Args:
        strength: Forcing strength $\alpha$: 0 is free running, 1 one-step prediction. Typical values are 0.05 to 0.3.
            Raise it if the loss explodes; lower it if forecasts are good but free runs are not.

    Example:
        >>> from attrax.train import Generalized
        >>> forcing = Generalized(0.125)
        >>> float(forcing.alpha(forcing.init()))
        0.125

    References:
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023].
    """

    strength: float = eqx.field(static=True)

    def init(self) -> Float[Array, ""]:
        """The strength. It is part of the state so that replicas of one training can have different strengths."""
        return jnp.asarray(self.strength, float)

    def gain(self, t: Int[Array, " time"], n: int, state: Float[Array, ""]) -> Float[Array, "time forced"]:
        """The same gain at every step."""
        return jnp.broadcast_to(state, (len(t), n))

    def update(
        self, state: Float[Array, ""], dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]
    ) -> Float[Array, ""]:
        """Keep the strength: this forcing does not adapt."""
        del dynamics, z_hat
        return state

    def alpha(self, state: Float[Array, ""]) -> Float[Array, ""]:
        """The constant strength."""
        return state


class GeneralizedSettings(Settings):
    """Settings of generalized teacher forcing."""

    alpha: float = Field(
        default=0.125, ge=0, le=1, description="Forcing strength: 0 is free running, 1 one-step prediction."
    )
    alternatives: tuple[Annotated[float, Field(ge=0, le=1)], ...] = Field(
        default=(), description="Other strengths: the restarts use alpha and these in turn, and the best model is kept."
    )


def _default_for(rows_per_cycle: float) -> dict[str, Any] | None:
    return {} if rows_per_cycle >= MAP_ROWS_PER_CYCLE else None


SPEC = ForcingSpec(
    "GTF",
    Generalized,
    GeneralizedSettings,
    create=lambda settings: Generalized(settings.alpha),
    describe=lambda settings: f"GTF alpha {' and '.join(f'{a:g}' for a in (settings.alpha, *settings.alternatives))}",
    default_for=_default_for,
)

"""Adaptive generalized teacher forcing: the pull follows the expansion of the map [@hess2023]."""

from typing import Annotated, Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int
from pydantic import AfterValidator, Field

from attrax.core.dynamics import AbstractDynamics
from attrax.core.spec import Settings
from attrax.registries import ESTIMATORS
from attrax.train.forcing import MAP_ROWS_PER_CYCLE, AbstractForcing, AlphaEstimator, ForcingSpec


class Adapted(NamedTuple):
    """How far an adaptive forcing has got.

    Attributes:
        alpha: Its strength.
        updates: How often it has been updated.
    """

    alpha: Float[Array, ""]
    updates: Int[Array, ""]


@jax.custom_batching.custom_vmap
def _anywhere(due: Bool[Array, ""]) -> Bool[Array, ""]:
    """Whether something is due, and with replicas side by side, whether it is for any of them.

    They are always in step. But where each brings a condition of its own, compiled code goes both ways at every update.
    """
    return due


@_anywhere.def_vmap
def _anywhere_in_batch(size: int, batched: list[bool], due: Bool[Array, " batch"]) -> tuple[Bool[Array, ""], bool]:
    del size, batched
    return due.any(), False


class Adaptive(AbstractForcing):
    r"""Adaptive generalized teacher forcing: alpha follows the expansion of the current map.

    Every `every` updates, $\alpha' = \max(0, 1 - 1/\kappa)$ with $\kappa$ the estimated growth along the data. A larger
    alpha is taken at once, a smaller one approached as $\alpha \leftarrow (1 - \gamma) \alpha' + \gamma \alpha$.

    Args:
        estimator: Growth $\kappa$ as a function of the map and the states implied by the data (`train/estimators`).
        decay: Averaging factor gamma for a falling alpha. Nearer to 1 is slower.
        every: Updates between two estimates.
        initial: Alpha before the first estimate.

    References:
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023], Algorithm 1.
    """

    estimator: AlphaEstimator = eqx.field(static=True)
    decay: float = eqx.field(static=True, default=0.999)
    every: int = eqx.field(static=True, default=5)
    initial: float = eqx.field(static=True, default=1.0)

    def init(self) -> Adapted:
        """The initial alpha."""
        return Adapted(jnp.asarray(self.initial, jnp.float32), jnp.zeros((), jnp.int32))

    def gain(self, t: Int[Array, " time"], n: int, state: Adapted) -> Float[Array, "time forced"]:
        """The current alpha at every step."""
        return jnp.broadcast_to(state.alpha, (len(t), n))

    def update(self, state: Adapted, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Adapted:
        """A new estimate, if it is time for one."""

        def estimate(alpha: Float[Array, ""]) -> Float[Array, ""]:
            kappa = self.estimator(dynamics, z_hat)
            wanted = jnp.clip(1 - 1 / kappa, 0, 1).astype(alpha.dtype)
            smoothed = (1 - self.decay) * wanted + self.decay * alpha
            return jnp.where(jnp.isnan(wanted), alpha, jnp.maximum(wanted, smoothed))

        due = _anywhere(state.updates % self.every == 0)
        return Adapted(jax.lax.cond(due, estimate, lambda alpha: alpha, state.alpha), state.updates + 1)

    def alpha(self, state: Adapted) -> Float[Array, ""]:
        """The current alpha."""
        return state.alpha


class AdaptiveSettings(Settings):
    """What can be set of adaptive generalized teacher forcing."""

    estimator: Annotated[str, AfterValidator(ESTIMATORS.checked)] = Field(
        default="arithmetic_mean", description="Estimate of the growth of errors."
    )
    decay: float = Field(
        default=0.999, ge=0, le=1, description="Averaging factor of a falling alpha; nearer to 1 is slower."
    )
    every: int = Field(default=5, ge=1, description="Updates between two estimates.")
    initial: float = Field(default=1.0, ge=0, le=1, description="Alpha before the first estimate.")


def _create(settings: AdaptiveSettings) -> Adaptive:
    estimator = ESTIMATORS.spec(settings.estimator).implementation
    return Adaptive(estimator, settings.decay, settings.every, settings.initial)


def _default_for(rows_per_cycle: float) -> dict[str, Any] | None:
    # States of a map drift apart by far more in a step than any fixed alpha foresees.
    return {"estimator": "product_upper_bound"} if rows_per_cycle < MAP_ROWS_PER_CYCLE else None


SPEC = ForcingSpec(
    "adaptive GTF",
    Adaptive,
    AdaptiveSettings,
    create=_create,
    describe=lambda settings: f"adaptive GTF ({settings.estimator})",
    default_for=_default_for,
)

"""Adaptive generalized teacher forcing: the strength follows the growth of errors under the map."""

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
    """The state of an adaptive forcing.

    Attributes:
        alpha: The current strength.
        updates: Number of updates so far.
    """

    alpha: Float[Array, ""]
    updates: Int[Array, ""]


@jax.custom_batching.custom_vmap
def _anywhere(due: Bool[Array, ""]) -> Bool[Array, ""]:
    """Whether an estimate is due; under `vmap`, whether it is due for any replica.

    All replicas are at the same step. But with one condition per replica, `lax.cond` under `vmap` would compute both
    branches at every update; with one common condition it computes only one.
    """
    return due


@_anywhere.def_vmap
def _anywhere_in_batch(size: int, batched: list[bool], due: Bool[Array, " batch"]) -> tuple[Bool[Array, ""], bool]:
    del size, batched
    return due.any(), False


class Adaptive(AbstractForcing):
    r"""Adaptive generalized teacher forcing: the strength $\alpha$ follows the growth of errors under the current map.

    Every `every` updates, $\alpha' = \max(0, 1 - 1/\kappa)$ with the growth $\kappa$ estimated along the data. A larger
    value is used at once; a smaller one is approached slowly, $\alpha \leftarrow (1 - \gamma) \alpha' + \gamma \alpha$.

    Args:
        estimator: Function that estimates $\kappa$ from the map and the states implied by the data; see
            `attrax.train.estimators`.
        decay: Averaging factor $\gamma$ for a falling alpha, between 0 and 1. Values nearer to 1 are slower.
        every: Number of updates between two estimates.
        initial: The value of alpha before the first estimate.

    Example:
        >>> from attrax.train import Adaptive
        >>> from attrax.train.estimators.arithmetic_mean import arithmetic_mean
        >>> forcing = Adaptive(arithmetic_mean)
        >>> float(forcing.alpha(forcing.init()))
        1.0

    References:
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023], Algorithm 1.
    """

    estimator: AlphaEstimator = eqx.field(static=True)
    decay: float = eqx.field(static=True, default=0.999)
    every: int = eqx.field(static=True, default=5)
    initial: float = eqx.field(static=True, default=1.0)

    def init(self) -> Adapted:
        """The state with the initial alpha."""
        return Adapted(jnp.asarray(self.initial, jnp.float32), jnp.zeros((), jnp.int32))

    def gain(self, t: Int[Array, " time"], n: int, state: Adapted) -> Float[Array, "time forced"]:
        """The current alpha at every step."""
        return jnp.broadcast_to(state.alpha, (len(t), n))

    def update(self, state: Adapted, dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Adapted:
        """Estimate alpha anew every `every` updates; otherwise only count the update."""

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
    """Settings of adaptive generalized teacher forcing."""

    estimator: Annotated[str, AfterValidator(ESTIMATORS.checked)] = Field(
        default="arithmetic_mean", description="Method that estimates the growth of errors."
    )
    decay: float = Field(
        default=0.999, ge=0, le=1, description="Averaging factor of a falling alpha; values nearer to 1 are slower."
    )
    every: int = Field(default=5, ge=1, description="Number of updates between two estimates.")
    initial: float = Field(default=1.0, ge=0, le=1, description="Alpha before the first estimate.")


def _create(settings: AdaptiveSettings) -> Adaptive:
    estimator = ESTIMATORS.spec(settings.estimator).implementation
    return Adaptive(estimator, settings.decay, settings.every, settings.initial)


def _default_for(rows_per_cycle: float) -> dict[str, Any] | None:
    # In one step of a map, nearby states separate too much for a typical constant alpha.
    return {"estimator": "product_upper_bound"} if rows_per_cycle < MAP_ROWS_PER_CYCLE else None


SPEC = ForcingSpec(
    "adaptive GTF",
    Adaptive,
    AdaptiveSettings,
    create=_create,
    describe=lambda settings: f"adaptive GTF ({settings.estimator})",
    default_for=_default_for,
)

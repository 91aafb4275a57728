"""The condition penalty: it keeps the loadings of an observation well conditioned, so that they can be inverted."""

from typing import Any, cast

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.spec import Settings
from attrax.models.model import Model
from attrax.models.observations.affine import AffineObservation
from attrax.train.penalty import AbstractPenalty, PenaltySpec


class ConditionPenalty(AbstractPenalty):
    r"""$\lambda (1 - s_{\max} / s_{\min})^2$ with the singular values s of the loadings B of an affine observation.

    It keeps the pseudo-inverse of B, and therefore the forcing signal, well conditioned.

    Args:
        weight: The factor $\lambda$, typically 1e-7 to 1e-6.

    Example:
        >>> from attrax.models import AffineObservation, ClippedShallowPLRNN, LinearStart
        >>> import jax
        >>> from attrax.core import Scaling
        >>> seen = AffineObservation(jnp.diag(jnp.array([2.0, 1.0])))
        >>> dynamics = ClippedShallowPLRNN.create(2, 5, key=jax.random.key(0))
        >>> model = Model(dynamics, seen, LinearStart(jnp.zeros((0, 2))), Scaling.identity(2), ("x", "y"))
        >>> round(float(ConditionPenalty(0.5)(model, None, jax.random.key(0))), 3)
        0.5

    References:
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023].
    """

    weight: float = eqx.field(static=True)

    def __call__(self, model: Model, batch: Any, key: PRNGKeyArray) -> Float[Array, ""]:
        """The penalty of `model.observation`."""
        del batch, key
        values = jnp.linalg.svd(cast(AffineObservation, model.observation).B, compute_uv=False)
        return self.weight * (1 - values[0] / values[-1]) ** 2


class ConditionPenaltySettings(Settings):
    """Settings of the condition penalty."""

    strength: float = Field(default=1e-7, ge=0, description="Factor of the penalty, typically 1e-7 to 1e-6.")


SPEC = PenaltySpec(
    "condition penalty",
    ConditionPenalty,
    ConditionPenaltySettings,
    create=lambda settings: ConditionPenalty(settings.strength),
    on_loadings=True,
)

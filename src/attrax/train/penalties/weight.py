"""The penalty on weights: it pulls a network towards the identity map, which keeps every state."""

from typing import Any, cast

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.spec import Settings
from attrax.models.model import Model
from attrax.models.network import AbstractNetwork
from attrax.train.penalty import AbstractPenalty, PenaltySpec


class WeightPenalty(AbstractPenalty):
    r"""$\lambda \bigl(\lVert 1 - A \rVert^2 + \sum \lVert W \rVert^2 + \sum \lVert h \rVert^2\bigr)$ of a network.

    The diagonal A is pulled to 1 (a state keeps its value), all other weights W and offsets h to 0. Gated cells have no
    A. Weights of external inputs are not penalised.

    Args:
        weight: The factor $\lambda$, typically 0 to 1e-4.

    Example:
        >>> WeightPenalty(1e-5).weight
        1e-05
    """

    weight: float = eqx.field(static=True)

    def __call__(self, model: Model, batch: Any, key: PRNGKeyArray) -> Float[Array, ""]:
        """The penalty of `model.dynamics`."""
        del batch, key
        f = cast(AbstractNetwork, model.dynamics)
        others = sum(jnp.sum(p**2) for p in f.weights)
        return self.weight * (jnp.sum((1 - f.memory) ** 2) + others)


class WeightPenaltySettings(Settings):
    """Settings of the penalty on weights."""

    strength: float = Field(default=1e-5, ge=0, description="Factor of the penalty, typically 0 to 1e-4.")


SPEC = PenaltySpec(
    "penalty on weights", WeightPenalty, WeightPenaltySettings, create=lambda settings: WeightPenalty(settings.strength)
)

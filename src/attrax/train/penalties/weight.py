"""The penalty on weights: memory is the default, everything else must earn its place."""

from typing import cast

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float
from pydantic import Field

from attrax.core.spec import Settings
from attrax.models.model import Model
from attrax.models.network import AbstractNetwork
from attrax.train.penalty import PenaltySpec


class WeightPenalty(eqx.Module):
    r"""$\lambda \bigl(\lVert 1 - A \rVert^2 + \sum \lVert W \rVert^2 + \sum \lVert h \rVert^2\bigr)$ of a network.

    Memory is the default (A is pulled to 1), everything else must earn its place. Gated cells have no A.

    Args:
        weight: Lambda; 0 to 1e-4.
    """

    weight: float = eqx.field(static=True)

    def __call__(self, model: Model) -> Float[Array, ""]:
        """The penalty of `model.dynamics`."""
        f = cast(AbstractNetwork, model.dynamics)
        others = sum(jnp.sum(p**2) for p in f.weights)
        return self.weight * (jnp.sum((1 - f.memory) ** 2) + others)


class WeightPenaltySettings(Settings):
    """What can be set of the penalty on weights."""

    strength: float = Field(default=1e-5, ge=0, description="Factor of the penalty; 0 to 1e-4.")


SPEC = PenaltySpec(
    "penalty on weights", WeightPenalty, WeightPenaltySettings, create=lambda settings: WeightPenalty(settings.strength)
)

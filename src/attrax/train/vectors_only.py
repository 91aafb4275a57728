"""Vectors only: an objective that learns where subjects stand, and nothing else."""

from typing import Any

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.models.hierarchical_model import HierarchicalModel
from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts
from attrax.train.window_batches import Batch


class VectorsOnly(AbstractObjective):
    """An objective of a hierarchical model that only its subject vectors are to lower; everything else is held.

    Args:
        objective: The objective.
    """

    objective: AbstractObjective

    def init(self) -> Any:
        """The state of the objective."""
        return self.objective.init()

    def __call__(
        self, model: HierarchicalModel, batch: Batch, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The value of the objective, whose gradient reaches the vectors alone."""
        held = jax.lax.stop_gradient(model)
        return self.objective(eqx.tree_at(lambda m: m.vectors, held, model.vectors), batch, state, key)

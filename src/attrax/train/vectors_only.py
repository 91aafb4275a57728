"""An objective that trains only the feature vectors of the subjects of a hierarchical model."""

from typing import Any

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.models.hierarchical_model import HierarchicalModel
from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts
from attrax.train.window_batches import Batch


class VectorsOnly(AbstractObjective):
    """An objective whose gradient reaches only the subject vectors of a hierarchical model; the rest stays fixed.

    Args:
        objective: The objective to minimise.

    Example:
        >>> from attrax.train import Generalized, SubjectForcing
        >>> VectorsOnly(SubjectForcing(Generalized(0.1), warmup=5)).objective.warmup
        5
    """

    objective: AbstractObjective

    def init(self) -> Any:
        """The initial state of the wrapped objective."""
        return self.objective.init()

    def __call__(
        self, model: HierarchicalModel, batch: Batch, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The value of the objective; only the subject vectors have a nonzero gradient."""
        held = jax.lax.stop_gradient(model)
        return self.objective(eqx.tree_at(lambda m: m.vectors, held, model.vectors), batch, state, key)

"""An objective with penalties on the model."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts
from attrax.train.penalty import AbstractPenalty


class Penalised(AbstractObjective):
    r"""A loss with penalties, $L + \sum_i P_i$. Only the loss L is recorded in the history.

    Args:
        objective: The loss L.
        penalties: The penalties $P_i$.

    Example:
        >>> from attrax.train import Generalized, TeacherForcing, WeightPenalty
        >>> len(Penalised(TeacherForcing(Generalized(0.1)), (WeightPenalty(1e-5),)).penalties)
        1
    """

    objective: AbstractObjective
    penalties: tuple[AbstractPenalty, ...]

    def init(self) -> Any:
        """The initial state of the loss."""
        return self.objective.init()

    def __call__(
        self, model: PyTree, batch: Any, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The sum of loss and penalties."""
        value, (state, facts) = self.objective(model, batch, state, key)
        penalty = jnp.zeros((), value.dtype)
        for i, term in enumerate(self.penalties):
            penalty = penalty + term(model, batch, jax.random.fold_in(key, i))
        return value + penalty, (state, {"loss": value, **facts})

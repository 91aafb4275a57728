"""Penalised: an objective with penalties on the model."""

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts


class Penalised(AbstractObjective):
    r"""$L + \sum_i P_i(\theta)$; the loss L alone is recorded.

    Args:
        objective: What gives L.
        penalties: Functions of the model.
    """

    objective: AbstractObjective
    penalties: tuple[Callable[[PyTree], Float[Array, ""]], ...]

    def init(self) -> Any:
        """The state of the objective."""
        return self.objective.init()

    def __call__(
        self, model: PyTree, batch: Any, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The sum."""
        value, (state, facts) = self.objective(model, batch, state, key)
        penalty = sum((p(model) for p in self.penalties), start=jnp.zeros((), value.dtype))
        return value + penalty, (state, {"loss": value, **facts})

"""The contract of meta-training: a model is judged by what it becomes after a few steps on each task."""

from abc import abstractmethod
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from attrax.core.errors import ConfigError
from attrax.meta.inner_descent import descended
from attrax.meta.task_batches import TaskBatch
from attrax.optimise import AbstractObjective
from attrax.optimise.objective import Facts


class AbstractMetaObjective(AbstractObjective):
    """An objective over tasks, on top of an objective within each task.

    Its batches are of the kind `TaskBatch`. Its value is a mean over the tasks. The recorded `loss` is that of the
    adapted models on the query batches, `before` that of the model itself.

    For developers: implement `pulled`. The steps and the losses are computed here, because they are the same in all
    methods.
    """

    objective: eqx.AbstractVar[AbstractObjective]
    steps: eqx.AbstractVar[int]
    rate: eqx.AbstractVar[float]

    def __check_init__(self) -> None:
        """Raises ConfigError C611 for no step or a rate that is not positive."""
        if self.steps < 1 or self.rate <= 0:
            raise ConfigError(
                "C611",
                "a plan that cannot be carried out",
                where=f"steps={self.steps}, rate={self.rate}",
                why="a model adapts to a task by so many steps of gradient descent with this learning rate",
                fix="steps of at least 1 and a positive rate",
            )

    @abstractmethod
    def pulled(self, model: PyTree, batch: TaskBatch, key: PRNGKeyArray) -> tuple[Float[Array, ""], Float[Array, ""]]:
        """The value whose gradient trains the model, and the loss of the adapted model on the query batch.

        Args:
            model: The model before it adapts.
            batch: A single task, without the axis of tasks.
            key: Random key of this task.
        """

    def init(self) -> None:
        """Nothing is kept: in every task, the state of the objective begins anew."""

    def __call__(
        self, model: PyTree, batch: TaskBatch, state: None, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[None, Facts]]:
        """The mean value over the tasks of a batch."""
        params, static = eqx.partition(model, eqx.is_inexact_array)
        count = len(jax.tree.leaves(batch.query)[0])

        def of_task(batch: TaskBatch, key: PRNGKeyArray) -> tuple[Array, Array, Array]:
            model = eqx.combine(params, static)
            return (*self.pulled(model, batch, key), self.queried(model, batch, key))

        value, loss, before = jax.tree.map(jnp.mean, jax.vmap(of_task)(batch, jax.random.split(key, count)))
        return value, (state, {"loss": loss, "before": before})

    def adapted(self, model: PyTree, batch: TaskBatch, key: PRNGKeyArray) -> PyTree:
        """The model after the steps on the support batches of a task; it can be differentiated."""
        return descended(model, self.objective, batch.support, steps=self.steps, rate=self.rate, key=key)

    def queried(self, model: PyTree, batch: TaskBatch, key: PRNGKeyArray) -> Float[Array, ""]:
        """The loss of a model on the query batch of a task."""
        value: Any = self.objective(model, batch.query, self.objective.init(), jax.random.fold_in(key, self.steps))[0]
        return value

"""Batches of tasks: each is a recording or a system of a family, with rows to adapt to and other rows to predict."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray

from attrax.core.errors import ConfigError
from attrax.optimise import AbstractBatches


class TaskBatch(NamedTuple):
    """A batch of tasks. Every array has a leading axis of tasks.

    Attributes:
        support: The batches that the model adapts to. After the axis of tasks, every array has an axis of batches: step
            i of the adaptation uses batch i, and begins again with the first one when they are used up.
        query: The batch on which the adapted model is judged.

    Example:
        >>> batch = TaskBatch(support=jnp.zeros((4, 1, 50, 2)), query=jnp.zeros((4, 50, 2)))
        >>> batch.support.shape
        (4, 1, 50, 2)
    """

    support: Any
    query: Any


class Tasks(AbstractBatches):
    """Tasks drawn from a family without replacement; the rows to adapt to and those to predict are drawn separately.

    Args:
        family: The batches of all recordings or systems of the family, stacked along the leading axis of every array;
            `Tasks.of` does that.
        size: Number of tasks in each update. More tasks give less noisy gradients and cost proportionally more.
        batches: Number of batches that the model adapts to. One for all steps is usual for MAML; as many as there are
            steps give `Reptile` a new one in each.

    Example:
        >>> import numpy as np
        >>> from attrax.optimise import Minibatches
        >>> x = np.linspace(-1, 1, 20)
        >>> family = [Minibatches((x, slope * x), size=5) for slope in (1.0, 2.0, 3.0)]
        >>> batch = Tasks.of(family, size=2).draw(jax.random.key(0), jnp.asarray(0))
        >>> batch.support[0].shape, batch.query[0].shape
        ((2, 1, 5), (2, 5))
    """

    family: AbstractBatches
    size: int = eqx.field(static=True)
    batches: int = eqx.field(static=True, default=1)

    @classmethod
    def of(cls, family: Sequence[AbstractBatches], *, size: int, batches: int = 1) -> "Tasks":
        """Tasks from separate batches, one for each recording or system.

        Args:
            family: The batches, all of one kind and with arrays of equal shapes.
            size: Number of tasks in each update, at most the number of batches.
            batches: Number of batches that the model adapts to.

        Raises: ConfigError C618 if the batches cannot be stacked, or are fewer than `size`.
        """
        _check(family, size)
        static = eqx.partition(family[0], eqx.is_array)[1]
        arrays = [eqx.filter(source, eqx.is_array) for source in family]
        return cls(eqx.combine(jax.tree.map(lambda *leaves: jnp.stack(leaves), *arrays), static), size, batches)

    def draw(self, key: PRNGKeyArray, step: Int[Array, ""]) -> TaskBatch:
        """Draw `size` different tasks, and the batches of each."""
        k_task, k_support, k_query = jax.random.split(key, 3)
        arrays, static = eqx.partition(self.family, eqx.is_array)
        count = len(jax.tree.leaves(arrays)[0])
        tasks = jax.random.permutation(k_task, count)[: self.size]

        def of_task(task: Int[Array, ""], k_support: PRNGKeyArray, k_query: PRNGKeyArray) -> TaskBatch:
            source = eqx.combine(jax.tree.map(lambda leaf: leaf[task], arrays), static)
            support = jax.vmap(lambda key: source.draw(key, step))(jax.random.split(k_support, self.batches))
            return TaskBatch(support, source.draw(k_query, step))

        return jax.vmap(of_task)(tasks, jax.random.split(k_support, self.size), jax.random.split(k_query, self.size))


def _check(family: Sequence[AbstractBatches], size: int) -> None:
    kinds = {(jax.tree.structure(source), *(leaf.shape for leaf in jax.tree.leaves(source))) for source in family}
    if 1 <= size <= len(family) and len(kinds) == 1:
        return
    raise ConfigError(
        "C618",
        "a family that cannot be drawn from",
        where=f"{len(family)} batches, {size} of them in each update, of {len(kinds)} kinds of contents or shapes",
        why="all tasks of an update are computed side by side, and no task is drawn twice",
        fix="batches of one kind with arrays of equal shapes (`WindowBatches.cut_each` makes them), at least `size`",
    )

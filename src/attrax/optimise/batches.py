"""Batches: what an objective is computed on, drawn anew for every update."""

from abc import abstractmethod
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree


class AbstractBatches(eqx.Module):
    """A source of batches.

    For developers: `draw` runs inside compiled code, so it returns arrays whose shapes are the same for every key and
    step. The data themselves are fields, so that another recording of the same shape needs no new compilation.
    """

    @abstractmethod
    def draw(self, key: PRNGKeyArray, step: Int[Array, ""]) -> Any:
        """The batch of an update.

        Args:
            key: Random key of this update alone.
            step: Number of updates done before.
        """


class FixedBatch(AbstractBatches):
    """The same batch for every update: all examples at once, as in gradient descent without the "stochastic".

    Args:
        batch: Arrays.
    """

    batch: PyTree[Array] = eqx.field(converter=lambda batch: jax.tree.map(jnp.asarray, batch))

    def draw(self, key: PRNGKeyArray, step: Int[Array, ""]) -> PyTree[Array]:
        """The batch."""
        del key, step
        return self.batch


class Minibatches(AbstractBatches):
    """Examples drawn at random, each as often as any other, with replacement.

    Args:
        examples: Arrays whose leading axis counts the examples: inputs and targets, transitions, pairs of samples.
        size: Examples in a batch. Larger batches have less noise in their gradient and cost proportionally more.

    Example:
        >>> batches = Minibatches((np.arange(9.0), np.arange(9.0) ** 2), size=2)
        >>> x, y = batches.draw(jax.random.key(0), jnp.asarray(0))
        >>> x.shape, bool((y == x**2).all())
        ((2,), True)
    """

    examples: PyTree[Array] = eqx.field(converter=lambda examples: jax.tree.map(jnp.asarray, examples))
    size: int = eqx.field(static=True)

    def draw(self, key: PRNGKeyArray, step: Int[Array, ""]) -> PyTree[Array]:
        """So many examples."""
        del step
        count = len(jax.tree.leaves(self.examples)[0])
        rows = jax.random.randint(key, (self.size,), 0, count)
        return jax.tree.map(lambda array: array[rows], self.examples)


class UniformPoints(AbstractBatches):
    """Points drawn uniformly from a box: where the residual of a differential equation is to vanish.

    Args:
        low: Least coordinates.
        high: Greatest coordinates.
        size: Points in a batch.
    """

    low: Float[Array, " axis"] = eqx.field(converter=lambda value: _float32(value))
    high: Float[Array, " axis"] = eqx.field(converter=lambda value: _float32(value))
    size: int = eqx.field(static=True)

    def draw(self, key: PRNGKeyArray, step: Int[Array, ""]) -> Float[Array, "point axis"]:
        """So many points."""
        del step
        return jax.random.uniform(key, (self.size, len(self.low)), self.low.dtype, self.low, self.high)


def _float32(value: Any) -> Float[Array, " axis"]:
    return jnp.asarray(np.atleast_1d(value), jnp.float32)

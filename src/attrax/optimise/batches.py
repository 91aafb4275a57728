"""Batches: the data that an objective is computed on, drawn at random for each update."""

from abc import abstractmethod
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree


class AbstractBatches(eqx.Module):
    """A source of batches.

    For developers: `draw` runs inside compiled code, so the shapes of its arrays must not depend on key or step. Store
    the data in fields; then another recording of the same shape needs no new compilation.

    Example:
        >>> class Noise(AbstractBatches):
        ...     def draw(self, key, step):
        ...         return jax.random.normal(key, (8,))
        >>> Noise().draw(jax.random.key(0), jnp.asarray(0)).shape
        (8,)
    """

    @abstractmethod
    def draw(self, key: PRNGKeyArray, step: Int[Array, ""]) -> Any:
        """Draw the batch of one update.

        Args:
            key: Random key of this update.
            step: Number of updates done before this one.
        """


class FixedBatch(AbstractBatches):
    """The same batch for every update: full-batch gradient descent.

    Args:
        batch: A pytree of arrays with all examples.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> from attrax.optimise import FixedBatch
        >>> FixedBatch(jnp.arange(3)).draw(jax.random.key(0), jnp.array(7)).tolist()
        [0, 1, 2]
    """

    batch: PyTree[Array] = eqx.field(converter=lambda batch: jax.tree.map(jnp.asarray, batch))

    def draw(self, key: PRNGKeyArray, step: Int[Array, ""]) -> PyTree[Array]:
        """Return the fixed batch."""
        del key, step
        return self.batch


class Minibatches(AbstractBatches):
    """Minibatches of examples, drawn uniformly with replacement.

    Args:
        examples: A pytree of arrays, one example per entry of the leading axis: inputs and targets, transitions, pairs
            of samples.
        size: Number of examples in a batch. Larger batches give less noisy gradients and cost proportionally more.

    Example:
        >>> batches = Minibatches((np.arange(9.0), np.arange(9.0) ** 2), size=2)
        >>> x, y = batches.draw(jax.random.key(0), jnp.asarray(0))
        >>> x.shape, bool((y == x**2).all())
        ((2,), True)
    """

    examples: PyTree[Array] = eqx.field(converter=lambda examples: jax.tree.map(jnp.asarray, examples))
    size: int = eqx.field(static=True)

    def draw(self, key: PRNGKeyArray, step: Int[Array, ""]) -> PyTree[Array]:
        """Draw `size` random examples."""
        del step
        count = len(jax.tree.leaves(self.examples)[0])
        rows = jax.random.randint(key, (self.size,), 0, count)
        return jax.tree.map(lambda array: array[rows], self.examples)


class UniformPoints(AbstractBatches):
    """Points drawn uniformly from a box, for example to evaluate the residual of a differential equation.

    Args:
        low: Lower corner of the box, one number per coordinate.
        high: Upper corner of the box.
        size: Number of points in a batch.

    Example:
        >>> points = UniformPoints([0.0, 0.0], [1.0, 2.0], size=5)
        >>> points.draw(jax.random.key(0), jnp.asarray(0)).shape
        (5, 2)
    """

    low: Float[Array, " axis"] = eqx.field(converter=lambda value: _float32(value))
    high: Float[Array, " axis"] = eqx.field(converter=lambda value: _float32(value))
    size: int = eqx.field(static=True)

    def draw(self, key: PRNGKeyArray, step: Int[Array, ""]) -> Float[Array, "point axis"]:
        """Draw `size` random points."""
        del step
        return jax.random.uniform(key, (self.size, len(self.low)), self.low.dtype, self.low, self.high)


def _float32(value: Any) -> Float[Array, " axis"]:
    return jnp.asarray(np.atleast_1d(value), jnp.float32)

"""Objectives: the functions that training minimises."""

from abc import abstractmethod
from typing import Any

import equinox as eqx
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

Facts = dict[str, Float[Array, ""]]
"""Numbers to record in addition to the value of the objective, by name."""


class AbstractObjective(eqx.Module):
    """A function of a model and a batch that training minimises. It may have a state that changes between updates.

    For developers: `model` can be any pytree; `fit` differentiates the value with respect to its float arrays.
    Quantities that adapt without gradients, such as a forcing strength, belong into the state; compute them behind
    `jax.lax.stop_gradient`. If the facts contain a number called `loss`, it is recorded instead of the value.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> class Distance(AbstractObjective):
        ...     def init(self):
        ...         return None
        ...     def __call__(self, model, batch, state, key):
        ...         return (model - batch) ** 2, (state, {})
        >>> value, (state, facts) = Distance()(jnp.asarray(0.0), jnp.asarray(2.0), None, jax.random.key(0))
        >>> float(value)
        4.0
    """

    @abstractmethod
    def init(self) -> Any:
        """The state before the first update: a pytree of arrays, or None if nothing adapts."""

    @abstractmethod
    def __call__(
        self, model: PyTree, batch: Any, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """Compute the value for a batch.

        Args:
            model: A single model; stacked replicas are handled by the training loop.
            batch: One batch, as returned by `AbstractBatches.draw`.
            state: The state returned by `init` or by the previous call.
            key: Random key of this update.

        Returns: The value, the next state, and facts to record.
        """

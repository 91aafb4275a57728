"""Objective: what training minimises."""

from abc import abstractmethod
from typing import Any

import equinox as eqx
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

Facts = dict[str, Float[Array, ""]]
"""Numbers to record beside the value, by name."""


class AbstractObjective(eqx.Module):
    """A function of a model and a batch, to be minimised, with a state of its own that may adapt.

    For developers: any pytree will do as `model`; `fit` differentiates the value with respect to its float arrays. What
    the objective is to learn by other means than this gradient belongs into the state, behind a
    `jax.lax.stop_gradient`. A number in the facts that is called `loss` is recorded in place of the value.
    """

    @abstractmethod
    def init(self) -> Any:
        """The state before the first update: arrays, or None if nothing adapts."""

    @abstractmethod
    def __call__(
        self, model: PyTree, batch: Any, state: Any, key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The value for a batch, and beside it the next state and the facts.

        Args:
            model: A single model, never stacked ones.
            batch: What the batches draw.
            state: As `init` or the last call made it.
            key: Random key of this update alone.
        """

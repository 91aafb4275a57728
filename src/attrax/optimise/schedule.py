"""Learning-rate schedules that compare equal if their numbers are equal, so that compiled code is reused."""

from dataclasses import dataclass

import jax.numpy as jnp
import optax
from jax.typing import ArrayLike
from jaxtyping import Array, Float


@dataclass(frozen=True)
class ExponentialDecay:
    r"""A learning rate that falls exponentially, $\eta_k = \eta_0 (\eta_K / \eta_0)^{k / K}$.

    Args:
        first: The learning rate $\eta_0$ of the first update.
        last: The learning rate $\eta_K$ after all updates.
        updates: The number K of updates.

    Example:
        >>> ExponentialDecay(1e-2, 1e-4, 10)(5).round(6).item()
        0.0010000000474974513
    """

    first: float
    last: float
    updates: int

    def __call__(self, step: ArrayLike) -> Float[Array, ""]:
        """The learning rate after `step` updates."""
        return jnp.asarray(optax.exponential_decay(self.first, max(self.updates, 1), self.last / self.first)(step))

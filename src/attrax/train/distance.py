"""Distance: how far the states that a model visits are from those of the data, with gradients to train on."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.spec import Spec


class AbstractDistance(eqx.Module):
    """How far apart two sets of orbits are, whatever the order in which they visit their states.

    For developers: only the gradient with respect to `x_hat` is asked for, and it must be finite where both are equal.
    """

    @abstractmethod
    def __call__(self, x_hat: Float[Array, "window time obs"], x: Float[Array, "window time obs"]) -> Float[Array, ""]:
        """The distance; 0 where the orbits are the same."""


@dataclass(frozen=True)
class DistanceSpec(Spec):
    """What a distance says of itself.

    Attributes:
        create: Makes one from its settings.
    """

    create: Callable[[Any], AbstractDistance] = field(kw_only=True)


def pooled(x: Float[Array, "window time obs"]) -> Float[Array, "state obs"]:
    """The states of all windows as one sample."""
    return x.reshape(-1, x.shape[-1])


def squared_distances(a: Float[Array, "left obs"], b: Float[Array, "right obs"]) -> Float[Array, "left right"]:
    """The squared distance of every pair."""
    return jnp.sum((a[:, None] - b[None]) ** 2, axis=-1)

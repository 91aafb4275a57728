"""Differentiable distances between the states of free runs and the states of the data."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.spec import Spec


class AbstractDistance(eqx.Module):
    """A distance between two sets of orbits that does not depend on the order of their states in time.

    For developers: only the gradient with respect to `x_hat` is used. It must be finite, also where both are equal.
    """

    @abstractmethod
    def __call__(self, x_hat: Float[Array, "window time obs"], x: Float[Array, "window time obs"]) -> Float[Array, ""]:
        """The distance between free runs `x_hat` and data `x`; 0 if they are equal."""


@dataclass(frozen=True)
class DistanceSpec(Spec):
    """The description of a distance.

    Attributes:
        create: Creates the distance from its settings.
    """

    create: Callable[[Any], AbstractDistance] = field(kw_only=True)


def pooled(x: Float[Array, "window time obs"]) -> Float[Array, "state obs"]:
    """The states of all windows as one sample, an array of states by channels."""
    return x.reshape(-1, x.shape[-1])


def squared_distances(a: Float[Array, "left obs"], b: Float[Array, "right obs"]) -> Float[Array, "left right"]:
    """The squared Euclidean distance of every pair of states."""
    return jnp.sum((a[:, None] - b[None]) ** 2, axis=-1)

"""Precision: what follows an orbit for long computes in float64, whatever a model was trained in."""

from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp

T = TypeVar("T")


def in_float64(dynamics: T) -> T:
    """The same map with every real parameter as a float64 array; call it inside `jax.enable_x64(True)`.

    Plain numbers become arrays too, so that compiled code serves every value of a parameter.

    Example:
        >>> with jax.enable_x64(True):
        ...     in_float64({"r": 4.0})["r"].dtype
        dtype('float64')
    """

    def cast(leaf):
        return jnp.asarray(leaf, jnp.float64) if eqx.is_inexact_array_like(leaf) else leaf

    return jax.tree.map(cast, dynamics)

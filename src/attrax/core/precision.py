"""Double precision for analyses of long orbits, also for models that were trained in float32."""

from typing import TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp

T = TypeVar("T")


def in_float64(dynamics: T) -> T:
    """Convert every real parameter of a map to a float64 array. Call it inside `jax.enable_x64(True)`.

    Python numbers become arrays, too, so that code is not compiled again for other values of a parameter.

    Args:
        dynamics: The map, or any tree of parameters.

    Example:
        >>> with jax.enable_x64(True):
        ...     in_float64({"r": 4.0})["r"].dtype
        dtype('float64')
    """

    def cast(leaf):
        return jnp.asarray(leaf, jnp.float64) if eqx.is_inexact_array_like(leaf) else leaf

    return jax.tree.map(cast, dynamics)

"""Batching: compiled code serves one size only, so that few sizes are ever asked for."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

_LEAST = 64


def by_rows(function: Callable[..., Any], dynamics: Any, rows: np.ndarray, *more: np.ndarray) -> Any:
    """`function(dynamics, rows, *more)` as NumPy arrays, with rows repeated up to a power of two and cut off again.

    `function` is a compiled function of a map and arrays of equally many rows; every array it returns has as many.
    """
    n = len(rows)
    if n == 0:
        shapes = eqx.filter_eval_shape(function, dynamics, *(jnp.asarray(a) for a in (rows, *more)))
        return jax.tree.map(lambda a: np.zeros(a.shape, a.dtype), shapes)
    size = max(_LEAST, 1 << (n - 1).bit_length())
    out = function(dynamics, *(jnp.asarray(np.resize(a, (size, *a.shape[1:]))) for a in (rows, *more)))
    return jax.tree.map(lambda a: np.asarray(a)[:n], out)

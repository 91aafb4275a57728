"""Batching: compiled code serves one size only, so that few sizes are ever asked for."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

_LEAST = 8


def by_rows(function: Callable[..., Any], dynamics: Any, rows: np.ndarray, *more: np.ndarray) -> Any:
    """`function(dynamics, rows, *more)` as NumPy arrays, with rows repeated up to a power of two and cut off again.

    Args:
        function: A compiled function of a map and arrays of equally many rows; every result has as many.
        dynamics: The map.
        rows, more: The arrays.
    """
    n = len(rows)
    size = max(_LEAST, 1 << (n - 1).bit_length()) if n else _LEAST
    # A batch of nothing is computed for zeros, to learn the shape of nothing.
    filled = [np.resize(a, (size, *a.shape[1:])) if n else np.zeros((size, *a.shape[1:]), a.dtype) for a in (rows, *more)]
    out = function(dynamics, *(jnp.asarray(a) for a in filled))
    return jax.tree.map(lambda a: np.asarray(a)[:n], out)

"""Batching: compiled code serves one size only, so that few sizes are ever asked for."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

_LEAST = 8


def by_rows(function: Callable[..., Any], dynamics: Any, rows: np.ndarray, *more: np.ndarray) -> Any:
    """`function(dynamics, rows, *more)` as NumPy arrays, with rows repeated up to a power of two and cut off again.

    `function` is a compiled function of a map and arrays of equally many rows; every array it returns has as many.
    """
    n = len(rows)
    size = max(_LEAST, 1 << (n - 1).bit_length()) if n else _LEAST
    # A batch of nothing is computed for zeros, to learn the shape of nothing.
    shapes = [(size, *a.shape[1:]) for a in (rows, *more)]
    filled = [np.resize(a, s) if n else np.zeros(s, a.dtype) for a, s in zip((rows, *more), shapes, strict=True)]
    out = function(dynamics, *(jnp.asarray(a) for a in filled))
    return jax.tree.map(lambda a: np.asarray(a)[:n], out)

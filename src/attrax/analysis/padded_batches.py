"""Padded batches: a compiled function is called with few different array sizes, so it is compiled few times."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

_LEAST = 64


def apply_padded(function: Callable[..., Any], dynamics: Any, rows: np.ndarray, *more: np.ndarray) -> Any:
    """Apply a compiled function to any number of rows, as if it had been compiled for exactly that number.

    The rows are repeated up to the next power of two (at least 64), and the results for the repeated rows are cut off.

    Args:
        function: A compiled function of a map and of arrays with equally many rows. Every array that it returns must
            have as many rows.
        dynamics: The map, first argument of `function`.
        rows: First array.
        *more: Further arrays with as many rows as `rows`.

    Returns:
        The results of `function`, as NumPy arrays with as many rows as `rows`.

    Example:
        >>> apply_padded(lambda factor, z: factor * z, 2.0, np.arange(3.0)).tolist()
        [0.0, 2.0, 4.0]
    """
    n = len(rows)
    if n == 0:
        shapes = eqx.filter_eval_shape(function, dynamics, *(jnp.asarray(a) for a in (rows, *more)))
        return jax.tree.map(lambda a: np.zeros(a.shape, a.dtype), shapes)
    size = max(_LEAST, 1 << (n - 1).bit_length())
    out = function(dynamics, *(jnp.asarray(np.resize(a, (size, *a.shape[1:]))) for a in (rows, *more)))
    return jax.tree.map(lambda a: np.asarray(a)[:n], out)

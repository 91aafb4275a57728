"""Distinct cycles: a search finds the same cycle many times, starting from any of its points, and keeps it once.

Cycles are compared by the distances between their points, for the best choice of the first point.
"""

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial import KDTree

# Two cycles are the same if no points are farther apart than this, relative to one plus the largest norm of a point.
SAME_CYCLE = 1e-7


def add_distinct(
    known: Float[np.ndarray, "known order latent"], new: Float[np.ndarray, "new order latent"]
) -> Float[np.ndarray, "all order latent"]:
    """Append new cycles to known ones, leaving out those that are known or occur twice.

    Args:
        known: Cycles that differ from each other.
        new: Cycles of the same order.

    Example:
        >>> a = np.array([[[0.0], [1.0]]])
        >>> len(add_distinct(a, np.array([[[1.0], [0.0]], [[0.0], [2.0]]])))
        2
    """
    rest = new[~_among(known, new)]
    kept = [known]
    while len(rest):
        kept.append(rest[:1])
        rest = rest[~_among(rest[:1], rest)]
    return np.concatenate(kept)


def _among(
    known: Float[np.ndarray, "known order latent"], cycles: Float[np.ndarray, "cycle order latent"]
) -> Bool[np.ndarray, " cycle"]:
    """Whether each cycle is one of the known ones, from whichever point they start."""
    n, order, latent = known.shape
    if n == 0 or len(cycles) == 0:
        return np.zeros(len(cycles), bool)
    _, nearest = KDTree(known.reshape(-1, latent)).query(cycles[:, 0])
    which, shift = np.divmod(nearest, order)
    aligned = known[which[:, None], (shift[:, None] + np.arange(order)) % order]
    return np.linalg.norm(aligned - cycles, axis=2).max(axis=1) <= _tolerance(cycles)


def of_lower_order(cycles: Float[np.ndarray, "cycle order latent"]) -> Bool[np.ndarray, " cycle"]:
    """Whether the points of a cycle repeat after a proper divisor of its order, so that it is a shorter cycle.

    Args:
        cycles: The cycles.

    Example:
        >>> of_lower_order(np.array([[[0.0], [1.0], [0.0], [1.0]]])).tolist()
        [True]
    """
    order = cycles.shape[1]
    lower = np.zeros(len(cycles), bool)
    for divisor in (d for d in range(1, order) if order % d == 0):
        apart = np.linalg.norm(np.roll(cycles, -divisor, axis=1) - cycles, axis=2).max(axis=1)
        lower |= apart <= _tolerance(cycles)
    return lower


def _tolerance(cycles: Float[np.ndarray, "cycle order latent"]) -> Float[np.ndarray, " cycle"]:
    return SAME_CYCLE * (1 + np.linalg.norm(cycles, axis=2).max(axis=1))

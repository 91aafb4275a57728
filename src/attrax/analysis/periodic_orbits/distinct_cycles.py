"""Distinct cycles: the same cycle is found many times, from any of its points; it is kept once.

Cycles are compared by the distance of their points, at the best alignment, never by rounding.
"""

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial import KDTree

# Two cycles are the same if no point is farther apart than this, relative to one plus the largest norm of a point.
SAME = 1e-7


def add_distinct(
    known: Float[np.ndarray, "known order latent"], new: Float[np.ndarray, "new order latent"]
) -> Float[np.ndarray, "all order latent"]:
    """The known cycles, followed by those of the new ones that differ from them and from each other.

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
    """Whether each cycle equals a known one, starting anywhere."""
    n, order, latent = known.shape
    if n == 0 or len(cycles) == 0:
        return np.zeros(len(cycles), bool)
    _, nearest = KDTree(known.reshape(-1, latent)).query(cycles[:, 0])
    which, shift = np.divmod(nearest, order)
    aligned = known[which[:, None], (shift[:, None] + np.arange(order)) % order]
    return np.linalg.norm(aligned - cycles, axis=2).max(axis=1) <= _tolerance(cycles)


def of_lower_order(cycles: Float[np.ndarray, "cycle order latent"]) -> Bool[np.ndarray, " cycle"]:
    """Whether a cycle closes already after a proper divisor of its order, so that it is a shorter one run again."""
    order = cycles.shape[1]
    lower = np.zeros(len(cycles), bool)
    for divisor in (d for d in range(1, order) if order % d == 0):
        apart = np.linalg.norm(np.roll(cycles, -divisor, axis=1) - cycles, axis=2).max(axis=1)
        lower |= apart <= _tolerance(cycles)
    return lower


def _tolerance(cycles: Float[np.ndarray, "cycle order latent"]) -> Float[np.ndarray, " cycle"]:
    return SAME * (1 + np.linalg.norm(cycles, axis=2).max(axis=1))

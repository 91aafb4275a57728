"""How many pairs of states are closer than a distance (the correlation sum), in all and without stretches."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from attrax.measures.invariant_estimate import BLOCKS

PER_OCTAVE = 4
OCTAVES = 30
CLOSEST = 0.1
"""Pairs are counted up to the distance below which this share of them lies."""
ROWS_AT_ONCE = 500


@dataclass(frozen=True, eq=False)
class PairCounts:
    """Numbers of pairs of states that are closer than each of a series of distances.

    Attributes:
        distances: Distances in ascending order, a constant factor apart.
        counts: Number of pairs closer than each distance.
        lags: Number of different distances in time among these pairs. Pairs along two stretches of an orbit that run
            side by side have the same one, so this many of the pairs are independent.
        without: The same numbers without each of 16 stretches of the recording.
    """

    distances: Float[np.ndarray, " scale"]
    counts: Float[np.ndarray, " scale"]
    lags: Int[np.ndarray, " scale"]
    without: Float[np.ndarray, "block scale"]


def pair_counts(x: Float[np.ndarray, "time obs"], apart: int) -> PairCounts | None:
    """Count the close pairs of states that are more than `apart` rows apart; None if all states are equal.

    Args:
        x: States, one a row.
        apart: Largest distance in time of pairs that are left out (Theiler window).

    Cost: All pairs; half a second for 5,000 states.
    """
    x = x - x.mean(axis=0)
    largest = _distance_of_closest(x, apart)
    if not largest > 0:
        return None
    n, scales = len(x), OCTAVES * PER_OCTAVE
    block, size = np.arange(n) * BLOCKS // n, (x**2).sum(axis=1)
    found, nearest = np.zeros(BLOCKS * BLOCKS * scales), np.full(n, -1)
    for start in range(0, n, ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        squared = size[rows, None] + size[None, start:] - 2 * x[rows] @ x[start:].T
        i, j = np.nonzero(squared < largest**2)
        i, j, squared = i[j - i > apart], j[j - i > apart], squared[i, j][j - i > apart]
        octaves = -0.5 * np.log2(np.maximum(squared / largest**2, 4.0**-OCTAVES))
        scale = np.minimum((octaves * PER_OCTAVE).astype(int), scales - 1)
        np.maximum.at(nearest, j - i, scale)
        place = (block[start + i] * BLOCKS + block[start + j]) * scales + scale
        found += np.bincount(place, minlength=found.size)
    table = found.reshape(BLOCKS, BLOCKS, scales)[:, :, ::-1]
    total, diagonal = table.sum(axis=(0, 1)), np.einsum("bbk->bk", table)
    without = total - table.sum(axis=1) - table.sum(axis=0) + diagonal
    distances = largest * 2.0 ** (np.arange(1 - scales, 1) / PER_OCTAVE)
    lags = np.cumsum(np.bincount(scales - 1 - nearest[nearest >= 0], minlength=scales))
    return PairCounts(distances, np.cumsum(total), lags, np.cumsum(without, axis=1))


def _distance_of_closest(x: Float[np.ndarray, "time obs"], apart: int) -> float:
    """The distance below which the share `CLOSEST` of pairs lies, from a sample of pairs."""
    a, b = np.random.default_rng(0).integers(0, len(x), (2, 20_000))
    far = np.abs(a - b) > apart
    return float(np.quantile(np.linalg.norm(x[a[far]] - x[b[far]], axis=1), CLOSEST)) if far.any() else 0.0

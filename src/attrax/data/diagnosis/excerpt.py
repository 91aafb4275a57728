"""Excerpts: as much of a recording as a diagnosis needs, so that a large file is answered as fast as a small one."""

import numpy as np
from jaxtyping import Float, Int

from attrax.data.repair.lines import drawn_through
from attrax.data.series import Dataset, Series

ROWS = 20_000
VALUES = 1_300_000


def excerpt(dataset: Dataset) -> Float[np.ndarray, "time moving"]:
    """Consecutive rows from the middle of the longest series, of the channels that move, in standard deviations.

    At most 20,000 rows, fewer of more than 64 channels. Straight lines are drawn through gaps.
    """
    series = dataset.longest
    n = min(len(series), rows_for(series))
    start = (len(series) - n) // 2
    return standardised(drawn_through(series[start : start + n]))[0]


def spread_rows(series: Series) -> Series:
    """Evenly spaced rows of a series, from first to last, as many as an excerpt has at most."""
    return series[:: max(-(-len(series) // rows_for(series)), 1)]


def rows_for(series: Series) -> int:
    """How many rows of so many channels can be looked at in a moment."""
    return min(ROWS, max(VALUES // series.obs_dim, 1))


def standardised(
    x: Float[np.ndarray, "time obs"],
) -> tuple[Float[np.ndarray, "time moving"], Int[np.ndarray, " moving"]]:
    """The channels that move, each with mean 0 and standard deviation 1; and which they are."""
    x = np.asarray(x, dtype=np.float64)
    largest = np.abs(x).max(axis=0, initial=0.0)
    # In units of the largest value, so that neither a sum nor a square overflows.
    x = x / np.where(largest > 0, largest, 1.0)
    centred = x - x.mean(axis=0)
    scale = np.abs(centred).max(axis=0, initial=0.0)
    # Within its rounding, a constant seems to move.
    moving = np.flatnonzero(scale > 1e-12)
    # Column by column in memory, as everything that follows reads it.
    centred = np.asfortranarray(centred[:, moving] / scale[moving])
    return centred / centred.std(axis=0), moving

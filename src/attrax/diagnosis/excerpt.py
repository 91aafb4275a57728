"""Excerpts: a limited number of rows for the diagnosis, so that a large file takes no longer than a small one."""

import numpy as np
from jaxtyping import Float, Int

from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset, Series
from attrax.diagnosis.far_values import believable

ROWS = 20_000
VALUES = 1_300_000


def excerpt(dataset: Dataset) -> Float[np.ndarray, "time moving"]:
    """Consecutive rows from the middle of the longest series, standardised, without constant channels.

    At most 20,000 rows; fewer if there are more than 64 channels. Missing values are interpolated, and so are values
    that are far from all others: a single fault would hide everything else.
    """
    return named_excerpt(dataset)[0]


def named_excerpt(dataset: Dataset) -> tuple[Float[np.ndarray, "time moving"], tuple[str, ...]]:
    """The excerpt, and the names of its channels."""
    series = dataset.longest
    n = min(len(series), rows_for(series))
    start = (len(series) - n) // 2
    x, moving = standardised(interpolated_values(believable(series[start : start + n])))
    return x, tuple(series.channels[k] for k in moving)


def spread_rows(series: Series) -> Series:
    """Evenly spaced rows from the whole series, at most as many as in an excerpt."""
    return series[:: max(-(-len(series) // rows_for(series)), 1)]


def rows_for(series: Series) -> int:
    """Number of rows that are examined; fewer for series of many channels."""
    return min(ROWS, max(VALUES // series.obs_dim, 1))


def standardised(
    x: Float[np.ndarray, "time obs"],
) -> tuple[Float[np.ndarray, "time moving"], Int[np.ndarray, " moving"]]:
    """The channels that are not constant, with mean 0 and standard deviation 1; and their column numbers."""
    x = np.asarray(x, dtype=np.float64)
    largest = np.abs(x).max(axis=0, initial=0.0)
    # In units of the largest value, so that neither a sum nor a square overflows.
    x = x / np.where(largest > 0, largest, 1.0)
    centred = x - x.mean(axis=0)
    scale = np.abs(centred).max(axis=0, initial=0.0)
    # Rounding errors make a constant look variable.
    moving = np.flatnonzero(scale > 1e-12)
    # Column by column in memory, as everything that follows reads it.
    centred = np.asfortranarray(centred[:, moving] / scale[moving])
    return centred / centred.std(axis=0), moving

"""Excerpts: a limited number of values for the diagnosis, so that a large file takes no longer than a small one."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float, Int

from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset, Series
from attrax.diagnosis.far_values import without_far_values
from attrax.diagnosis.period import Period, dominant_period

ROWS = 20_000
VALUES = 1_300_000
CHANNELS = 1_000
"""How many channels stand for all, if there are more."""


@dataclass(frozen=True, eq=False)
class Excerpt:
    """Consecutive rows from the middle of the longest series of a recording.

    Attributes:
        x: Standardised channels, without constant ones; of more than 1,000 channels, evenly spaced ones.
        channels: Their names.
    """

    x: Float[np.ndarray, "time moving"]
    channels: tuple[str, ...]

    @cached_property
    def period(self) -> Period | None:
        """The dominant period of the channels; None if there is none."""
        return dominant_period(self.x)


def excerpt(dataset: Dataset) -> Excerpt:
    """Take consecutive rows from the middle of the longest series.

    At most 20,000 rows; fewer if there are more than 64 channels, of which at most 1,000 are taken, evenly spaced.
    Missing values are interpolated, and so are values that are far from all others: a single fault would hide
    everything else.
    """
    series = _some_channels(dataset.longest)
    n = min(len(series), rows_for(series))
    start = (len(series) - n) // 2
    x, moving = standardised(interpolated_values(without_far_values(series[start : start + n])))
    return Excerpt(x, tuple(series.channels[k] for k in moving))


def _some_channels(series: Series) -> Series:
    """Evenly spaced channels of a series that has very many."""
    every = -(-series.obs_dim // CHANNELS)
    if every == 1:
        return series
    mask = None if series.mask is None else series.mask[:, ::every]
    return replace(series, x=series.x[:, ::every], mask=mask, channels=series.channels[::every], before=None)


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

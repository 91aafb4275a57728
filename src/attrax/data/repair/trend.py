"""Trend: the straight line under a channel, and the channel without it."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.data.reading.columns import select
from attrax.data.repair.repaired import Repaired
from attrax.data.series import Dataset, Series

EVERY_CHANNEL = "all"


def detrend(dataset: Dataset, channels: tuple[str, ...]) -> Repaired:
    """Remove the linear trend of channels, series by series; their means stay.

    The line is fitted to the observed values by least squares.

    Args:
        dataset: The recordings.
        channels: Names or globs, or `all`.

    Raises: DataError D119 for a name that no channel has.
    """
    names = dataset[0].channels
    wanted = names if EVERY_CHANNEL in channels else select(channels, names, "--detrend", dataset.source)
    columns = [names.index(name) for name in wanted]
    lines = [_lines(series, columns) for series in dataset]
    flat = tuple(_without(series, columns, line) for series, line in zip(dataset, lines, strict=True))
    unit = dataset[0].unit or "unit of time"
    slopes = zip(wanted, lines[0].slope / dataset[0].dt, strict=True)
    listed = ", ".join(f"'{name}' ({slope:+.3g} per {unit})" for name, slope in slopes)
    more = f" in the first of {len(dataset)} series" if len(dataset) > 1 else ""
    return Repaired(replace(dataset, series=flat), (f"detrend: linear trend removed from {listed}{more}",))


class _Lines(NamedTuple):
    """The straight line of each channel: its slope per row, and the row at which it passes the channel's mean."""

    slope: Float[np.ndarray, " channel"]
    centre: Float[np.ndarray, " channel"]


def _lines(series: Series, columns: list[int]) -> _Lines:
    x = series.x[:, columns].astype(np.float64)
    seen = np.ones(x.shape, bool) if series.mask is None else series.mask[:, columns]
    n = np.maximum(seen.sum(axis=0), 1)
    rows = np.arange(len(series))[:, None]
    centre = np.where(seen, rows, 0).sum(axis=0) / n
    t = np.where(seen, rows - centre, 0.0)
    spread = (t**2).sum(axis=0)
    deviation = np.where(seen, x - np.where(seen, x, 0.0).sum(axis=0) / n, 0.0)
    return _Lines((t * deviation).sum(axis=0) / np.where(spread > 0, spread, 1.0), centre)


def _without(series: Series, columns: list[int], lines: _Lines) -> Series:
    x = series.x.astype(np.float64)
    x[:, columns] -= (np.arange(len(series))[:, None] - lines.centre) * lines.slope
    return replace(series, x=x if series.mask is None else np.where(series.mask, x, 0.0))

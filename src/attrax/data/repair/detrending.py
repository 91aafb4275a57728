"""Detrending: channels without their linear trend."""

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.data.column_names import select
from attrax.data.series import Dataset, Series

EVERY_CHANNEL = "all"


def detrend(dataset: Dataset, channels: tuple[str, ...]) -> Dataset:
    """Remove the linear trend of channels, in each series on its own; the means do not change.

    The trend is the straight line of least squares through the observed values. A series that is held out goes on with
    the line of the series before it.

    Args:
        dataset: The recordings.
        channels: Names or globs; `all` stands for every channel.

    Raises: DataError D119 for a name that matches no channel.
    """
    names = dataset[0].channels
    wanted = names if EVERY_CHANNEL in channels else select(channels, names, "--detrend", dataset.source)
    columns = [names.index(name) for name in wanted]
    trends: list[_Trends] = []
    for series in dataset:
        trends.append(
            _continued(trends[-1], dataset[len(trends) - 1], series) if series.held_out else _trends(series, columns)
        )
    flat = [_without(series, columns, trend) for series, trend in zip(dataset, trends, strict=True)]
    unit = dataset[0].unit or "unit of time"
    slopes = zip(wanted, trends[0].slope / dataset[0].dt, strict=True)
    listed = ", ".join(f"'{name}' ({slope:+.3g} per {unit})" for name, slope in slopes)
    more = f" in the first of {len(dataset)} series" if len(dataset) > 1 else ""
    return dataset.repaired(flat, f"detrend: linear trend removed from {listed}{more}")


class _Trends(NamedTuple):
    """The straight line of each channel: its slope per row, and the row at which it equals the mean of the channel."""

    slope: Float[np.ndarray, " channel"]
    centre: Float[np.ndarray, " channel"]


def _trends(series: Series, columns: list[int]) -> _Trends:
    x = series.x[:, columns].astype(np.float64)
    seen = series.observed_mask[:, columns]
    n = np.maximum(seen.sum(axis=0), 1)
    rows = np.arange(len(series))[:, None]
    centre = np.where(seen, rows, 0).sum(axis=0) / n
    t = np.where(seen, rows - centre, 0.0)
    spread = (t**2).sum(axis=0)
    deviation = np.where(seen, x - np.where(seen, x, 0.0).sum(axis=0) / n, 0.0)
    return _Trends((t * deviation).sum(axis=0) / np.where(spread > 0, spread, 1.0), centre)


def _continued(trends: _Trends, before: Series, series: Series) -> _Trends:
    """The lines of the series before, with rows counted from the first row of this one."""
    return trends._replace(centre=trends.centre - (series.origin.start - before.origin.start) / series.dt)


def _without(series: Series, columns: list[int], trends: _Trends) -> Series:
    x = series.x.astype(np.float64)
    x[:, columns] -= (np.arange(len(series))[:, None] - trends.centre) * trends.slope
    return replace(series, x=x if series.mask is None else np.where(series.mask, x, 0.0))

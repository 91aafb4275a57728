"""Trend: the straight line under a channel, and the channel without it."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from attrax.data.columns import select
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
    slopes = [_slopes(series, columns) for series in dataset]
    flat = tuple(_flat(series, columns, slope) for series, slope in zip(dataset, slopes, strict=True))
    unit = dataset[0].unit or "unit of time"
    listed = ", ".join(
        f"'{name}' ({slope:+.3g} per {unit})" for name, slope in zip(wanted, slopes[0] / dataset[0].dt, strict=True)
    )
    more = f" in the first of {len(dataset)} series" if len(dataset) > 1 else ""
    return Repaired(replace(dataset, series=flat), (f"detrend: linear trend removed from {listed}{more}",))


def _slopes(series: Series, columns: list[int]) -> Float[np.ndarray, " channel"]:
    """Slope of each channel, per row."""
    seen = np.ones((len(series), len(columns)), bool) if series.mask is None else series.mask[:, columns]
    x = series.x[:, columns]
    n = np.maximum(seen.sum(axis=0), 1)
    t = _centred(np.broadcast_to(np.arange(len(series))[:, None], x.shape), seen, n)
    spread = (t**2).sum(axis=0)
    return (t * _centred(x, seen, n)).sum(axis=0) / np.where(spread > 0, spread, 1.0)


def _centred(values: np.ndarray, seen: np.ndarray, n: np.ndarray) -> np.ndarray:
    return np.where(seen, values - np.where(seen, values, 0.0).sum(axis=0) / n, 0.0)


def _flat(series: Series, columns: list[int], slopes: Float[np.ndarray, " channel"]) -> Series:
    x = series.x.astype(np.float64)
    rows = np.arange(len(series)) - (len(series) - 1) / 2
    x[:, columns] -= rows[:, None] * slopes
    return replace(series, x=x if series.mask is None else np.where(series.mask, x, 0.0))

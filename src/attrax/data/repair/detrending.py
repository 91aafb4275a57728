"""Detrending: channels without their linear trend."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from attrax.data.clock.durations import rate_worded
from attrax.data.column_names import select
from attrax.data.levels.level import Level
from attrax.data.levels.trend import Trend, fit_trend
from attrax.data.series import Dataset, Series

EVERY_CHANNEL = "all"
NEAR, NEAR_WITHOUT_CLOCK = 3.0, 1.0
"""A recording continues a known line if its values are this near, in standard deviations around the line. One that
does not tell when it began may begin anywhere, and must be nearer."""


def detrend(dataset: Dataset, channels: tuple[str, ...], known: Sequence[Trend] = ()) -> Dataset:
    """Remove the linear trend of channels, in each series on its own; the means do not change.

    The trend is the straight line of least squares through the observed values. A series that is held out continues
    the line of the series before it. The level of every series of the result holds what was removed.

    Args:
        dataset: The recordings.
        channels: Names or globs; `all` stands for every channel.
        known: The trends of a run. A series that lies around one of them continues it; any other has a line of its
            own, and is moved to the mean of the known ones, which the model was trained at.

    Raises: DataError D119 for a name that matches no channel.
    """
    names = dataset[0].channels
    wanted = names if EVERY_CHANNEL in channels else select(channels, names, "--detrend", dataset.source)
    levels: list[Level] = []
    for series in dataset:
        levels.append(
            _continued(levels[-1], dataset[len(levels) - 1], series)
            if series.held_out
            else _level(series, tuple(wanted), known)
        )
    flat = [_without(series, level) for series, level in zip(dataset, levels, strict=True)]
    trend = levels[0].trend
    assert trend is not None
    slopes = zip(trend.channels, trend.slope, strict=True)
    rates = ((name, slope / dataset[0].dt) for name, slope in slopes)
    listed = ", ".join(f"'{name}' ({'+' * (rate > 0)}{rate_worded(rate, dataset[0].unit)})" for name, rate in rates)
    more = f" in the first of {len(dataset)} series" if len(dataset) > 1 else ""
    return dataset.repaired(flat, f"detrend: linear trend removed from {listed}{more}")


def trends_of(dataset: Dataset) -> tuple[Trend, ...]:
    """The trends that were removed from recordings, each once."""
    found = (series.level.trend for series in dataset if series.level is not None)
    return tuple(dict.fromkeys(trend for trend in found if trend is not None))


def _level(series: Series, wanted: tuple[str, ...], known: Sequence[Trend]) -> Level:
    own = _trend(series, wanted)
    before = series.level or Level()
    alike = [trend for trend in known if trend.subject == series.subject and set(wanted) <= set(trend.channels)]
    near = min(((_distance(series, trend), i) for i, trend in enumerate(alike or known)), default=None)
    limit = NEAR if series.origin.epoch is not None or series.origin.start else NEAR_WITHOUT_CLOCK
    if near is not None and near[0] <= limit:
        trend = (alike or known)[near[1]]
        return replace(before, trend=trend, shift=(0.0,) * len(trend.channels), first=_rows_after(series, trend))
    usual = {name: np.mean([trend.mean[trend.channels.index(name)] for trend in known]) for name in wanted if known}
    shift = (float(mean - usual.get(name, mean)) for name, mean in zip(wanted, own.mean, strict=True))
    return replace(before, trend=own, shift=tuple(shift))


def _trend(series: Series, wanted: tuple[str, ...]) -> Trend:
    columns = [series.channels.index(name) for name in wanted]
    epoch = "" if series.origin.epoch is None else str(series.origin.epoch)
    return fit_trend(
        series.x[:, columns],
        series.observed_mask[:, columns],
        wanted,
        subject=series.subject,
        start=float(series.origin.start),
        epoch=epoch,
    )


def _rows_after(series: Series, trend: Trend) -> float:
    """How many rows after the first row of a trend a series begins."""
    later = series.origin.start - trend.start
    if series.origin.calendar is not None and trend.epoch:
        later -= float(series.origin.calendar.t(np.array([trend.epoch], series.origin.calendar.epoch.dtype))[0])
    return float(round(later / series.dt))


def _distance(series: Series, trend: Trend) -> float:
    """How far the first rows of a series lie from a trend, in standard deviations around it; the farthest channel."""
    seen = series[: trend.rows]
    rows = _rows_after(series, trend) + np.arange(len(seen), dtype=float)
    away = [0.0]
    for name, line, spread, mean in zip(trend.channels, trend.rise(rows).T, trend.spread, trend.mean, strict=True):
        if name not in seen.channels:
            return np.inf
        k = seen.channels.index(name)
        observed = seen.observed_mask[:, k]
        if observed.any():
            off = float(np.mean((seen.x[:, k] - mean - line)[observed]))
            # Rounding alone is no distance.
            away.append(abs(off) / max(spread, 1e-9 * abs(mean), np.finfo(float).tiny))
    return max(away)


def _continued(level: Level, before: Series, series: Series) -> Level:
    """The level of the series before, with rows counted from the first row of this one."""
    return level.later((series.origin.start - before.origin.start) / series.dt)


def _without(series: Series, level: Level) -> Series:
    x = series.x.astype(np.float64) - level.lines(series.channels, np.arange(len(series)))
    return replace(series, x=x if series.mask is None else np.where(series.mask, x, 0.0), level=level)

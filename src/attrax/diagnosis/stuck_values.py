"""Stuck values: channels clipped at a rail, channels that keep one value, and counters that wrap around."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from jaxtyping import Bool, Float

from attrax.data.repair.complete_stretches import stretches
from attrax.data.series import Dataset, Series
from attrax.diagnosis.far_values import may_be_far, near_values

SHARE_AT_RAIL = 0.005
FEWEST_AT_RAIL = 10
CROWDED = 5
BAND = 0.01
STILL = 20
LIVELY = 0.05
FEWEST_DIFFERENT = 20
FEWEST_WRAPS = 2
WRAPPED_STEP, USUAL_STEP = 0.8, 0.25
_FIRST = 100
_EXAMINED = 20_000
_BITS = (8, 10, 12, 14, 16, 24, 32)


class StuckKind(StrEnum):
    """The ways in which a channel stays at a value."""

    RAIL = "rail"
    """The value is the end of the range of an instrument."""
    FLAT = "flat"
    """The channel keeps the value in a long stretch."""
    WRAP = "wrap"
    """Whole numbers begin again at the other end of their range."""


@dataclass(frozen=True)
class StuckValue:
    """A value at which a channel stays, or the number at which it wraps around.

    Attributes:
        channel: The name of the channel.
        kind: In what way.
        value: The value; for `WRAP` the number of values of the counter.
        rows: Rows at the rail, in the longest stretch, or number of wraps.
        first: The first of these rows, counted from 0, in the longest series.
    """

    channel: str
    kind: StuckKind
    value: float
    rows: int
    first: int


def stuck_values(dataset: Dataset) -> tuple[StuckValue, ...]:
    """The rails, flat stretches and wraps of every channel, in the longest series.

    A rail is the lowest or highest value if the channel stays at it from row to row and is there five times as often
    as in the hundredth of its range beside it; zero is no rail of values that are never negative. A flat
    stretch has twenty rows or more, in a channel that otherwise changes with every row.

    Cost: A few passes over the data.

    Example:
        >>> from attrax.reading.load import load
        >>> clipped = np.minimum(np.sin(np.arange(1000) / 7.1), 0.5)
        >>> [(found.kind.value, found.value) for found in stuck_values(load(clipped))]
        [('rail', 0.5)]
    """
    series = dataset.longest
    return tuple(
        found
        for k in np.flatnonzero(_may_be_stuck(series)).tolist()
        for found in _of_channel(series.channels[k], _values(series, k))
    )


def _values(series: Series, k: int) -> Float[np.ndarray, " time"]:
    """A channel, NaN where missing."""
    x = np.asarray(series.x[:, k], dtype=np.float64)
    return x if series.mask is None else np.where(series.mask[:, k], x, np.nan)


def _may_be_stuck(series: Series) -> Bool[np.ndarray, " obs"]:
    """Which channels may have stuck values, from a part of the rows; certainly no others have any."""
    if len(series) <= 2 * _EXAMINED:
        return np.ones(series.obs_dim, dtype=bool)
    low, high = series.extremes
    # One of two hundred rows is at a rail, so some of these are; they are random, as rails may come periodically.
    some = series.x[np.sort(np.random.default_rng(0).choice(len(series), _EXAMINED, replace=False))]
    rail = ((some == low) | (some == high)).any(axis=0)
    # Any stretch of twenty rows holds two of these in a row.
    spread = series.x[:: STILL // 2 - 1]
    still = (spread[1:] == spread[:-1]).any(axis=0)
    whole = (series.x[:_FIRST] == np.round(series.x[:_FIRST])).all(axis=0)
    return np.asarray(rail | still | whole | may_be_far(Dataset((series,))), dtype=bool)


def _of_channel(name: str, x: Float[np.ndarray, " time"]) -> Iterator[StuckValue]:
    seen = near_values(x[np.isfinite(x)])
    # A clipped channel may rest at its rail for long: the first rows do not decide alone.
    few = len(np.unique(seen[:2_000])) < FEWEST_DIFFERENT and len(np.unique(seen)) < FEWEST_DIFFERENT
    if len(seen) < 2 * STILL or few:
        return
    wrapped = _wrap(x)
    if wrapped is not None:
        yield StuckValue(name, StuckKind.WRAP, *wrapped)
        return
    rails = [end for end in (float(seen.min()), float(seen.max())) if _is_rail(x, seen, end)]
    for value in rails:
        at = x == value
        yield StuckValue(name, StuckKind.RAIL, value, int(at.sum()), int(np.argmax(at)))
    yield from _flat(name, x, rails)


def _is_rail(x: Float[np.ndarray, " time"], seen: Float[np.ndarray, " near"], end: float) -> bool:
    at = int((seen == end).sum())
    if at < max(FEWEST_AT_RAIL, SHARE_AT_RAIL * len(seen)) or (end == 0 and seen.min() == 0):
        return False
    stays = int(((x[1:] == end) & (x[:-1] == end)).sum())
    distance = np.abs(seen - end)
    step = float(distance[distance > 0].min())
    beside = int(((distance > 0) & (distance <= max(BAND * distance.max(), 1.5 * step))).sum())
    return 2 * stays >= at and at >= CROWDED * beside


def _flat(name: str, x: Float[np.ndarray, " time"], rails: list[float]) -> Iterator[StuckValue]:
    """The longest stretch without change, away from the rails, of a channel that otherwise changes with every row."""
    same = (x[1:] == x[:-1]) & ~np.isin(x[1:], rails)
    runs = stretches(same)
    lengths = np.diff(runs, axis=1).ravel() + 1
    long = lengths >= STILL
    short = int((lengths[~long] - 1).sum())
    if long.any() and short <= LIVELY * len(x):
        first = int(runs[np.argmax(lengths), 0])
        yield StuckValue(name, StuckKind.FLAT, float(x[first]), int(lengths.max()), first)


def _wrap(x: Float[np.ndarray, " time"]) -> tuple[float, int, int] | None:
    """The number of values of a counter that wraps around, how often it does, and the first row after that."""
    if (x[:_FIRST] != np.round(x[:_FIRST])).any() or not np.isfinite(x).all() or (x != np.round(x)).any():
        return None
    low, high = x.min(), x.max()
    steps = np.diff(x)
    for size in (float(2**bits) for bits in _BITS):
        signed = low >= -size / 2 and high < size / 2
        if not (signed or (low >= 0 and high < size)):
            continue
        jumps = np.abs(steps) > WRAPPED_STEP * size
        usual = np.abs(steps[~jumps]).max(initial=0.0)
        if FEWEST_WRAPS <= jumps.sum() < 0.1 * len(steps) and 0 < usual < USUAL_STEP * size:
            return size, int(jumps.sum()), int(np.argmax(jumps)) + 1
        return None
    return None

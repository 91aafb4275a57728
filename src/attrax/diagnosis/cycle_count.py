"""Cycles: how often a channel goes up and down. The lengths of recordings and gaps are given in cycles."""

import numpy as np
from jaxtyping import Float

from attrax.data.series import Dataset
from attrax.diagnosis.far_values import near_values
from attrax.diagnosis.noise import difference_noise

NARROWEST, WIDEST = 0.25, 0.75
"""Half width of the band around the running mean, in mean deviations."""

NOISES = 2
"""Half width of that band in standard deviations of the noise, as far as the limits above allow."""

ENOUGH_TO_KNOW = 5
TREND_SHARE = 5
NOISE_BAND = 3

MOST_VALUES = 2_000_000
ENOUGH_TO_EXTRAPOLATE = 200
"""Half cycles that part of a recording must show to stand for all of it."""


def count_cycles(x: Float[np.ndarray, " time"]) -> int:
    """The number of cycles: how often a channel goes above its running mean and back below it.

    The mean runs over a fifth of the rows, so that waves on a trend count; if only noise is left around it, the mean
    of all rows is taken. A crossing counts if the channel then goes beyond a quarter of the mean deviation on that
    side, and beyond two standard deviations of the noise if there is much of it. Noise on a slow wave therefore adds
    no cycles, and rare spikes count like long waves.

    Example:
        >>> t = np.arange(1000)
        >>> count_cycles(np.sin(t * 2 * np.pi / 100)), count_cycles(np.sin(t * 2 * np.pi / 100) + t / 100)
        (10, 10)
    """
    return half_cycles(x) // 2


def half_cycles(x: Float[np.ndarray, " time"]) -> int:
    """Number of stretches on one side of the running mean; 0 if the channel never returns to a side."""
    # In units of the largest value, so that no square overflows.
    deviation = around_trend(x / max(float(np.abs(x).max(initial=0.0)), np.finfo(float).tiny))
    above, below = deviation[deviation > 0], deviation[deviation < 0]
    if not len(above) or not len(below):
        return 0
    noise = NOISES * _noise(deviation)
    means = above.mean(), below.mean()
    upper, lower = (np.clip(noise / abs(mean), NARROWEST, WIDEST) * mean for mean in means)
    side = (deviation > upper).astype(int) - (deviation < lower)
    side = side[side != 0]
    changes = int((side[1:] != side[:-1]).sum())
    return changes + 1 if changes > 1 else 0


def running_mean(x: Float[np.ndarray, " time"], rows: int) -> Float[np.ndarray, " time"]:
    """Mean over `rows` rows around each row; over fewer near both ends, as many before as after, to follow a slope."""
    at = np.arange(len(x))
    half = np.minimum(np.minimum(at, len(x) - 1 - at), rows // 2)
    sums = np.concatenate([[0.0], np.cumsum(x - x.mean())])
    return x.mean() + (sums[at + half + 1] - sums[at - half]) / (2 * half + 1)


def cycles_seen(dataset: Dataset) -> int:
    """Number of cycles of the channel with the most cycles, in all series."""
    return max(_cycles(dataset, k) for k in range(dataset[0].obs_dim))


def rows_per_cycle(dataset: Dataset) -> float:
    """Rows in a cycle of the channel with the most cycles; infinite if there is none.

    Of more than two million values, the rows in the middle are counted, if they show a hundred cycles.

    Example:
        >>> from attrax.reading.load import load
        >>> round(rows_per_cycle(load(np.sin(np.arange(1000) * 2 * np.pi / 50))))
        50
    """
    part = _part(dataset)
    halves = _most_half_cycles(part)
    if part is not dataset and halves < ENOUGH_TO_EXTRAPOLATE:
        part, halves = dataset, _most_half_cycles(dataset)
    return 2 * part.n_rows / halves if halves else float("inf")


def enough_cycles(dataset: Dataset, n: int) -> bool:
    """Whether any channel has at least `n` cycles."""
    part = _part(dataset)
    if part is not dataset and _most_half_cycles(part) >= max(2 * n, ENOUGH_TO_EXTRAPOLATE):
        return True
    return any(_cycles(dataset, k) >= n for k in range(dataset[0].obs_dim))


def period(dataset: Dataset, k: int) -> float | None:
    """Rows in a cycle of channel `k`; None if there are fewer than five cycles."""
    halves = _half_cycles(dataset, k)
    return 2 * len(dataset.observed(k)) / halves if halves >= 2 * ENOUGH_TO_KNOW else None


def _part(dataset: Dataset) -> Dataset:
    """The recordings; of very long ones, rows in the middle of the longest."""
    series, rows = dataset.longest, MOST_VALUES // dataset[0].obs_dim
    if dataset.n_rows <= rows or len(series) <= rows:
        return dataset
    start = (len(series) - rows) // 2
    return Dataset((series[start : start + rows],))


def _most_half_cycles(dataset: Dataset) -> int:
    return max(_half_cycles(dataset, k) for k in range(dataset[0].obs_dim))


def _cycles(dataset: Dataset, k: int) -> int:
    return _half_cycles(dataset, k) // 2


def _half_cycles(dataset: Dataset, k: int) -> int:
    # A single fault would be the only cycle.
    return sum(half_cycles(near_values(values)) for series in dataset if len(values := series.observed(k)))


def around_trend(x: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
    """The channel without its running mean; without its mean, if only noise is left around the running mean."""
    left = x - running_mean(x, len(x) // TREND_SHARE)
    return left if NOISE_BAND * _noise(left) < left.std() else x - x.mean()


def _noise(deviation: Float[np.ndarray, " time"]) -> float:
    """An upper bound of the standard deviation of the noise."""
    scale = deviation.std()
    return scale * float(difference_noise(deviation[:, None] / scale)[0]) if scale > 0 else 0.0

"""Cycles: how often a channel goes up and down; the length of recordings and gaps is measured in them."""

import numpy as np
from jaxtyping import Float

from attrax.data.diagnosis.noise import difference_noise
from attrax.data.series import Dataset

BAND = 0.25
ENOUGH_TO_KNOW = 5
TREND_SHARE = 5
NOISE_BAND = 3


def count_cycles(x: Float[np.ndarray, " time"]) -> int:
    """How often a channel crosses its running mean upward and downward again.

    The mean runs over a fifth of the rows, so that waves on a trend count; if only noise is left around it, the mean
    of all rows is taken. A crossing counts if the channel then goes beyond a quarter of the mean deviation on that
    side. Small noise on a slow wave therefore adds no cycles, and rare spikes count like long waves.

    Example:
        >>> t = np.arange(1000)
        >>> count_cycles(np.sin(t * 2 * np.pi / 100)), count_cycles(np.sin(t * 2 * np.pi / 100) + t / 100)
        (9, 9)
    """
    return switches(x) // 2


def switches(x: Float[np.ndarray, " time"]) -> int:
    """Number of times that a channel passes from one side of its running mean to the other, beyond a band around it."""
    deviation = around_trend(x)
    above, below = deviation[deviation > 0], deviation[deviation < 0]
    if not len(above) or not len(below):
        return 0
    side = (deviation > BAND * above.mean()).astype(int) - (deviation < BAND * below.mean())
    side = side[side != 0]
    return int((side[1:] != side[:-1]).sum())


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

    Example:
        >>> from attrax.data.reading.load import load
        >>> round(rows_per_cycle(load(np.sin(np.arange(1000) * 2 * np.pi / 50))))
        50
    """
    if not cycles_seen(dataset):
        return float("inf")
    return 2 * dataset.n_rows / max(_halves(dataset, k) for k in range(dataset[0].obs_dim))


def enough_cycles(dataset: Dataset, n: int) -> bool:
    """Whether any channel has at least `n` cycles."""
    return any(_cycles(dataset, k) >= n for k in range(dataset[0].obs_dim))


def period(dataset: Dataset, k: int) -> float | None:
    """Rows in a cycle of channel `k`; None if there are fewer than five cycles."""
    return 2 * len(dataset.observed(k)) / _halves(dataset, k) if _cycles(dataset, k) >= ENOUGH_TO_KNOW else None


def _halves(dataset: Dataset, k: int) -> int:
    """Halves of cycles: a switch ends one and begins another, so each series has one half more than switches."""
    return sum(n + 1 for series in dataset if len(values := series.observed(k)) and (n := switches(values)))


def _cycles(dataset: Dataset, k: int) -> int:
    return sum(count_cycles(values) for series in dataset if len(values := series.observed(k)))


def around_trend(x: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
    """The channel without its running mean; without its mean, if only noise is left around the running mean."""
    left = x - running_mean(x, len(x) // TREND_SHARE)
    scale = left.std()
    if scale > 0 and NOISE_BAND * difference_noise(left[:, None] / scale)[0] < 1:
        return left
    return x - x.mean()

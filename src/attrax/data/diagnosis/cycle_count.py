"""Cycles: how often a channel goes up and down; the length of recordings and gaps is measured in them."""

import numpy as np
from jaxtyping import Float

from attrax.data.series import Dataset

BAND = 0.25
ENOUGH_TO_KNOW = 5


def count_cycles(x: Float[np.ndarray, " time"]) -> int:
    """How often a channel crosses its mean upward and downward again.

    A crossing counts if the channel then goes beyond a quarter of the mean deviation on that side. Small noise on a
    slow wave therefore adds no cycles, and rare spikes count like long waves.

    Example:
        >>> count_cycles(np.sin(np.arange(1000) * 2 * np.pi / 100))
        9
    """
    deviation = x - x.mean()
    above, below = deviation[deviation > 0], deviation[deviation < 0]
    if not len(above) or not len(below):
        return 0
    side = (deviation > BAND * above.mean()).astype(int) - (deviation < BAND * below.mean())
    side = side[side != 0]
    return int((side[1:] != side[:-1]).sum()) // 2


def cycles_seen(dataset: Dataset) -> int:
    """Number of cycles of the channel with the most cycles, in all series."""
    return max(_cycles(dataset, k) for k in range(dataset[0].obs_dim))


def rows_per_cycle(dataset: Dataset) -> float:
    """Rows in a cycle of the channel with the most cycles; infinite if there is none.

    Example:
        >>> from attrax.data.reading.load import load
        >>> round(rows_per_cycle(load(np.sin(np.arange(1000) * 2 * np.pi / 50))))
        53
    """
    seen = cycles_seen(dataset)
    return dataset.n_rows / seen if seen else float("inf")


def enough_cycles(dataset: Dataset, n: int) -> bool:
    """Whether any channel has at least `n` cycles."""
    return any(_cycles(dataset, k) >= n for k in range(dataset[0].obs_dim))


def period(dataset: Dataset, k: int) -> float | None:
    """Rows in a cycle of channel `k`; None if there are fewer than five cycles."""
    n_cycles = _cycles(dataset, k)
    return len(dataset.observed(k)) / n_cycles if n_cycles >= ENOUGH_TO_KNOW else None


def _cycles(dataset: Dataset, k: int) -> int:
    return sum(count_cycles(values) for series in dataset if len(values := series.observed(k)))

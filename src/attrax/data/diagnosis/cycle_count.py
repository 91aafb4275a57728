"""Cycles: how often a recording has gone up and down, the scale on which its length and its gaps are judged."""

import numpy as np
from jaxtyping import Float

from attrax.data.series import Dataset

BAND = 0.25
ENOUGH_TO_KNOW = 5


def count_cycles(x: Float[np.ndarray, " time"]) -> int:
    """How often a channel has left a side of its middle and come back to it.

    Sides are told apart with hysteresis: a side is reached a quarter of its mean deviation away from the mean, so that
    small noise on a slow wave adds nothing, and rare spikes count as much as long plateaus.

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
    """Cycles of the liveliest channel, over all series; the state of a system moves as fast as its fastest part."""
    return max(_cycles(dataset, k) for k in range(dataset[0].obs_dim))


def rows_per_cycle(dataset: Dataset) -> float:
    """Rows in a cycle of the liveliest channel; infinite if none was seen.

    Example:
        >>> from attrax.data.reading.load import load
        >>> round(rows_per_cycle(load(np.sin(np.arange(1000) * 2 * np.pi / 50))))
        53
    """
    seen = cycles_seen(dataset)
    return sum(map(len, dataset)) / seen if seen else float("inf")


def enough_cycles(dataset: Dataset, n: int) -> bool:
    """Whether a channel shows `n` cycles; ends at the first that does."""
    return any(_cycles(dataset, k) >= n for k in range(dataset[0].obs_dim))


def period(dataset: Dataset, k: int) -> float | None:
    """Rows in a cycle of channel `k`; None if too few cycles were seen to know."""
    n_cycles = _cycles(dataset, k)
    return len(dataset.observed(k)) / n_cycles if n_cycles >= ENOUGH_TO_KNOW else None


def _cycles(dataset: Dataset, k: int) -> int:
    return sum(count_cycles(values) for series in dataset if len(values := series.observed(k)))

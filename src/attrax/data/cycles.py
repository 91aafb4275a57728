"""Cycles: how often a recording has gone up and down, the scale on which its length and its gaps are judged."""

import numpy as np
from jaxtyping import Float

from attrax.data.series import Dataset

BAND = 0.25
ENOUGH_TO_KNOW = 5


def count_cycles(x: Float[np.ndarray, " time"]) -> int:
    """How often a channel has gone from below its middle to above it and back.

    A passage counts when it crosses a band of a quarter of a standard deviation on either side of the median, so that
    small noise on a slow wave adds none.

    Example:
        >>> count_cycles(np.sin(np.arange(1000) * 2 * np.pi / 100))
        10
    """
    deviation = x - np.median(x)
    band = BAND * x.std()
    side = np.sign(deviation) * (np.abs(deviation) > band)
    side = side[side != 0]
    turns = int((side[1:] != side[:-1]).sum())
    return (turns + 1) // 2


def cycles_seen(dataset: Dataset) -> int:
    """Cycles of the liveliest channel, over all series; the state of a system moves as fast as its fastest part."""
    return max(sum(_observed_cycles(dataset, i, k) for i in range(len(dataset))) for k in range(dataset[0].obs_dim))


def period(dataset: Dataset, k: int) -> float | None:
    """Rows in a cycle of channel `k`; None if too few cycles were seen to know."""
    n_cycles = sum(_observed_cycles(dataset, i, k) for i in range(len(dataset)))
    n_rows = sum(len(s) if s.mask is None else int(s.mask[:, k].sum()) for s in dataset)
    return n_rows / n_cycles if n_cycles >= ENOUGH_TO_KNOW else None


def _observed_cycles(dataset: Dataset, i: int, k: int) -> int:
    series = dataset[i]
    x = series.x[:, k] if series.mask is None else series.x[series.mask[:, k], k]
    return count_cycles(x) if len(x) else 0

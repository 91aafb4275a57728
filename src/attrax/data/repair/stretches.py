"""Stretches: where a recording is complete without a break, and where it is not."""

import numpy as np
from jaxtyping import Bool, Int

from attrax.data.series import Series


def stretches(flags: Bool[np.ndarray, " time"]) -> Int[np.ndarray, "stretch 2"]:
    """First row of every run of true flags, and the row after its last.

    Example:
        >>> stretches(np.array([True, True, False, True])).tolist()
        [[0, 2], [3, 4]]
    """
    return np.flatnonzero(np.diff(flags, prepend=False, append=False)).reshape(-1, 2)


def longest(flags: Bool[np.ndarray, " time"]) -> int:
    """Rows in the longest run of true flags."""
    return int(np.diff(stretches(flags), axis=1).max(initial=0))


def complete_rows(series: Series) -> Bool[np.ndarray, " time"]:
    """The rows in which every channel was observed."""
    return np.ones(len(series), dtype=bool) if series.mask is None else np.asarray(series.mask.all(axis=1))

"""Overlap: whether one recording is contained in another, so that a test on it would prove nothing."""

from itertools import product

import numpy as np
from jaxtyping import Float

from attrax.data.series import Dataset

PROBES = 4


def find_overlap(train: Dataset, test: Dataset) -> str | None:
    """Where a series of one dataset is part of a series of the other, in words; None if nowhere.

    Example:
        >>> from attrax.data.load import load
        >>> find_overlap(load(np.arange(9.0)), load(np.arange(3.0, 6.0)))
        'the 3 rows of the test recording are rows 3 to 5 of the training recording'
    """
    if train.sha256 == test.sha256:
        return f"the same values, sha256 {train.sha256[:12]}"
    if train[0].obs_dim != test[0].obs_dim:
        return None
    for ours, theirs in product(train, test):
        swapped = len(theirs) > len(ours)
        part, whole = (ours, theirs) if swapped else (theirs, ours)
        at = _position(part.x, whole.x)
        if at is not None:
            names = ("training", "test") if swapped else ("test", "training")
            return (
                f"the {len(part):,} rows of the {names[0]} recording are rows {at:,} to {at + len(part) - 1:,} "
                f"of the {names[1]} recording"
            )
    return None


def _position(part: Float[np.ndarray, "few obs"], whole: Float[np.ndarray, "many obs"]) -> int | None:
    """The row of `whole` from which `part` follows, if it does."""
    n = len(part)
    starts = np.arange(len(whole) - n + 1)
    # A few rows rule out nearly every place before whole recordings are compared.
    for row in np.linspace(0, n - 1, PROBES, dtype=int):
        starts = starts[(whole[starts + row] == part[row]).all(axis=1)]
    return next((int(start) for start in starts if np.array_equal(whole[start : start + n], part)), None)

"""Overlap: whether the test recording is part of the training recording, or the other way round."""

from typing import NamedTuple

import numpy as np

from attrax.data.series import Dataset

PROBES = 4


def find_overlap(train: Dataset, test: Dataset) -> str | None:
    """A sentence that says which rows are in both recordings; None if no series is part of another.

    Example:
        >>> from attrax.reading.load import load
        >>> find_overlap(load(np.arange(9.0)), load(np.arange(3.0, 6.0)))
        'the 3 rows of the test recording are rows 3 to 5 of the training recording'
    """
    if train.sha256 == test.sha256:
        return f"the same values, sha256 {train.sha256[:12]}"
    if train[0].obs_dim != test[0].obs_dim:
        return None
    for parts, wholes, names in ((test, train, ("test", "training")), (train, test, ("training", "test"))):
        found = _first_part(parts, wholes)
        if found is not None:
            n, at = found
            place = f"rows {at:,} to {at + n - 1:,} of the {names[1]} recording"
            return f"the {n:,} rows of the {names[0]} recording are {place}"
    return None


class _Part(NamedTuple):
    """The number of rows that are in both, and the first of them in the longer series."""

    n: int
    at: int


def _first_part(parts: Dataset, wholes: Dataset) -> _Part | None:
    rows = wholes[0].x if len(wholes) == 1 else np.concatenate([series.x for series in wholes])
    lengths = np.array([len(series) for series in wholes])
    first = np.repeat(np.cumsum(lengths) - lengths, lengths)
    left = first + np.repeat(lengths, lengths) - np.arange(len(rows))
    # Sorted, so that a search finds quickly where a series may begin.
    order = np.argsort(rows[:, 0], kind="stable")
    sorted_values = rows[order, 0]
    for series in parts:
        x = series.x
        start = np.searchsorted(sorted_values, x[0, 0], "left")
        stop = np.searchsorted(sorted_values, x[0, 0], "right")
        places = np.sort(order[start:stop])
        places = places[left[places] >= len(x)]
        for row in np.linspace(0, len(x) - 1, PROBES, dtype=int):
            places = places[(rows[places + row] == x[row]).all(axis=1)]
        for place in places.tolist():
            if np.array_equal(rows[place : place + len(x)], x):
                return _Part(len(x), place - int(first[place]))
    return None

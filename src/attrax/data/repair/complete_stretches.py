"""Complete stretches: runs of rows without a missing value, and a recording that is split into them."""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Int

from attrax.core.errors import DataError
from attrax.data.series import Dataset, Series


def stretches(flags: Bool[np.ndarray, " time"]) -> Int[np.ndarray, "stretch 2"]:
    """First row of every run of true flags, and the row after its last.

    Example:
        >>> stretches(np.array([True, True, False, True])).tolist()
        [[0, 2], [3, 4]]
    """
    return np.flatnonzero(np.diff(flags, prepend=False, append=False)).reshape(-1, 2)


def longest_stretch(flags: Bool[np.ndarray, " time"]) -> int:
    """Number of rows in the longest run of true flags."""
    return int(np.diff(stretches(flags), axis=1).max(initial=0))


def complete_rows(series: Series) -> Bool[np.ndarray, " time"]:
    """The rows in which every channel was observed."""
    return np.ones(len(series), dtype=bool) if series.mask is None else np.asarray(series.mask.all(axis=1))


def split_at_gaps(dataset: Dataset, min_length: int) -> Dataset:
    """Make a series of every stretch of rows without a missing value.

    Args:
        dataset: The recordings.
        min_length: Fewest rows of a stretch that is kept.

    Raises: DataError D104 if no stretch is that long.
    """
    pieces = [(i, start, stop) for i, s in enumerate(dataset) for start, stop in stretches(complete_rows(s)).tolist()]
    kept = [(i, start, stop) for i, start, stop in pieces if stop - start >= min_length]
    if not kept:
        longest = max((stop - start for _, start, stop in pieces), default=0)
        raise DataError(
            "D104",
            "DATA TOO SHORT",
            where=f"{dataset.source}: the longest stretch without a missing value has {longest:,} rows, needed are "
            f"{min_length:,}",
            why="shorter pieces are left out, and no piece is left",
            fix=f"--min-length {longest}" if longest > 1 else "--missing mask",
        )
    n_complete = sum(stop - start for _, start, stop in pieces)
    lengths = np.array([stop - start for _, start, stop in kept])
    sentence = (
        f"split: {len(kept):,} series of {lengths.min():,} to {lengths.max():,} rows; left out are "
        f"{dataset.n_rows - n_complete:,} rows with missing values and {n_complete - lengths.sum():,} in stretches "
        f"shorter than {min_length:,}"
    )
    return dataset.repaired((replace(dataset[i][start:stop], mask=None) for i, start, stop in kept), sentence)

"""Pieces: a recording cut at its gaps, every complete stretch a series of its own."""

from dataclasses import replace

import numpy as np

from attrax.core.errors import DataError
from attrax.data.repair.repaired import Repaired
from attrax.data.repair.stretches import complete_rows, stretches
from attrax.data.series import Dataset


def split_at_gaps(dataset: Dataset, min_length: int) -> Repaired:
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
            why="pieces shorter than that were to be left out",
            fix=f"--min-length {longest}" if longest > 1 else "--missing mask",
        )
    n_rows = sum(map(len, dataset))
    n_complete = sum(stop - start for _, start, stop in pieces)
    lengths = np.array([stop - start for _, start, stop in kept])
    sentence = (
        f"split: {len(kept):,} series of {lengths.min():,} to {lengths.max():,} rows; left out are "
        f"{n_rows - n_complete:,} rows with missing values and {n_complete - lengths.sum():,} in stretches shorter "
        f"than {min_length:,}"
    )
    series = tuple(replace(dataset[i][start:stop], mask=None) for i, start, stop in kept)
    return Repaired(replace(dataset, series=series), (sentence,))

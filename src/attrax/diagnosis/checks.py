"""Checks that stop a run if a recording is not fit for training: too many missing values, too few cycles."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from attrax.core.errors import DataError
from attrax.core.number_text import share_text
from attrax.data.repair.complete_stretches import complete_rows, longest_stretch
from attrax.data.series import Dataset
from attrax.data.usable_rows import check_length, check_magnitude, check_orientation, check_variation
from attrax.diagnosis.cycle_count import cycles_seen, enough_cycles, period

MISSING_LIMIT = 0.05
SHORT_GAP = 10
GAP_PERIODS = 10
FEWEST_CYCLES = 5
LONG_STRETCH = 500


def check(dataset: Dataset, *, any_missing: bool = False) -> tuple[str, ...]:
    """Check that a model can be trained on the recordings.

    Args:
        dataset: The recordings.
        any_missing: Accept any number of missing values, instead of refusing recordings with many of them.

    Returns: A notice for every channel with some missing values.
    Raises: DataError D105, D104, D102, D103 or D145.

    Example:
        >>> from attrax.reading.load import load
        >>> check(load(np.array([1.0, 2.0, np.nan] + [3.0, 4.0] * 50)))[0].split(",")[0]
        "D101  channel 'x0': 1 of 103 values missing (0.97 %)"
    """
    check_orientation(dataset)
    check_length(dataset, 2)
    if not any_missing:
        check_missing(dataset)
    check_variation(dataset)
    check_magnitude(dataset)
    return tuple(
        f"D101  {gaps.sentence(dataset)}; masked  (or --missing interpolate, or split)" for gaps in find_gaps(dataset)
    )


def check_cycles(dataset: Dataset) -> None:
    """Check that the recording has at least five cycles of its fastest channel (D104)."""
    shortage = too_few_cycles(dataset)
    if shortage is not None:
        raise DataError(
            "D104",
            "DATA TOO SHORT",
            where=f"{dataset.source}: {shortage}",
            why="with fewer cycles, neither the dynamics nor the quality of a model can be estimated",
            fix="--force  # the verdict is then PARTLY at best",
        )


def too_few_cycles(dataset: Dataset) -> str | None:
    """How many cycles there are and how many are needed, if there are too few; else None."""
    if enough_cycles(dataset, FEWEST_CYCLES):
        return None
    seen = cycles_seen(dataset)
    rows = sum(map(len, dataset))
    needed = -(-FEWEST_CYCLES * rows // max(seen, 1))
    return (
        f"{rows:,} rows show {seen} period{'s' * (seen != 1)} of the fastest channel; needed are {FEWEST_CYCLES}, "
        f"{'about' if seen else 'more than'} {needed:,} rows"
    )


def check_missing(dataset: Dataset) -> None:
    """Check that no channel misses more than 5 % of its values, or has a gap of more than ten periods (D102).

    If the period is not known, a gap of more than 5 % of its series is too long. Gaps of up to ten rows are never too
    long.
    """
    for gaps in find_gaps(dataset):
        rows = period(dataset, dataset[0].channels.index(gaps.channel))
        limit = MISSING_LIMIT * len(dataset[gaps.where]) if rows is None else GAP_PERIODS * rows
        if gaps.longest > max(SHORT_GAP, limit) or gaps.n_missing > MISSING_LIMIT * gaps.n_values:
            raise _too_many_missing(dataset, gaps)


class GapCount(NamedTuple):
    """Missing values of one channel: their number and the longest gap, in rows.

    `where` is the index of the series with the longest gap, `first` the first row of a gap in it.
    """

    channel: str
    n_missing: int
    n_values: int
    longest: int
    where: int
    first: int

    def sentence(self, dataset: Dataset) -> str:
        """The counts as a sentence."""
        series = f" of series {self.where}" if len(dataset) > 1 else ""
        rows = f"{self.longest:,} row{'s' * (self.longest > 1)}"
        return (
            f"channel '{self.channel}': {self.n_missing:,} of {self.n_values:,} values missing "
            f"({share_text(self.n_missing / self.n_values)}), longest gap {rows}, "
            f"first in row {self.first}{series} (counted from 0)"
        )


def find_gaps(dataset: Dataset) -> Iterator[GapCount]:
    """The missing values of every channel that has any."""
    n_values = sum(map(len, dataset))
    for k, channel in enumerate(dataset[0].channels):
        missing = [np.zeros(len(s), dtype=bool) if s.mask is None else ~s.mask[:, k] for s in dataset]
        n_missing = sum(int(gap.sum()) for gap in missing)
        if n_missing:
            runs = [longest_stretch(gap) for gap in missing]
            where = int(np.argmax(runs))
            yield GapCount(channel, n_missing, n_values, runs[where], where, int(np.argmax(missing[where])))


def _too_many_missing(dataset: Dataset, gaps: GapCount) -> DataError:
    clean = max(longest_stretch(complete_rows(series)) for series in dataset)
    pieces = f"; or --missing split --min-length {LONG_STRETCH}, which keeps long pieces without gaps"
    return DataError(
        "D102",
        "too many missing values",
        where=f"{dataset.source}: {gaps.sentence(dataset)}; longest stretch without a gap {clean:,} rows",
        why=f"with more than {share_text(MISSING_LIMIT)} missing, or a gap of more than {GAP_PERIODS} periods, a model "
        "would be trained on its own estimates instead of data",
        fix=f"--missing mask  # learns around the gaps{pieces if clean >= LONG_STRETCH else ''}",
    )

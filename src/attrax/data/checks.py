"""Checks: the diagnosis that stops a run, before a quiet defect of the recording becomes a model of it."""

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from jaxtyping import Bool

from attrax.core.errors import DataError
from attrax.data.columns import option
from attrax.data.series import Dataset, Series

MISSING_LIMIT = 0.05
SHORT_GAP = 10


def check(dataset: Dataset, *, missing: Literal["stop", "mask"] = "stop") -> tuple[str, ...]:
    """Look for what makes a recording unfit to learn from; the first finding stops.

    Args:
        dataset: The recordings.
        missing: `mask` lets recordings pass however much is missing; what is left is learned from.

    Returns: Notices, one sentence each, about what is tolerated; empty if there is nothing to say.
    Raises: DataError D105, D104, D102 or D103.

    Example:
        >>> from attrax.data.load import load
        >>> check(load(np.array([1.0, 2.0, np.nan] + [3.0, 4.0] * 50)))[0].split(",")[0]
        "D101  channel 'x0': 1 of 103 values missing (0.97 %)"
    """
    check_orientation(dataset)
    check_length(dataset, 2)
    if missing == "stop":
        check_missing(dataset)
    check_variation(dataset)
    return tuple(f"D101  {gaps.sentence(dataset)}; masked" for gaps in _gaps(dataset))


def check_orientation(dataset: Dataset) -> None:
    """Refuse recordings with fewer rows than columns (D105)."""
    longest = dataset.longest
    if len(longest) < longest.obs_dim:
        raise DataError(
            "D105",
            "looks transposed",
            where=f"{dataset.source}: {len(longest)} rows, {longest.obs_dim} columns",
            why="time runs down the rows; so few rows cannot determine the dynamics of so many channels",
            fix="--transpose",
        )


def check_length(dataset: Dataset, window: int) -> None:
    """Refuse recordings in which no series has `window` rows (D104)."""
    rows = len(dataset.longest)
    if rows < window:
        raise DataError(
            "D104",
            "too short",
            where=f"{dataset.source}: the longest series has {rows} rows, needed are {window}",
            why="a model learns from windows of this many rows in one series, without a break",
            fix=f"record at least {window} rows, or choose shorter windows",
        )


def check_missing(dataset: Dataset) -> None:
    """Refuse recordings in which much is missing (D102): 5 % of a channel, or a gap of 5 % of its series.

    Gaps of up to ten rows always count as short, so that short series may have some.
    """
    for gaps in _gaps(dataset):
        long = gaps.longest > max(SHORT_GAP, MISSING_LIMIT * len(dataset[gaps.where]))
        if long or gaps.n_missing > MISSING_LIMIT * gaps.n_values:
            raise DataError(
                "D102",
                "too many missing values",
                where=f"{dataset.source}: {gaps.sentence(dataset)}",
                why=f"above {MISSING_LIMIT:.0%} the model would learn from its own guesses in place of the recording",
                fix=f"--missing mask to learn from what is left; or {option('--drop', gaps.channel)}",
            )


def check_variation(dataset: Dataset) -> None:
    """Refuse channels that never change or were never observed (D103)."""
    for k, name in enumerate(dataset[0].channels):
        values = np.concatenate([_observed(series, k) for series in dataset])
        if len(values) == 0 or values.min() == values.max():
            state = (
                f"the same value {values[0]:g} in all {len(values):,} rows" if len(values) else "no value in any row"
            )
            raise DataError(
                "D103",
                "constant channel",
                where=f"{dataset.source}: column '{name}' ({k + 1} of {dataset[0].obs_dim}): {state}",
                why="a constant carries no dynamics, and scaling would divide by zero",
                fix=option("--drop", name),
            )


class _Gaps(NamedTuple):
    """Missing values of one channel; `where` is the series with the longest gap, `first` the row of its first gap."""

    channel: str
    n_missing: int
    n_values: int
    longest: int
    where: int
    first: int

    def sentence(self, dataset: Dataset) -> str:
        series = f" of series {self.where}" if len(dataset) > 1 else ""
        rows = f"{self.longest:,} row{'s' * (self.longest > 1)}"
        return (
            f"channel '{self.channel}': {self.n_missing:,} of {self.n_values:,} values missing "
            f"({100 * self.n_missing / self.n_values:.2g} %), longest gap {rows}, "
            f"first in row {self.first}{series} (counted from 0)"
        )


def _gaps(dataset: Dataset) -> Iterator[_Gaps]:
    n_values = sum(map(len, dataset))
    for k, channel in enumerate(dataset[0].channels):
        missing = [np.zeros(len(s), dtype=bool) if s.mask is None else ~s.mask[:, k] for s in dataset]
        n_missing = sum(int(gap.sum()) for gap in missing)
        if n_missing:
            runs = [_longest_run(gap) for gap in missing]
            where = int(np.argmax(runs))
            yield _Gaps(channel, n_missing, n_values, runs[where], where, int(np.argmax(missing[where])))


def _longest_run(flags: Bool[np.ndarray, " time"]) -> int:
    edges = np.flatnonzero(np.diff(flags, prepend=False, append=False))
    return int((edges[1::2] - edges[::2]).max(initial=0))


def _observed(series: Series, k: int) -> np.ndarray:
    return series.x[:, k] if series.mask is None else series.x[series.mask[:, k], k]

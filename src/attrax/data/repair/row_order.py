"""Row order: rows are sorted by their times, and each time occurs once."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from attrax.core.errors import ConfigError, DataError
from attrax.data.clock.coarse_ticks import coarse_ticks
from attrax.data.clock.durations import spelled
from attrax.data.column_names import option
from attrax.data.series import Dataset, Series


def sort(dataset: Dataset) -> Dataset:
    """Put the rows of every series in the order of their times, and leave out rows without a time.

    Raises: ConfigError C546 without a time column.
    """
    _need_times(dataset, "--sort")
    orders = [None if s.stamps is None else np.argsort(s.stamps.t, kind="stable") for s in dataset]
    moved = lost = 0
    series = []
    for s, order in zip(dataset, orders, strict=True):
        if s.stamps is None or order is None:
            series.append(s)
            continue
        # Times that are NaN come last.
        kept = order[: int(np.isfinite(s.stamps.t).sum())]
        lost += len(order) - len(kept)
        moved += int((np.diff(kept) < 0).sum())
        series.append(s[kept])
    left_out = f"; {_rows(lost)} without a time left out" if lost else ""
    return dataset.repaired(
        series, f"sort: rows put in the order of time, which went backward {moved:,} time{'s' * (moved != 1)}{left_out}"
    )


def merge_duplicates(dataset: Dataset, how: str) -> Dataset:
    """Replace consecutive rows with the same time by one row, or by none.

    Args:
        dataset: The recordings, in the order of time.
        how: A name of `MERGES`: `mean` of the observed values, the `first` row, or `drop` for none.

    Raises: ConfigError C546 without a time column.
    """
    _need_times(dataset, f"--duplicates {how}")
    merge = MERGES[how]
    merged = [s if s.stamps is None else merge.rows(s, _starts(s.stamps.t)) for s in dataset]
    fewer = dataset.n_rows - sum(map(len, merged))
    return dataset.repaired(
        merged, f"duplicates: {_rows(fewer)} fewer; of rows with the same time, {merge.words} is kept"
    )


def check_repeats(series: Series) -> None:
    """Check that no row is written twice, with the same time and the same values.

    Raises: DataError D107 if all rows with the time of the row before are repetitions of it.
    """
    stamps = series.stamps
    if stamps is None or len(series) < 2:
        return
    steps = np.diff(stamps.t)
    again = np.flatnonzero(steps == 0)
    if not len(again) or not (steps >= 0).all():
        return
    values = series.values if series.inputs is None else np.hstack([series.values, series.inputs])
    if np.array_equal(values[again], values[again + 1], equal_nan=True):
        raise DataError(
            "D107",
            "time does not increase",
            where=f"{stamps.place}, time column '{stamps.name}': {stamps.row(int(again[0]))} and "
            f"{stamps.row(int(again[0]) + 1)} are the same row; {len(again):,} in all",
            why="a repeated row would be learned as a standstill",
            fix="--duplicates first  # nothing is lost: the repeated rows hold the same values",
        )


def check_ticks(series: Series) -> None:
    """Check that the clock moves on from row to row, where rows are even and only its ticks are coarse.

    Raises: DataError D107 if neighbours with different values share times that are spread evenly over the rows.
    """
    stamps = series.stamps
    if stamps is None or (stamps.calendar is not None and stamps.calendar.unit != "s"):
        return
    found = coarse_ticks(stamps.t)
    if found is None:
        return
    again = np.flatnonzero(np.diff(stamps.t) == 0)
    values = series.values
    if 2 * int((values[again] == values[again + 1]).all(axis=1).sum()) > len(again):
        return
    tick, step = (spelled(float(f"{value:.6g}"), series.unit) for value in (found.tick, found.step))
    raise DataError(
        "D107",
        "time does not increase",
        where=f"{stamps.place}, time column '{stamps.name}': {found.repeated:,} of {len(series):,} rows have the "
        f"time of the row before, in even distances and with other values, first {stamps.row(int(again[0]) + 1)}",
        why=f"the clock ticks every {tick}, and rows were recorded faster: their order is known, only their "
        "times are too coarse",
        fix=f"{option('--dt', step)}  # takes all rows as even, one in the mean step; --duplicates first leaves out "
        f"{found.repeated:,} rows",
    )


class Merge(NamedTuple):
    """A way to replace rows with the same time: by one row, or by none.

    Attributes:
        rows: Function of the series and of the first row of every time; it returns the series that remains.
        words: What remains, in words for messages.
    """

    rows: Callable[[Series, Int[np.ndarray, " times"]], Series]
    words: str


def _starts(t: Float[np.ndarray, " time"]) -> Int[np.ndarray, " times"]:
    """The first row of every time."""
    return np.flatnonzero(np.diff(t, prepend=np.nan) != 0)


def _alone(series: Series, starts: Int[np.ndarray, " times"]) -> Series:
    return series[starts[np.diff(starts, append=len(series)) == 1]]


def _first(series: Series, starts: Int[np.ndarray, " times"]) -> Series:
    return series[starts]


def _mean(series: Series, starts: Int[np.ndarray, " times"]) -> Series:
    counts = np.add.reduceat(series.observed_mask, starts, axis=0, dtype=int)
    total = np.add.reduceat(np.where(series.observed_mask, series.x, 0.0), starts, axis=0)
    inputs = series.inputs
    sizes = np.diff(starts, append=len(series))[:, None]
    return replace(
        series[starts],
        x=total / np.maximum(counts, 1),
        mask=None if series.mask is None else counts > 0,
        inputs=None if inputs is None else np.add.reduceat(inputs, starts, axis=0) / sizes,
    )


# By the values of `RepairOptions.duplicates`.
MERGES = {
    "mean": Merge(_mean, "their mean"),
    "first": Merge(_first, "the first of them"),
    "drop": Merge(_alone, "none of them"),
}


def _need_times(dataset: Dataset, flag: str) -> None:
    if all(series.stamps is None for series in dataset):
        raise ConfigError(
            "C546",
            "no time column",
            where=f"{flag}; {dataset.source} has no time column, or --dt replaces it",
            why="only the times show which rows are out of order or repeated",
            fix="name the time column with --time, and leave out --dt",
        )


def _rows(n: int) -> str:
    return f"{n:,} row{'s' * (n != 1)}"

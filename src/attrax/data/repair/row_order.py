"""Row order: rows are sorted by their times, and each time occurs once."""

from dataclasses import replace
from typing import Literal

import numpy as np

from attrax.core.errors import ConfigError
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


def merge_duplicates(dataset: Dataset, how: Literal["mean", "first", "drop"]) -> Dataset:
    """Replace consecutive rows with the same time by one row, or by none.

    Args:
        dataset: The recordings, in the order of time.
        how: `mean` of the observed values, the `first` row, or `drop` for none.

    Raises: ConfigError C546 without a time column.
    """
    _need_times(dataset, f"--duplicates {how}")
    merged = [_merged(s, how) for s in dataset]
    fewer = dataset.n_rows - sum(map(len, merged))
    became = {"mean": "their mean", "first": "the first of them", "drop": "none of them"}[how]
    return dataset.repaired(merged, f"duplicates: {_rows(fewer)} fewer; of rows with the same time, {became} is kept")


def _merged(series: Series, how: str) -> Series:
    if series.stamps is None:
        return series
    new = np.diff(series.stamps.t, prepend=np.nan) != 0
    starts = np.flatnonzero(new)
    if how == "drop":
        alone = np.diff(starts, append=len(series)) == 1
        return series[starts[alone]]
    first = series[starts]
    if how == "first":
        return first
    counts = np.add.reduceat(series.observed_mask, starts, axis=0, dtype=int)
    total = np.add.reduceat(np.where(series.observed_mask, series.x, 0.0), starts, axis=0)
    inputs = series.inputs
    sizes = np.diff(starts, append=len(series))[:, None]
    return replace(
        first,
        x=total / np.maximum(counts, 1),
        mask=None if series.mask is None else counts > 0,
        inputs=None if inputs is None else np.add.reduceat(inputs, starts, axis=0) / sizes,
    )


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

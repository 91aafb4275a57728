"""Order: rows in the order of their times, each time once."""

from dataclasses import replace
from typing import Literal

import numpy as np

from attrax.core.errors import ConfigError
from attrax.data.repair.repaired import Repaired
from attrax.data.series import Dataset, Series


def sort(dataset: Dataset) -> Repaired:
    """Put the rows of every series in the order of their times, and leave out rows that have none.

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
    return Repaired(
        replace(dataset, series=tuple(series)),
        (f"sort: rows put in the order of time, which ran backward {moved:,} time{'s' * (moved != 1)}{left_out}",),
    )


def merge_duplicates(dataset: Dataset, how: Literal["mean", "first", "drop"]) -> Repaired:
    """Make one row, or none, of consecutive rows that share their time.

    Args:
        dataset: The recordings, in the order of time.
        how: `mean` of what was observed, the `first` row, or `drop` them all.

    Raises: ConfigError C546 without a time column.
    """
    _need_times(dataset, f"--duplicates {how}")
    series = tuple(_merged(s, how) for s in dataset)
    n_before, n_after = (sum(map(len, group)) for group in (dataset, series))
    became = {"mean": "averaged", "first": "the first of each kept", "drop": "none of them kept"}[how]
    return Repaired(
        replace(dataset, series=series),
        (f"duplicates: {_rows(n_before - n_after)} fewer where several shared one time, {became}",),
    )


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
    seen = np.ones(series.x.shape, dtype=bool) if series.mask is None else series.mask
    counts = np.add.reduceat(seen, starts, axis=0, dtype=int)
    total = np.add.reduceat(np.where(seen, series.x, 0.0), starts, axis=0)
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
            "no times to go by",
            where=f"{flag}; {dataset.source} has no time column, or --dt overrules it",
            why="only times tell which rows are out of order or repeated",
            fix="name the time column with --time, and leave out --dt",
        )


def _rows(n: int) -> str:
    return f"{n:,} row{'s' * (n != 1)}"

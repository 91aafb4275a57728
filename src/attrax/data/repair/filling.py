"""Filling: missing values drawn as straight lines between their neighbours."""

from dataclasses import replace

import numpy as np

from attrax.data.repair.repaired import Repaired
from attrax.data.series import Dataset, Series


def interpolate(dataset: Dataset) -> Repaired:
    """Fill missing values linearly between the observed ones around them.

    What lies before the first or after the last observed value of a channel stays missing: there is nothing to draw a
    line to.
    """
    filled = dataset.map(_filled)
    before, after = _n_missing(dataset), _n_missing(filled)
    left = f"; {after:,} at the ends of their channel stay missing" if after else ""
    n = before - after
    return Repaired(filled, (f"interpolate: {n:,} missing value{'s' * (n != 1)} filled{left}",))


def drawn_through(series: Series) -> np.ndarray:
    """The values with straight lines through the gaps, and the nearest value beyond the ends."""
    if series.mask is None:
        return series.x
    rows = np.arange(len(series))
    columns = [
        np.interp(rows, rows[seen], column[seen]) if seen.any() else column
        for column, seen in zip(series.x.T, series.mask.T, strict=True)
    ]
    return np.stack(columns, axis=1)


def _filled(series: Series) -> Series:
    if series.mask is None:
        return series
    begun = np.logical_or.accumulate(series.mask, axis=0)
    unfinished = np.logical_or.accumulate(series.mask[::-1], axis=0)[::-1]
    mask = begun & unfinished
    x = np.where(mask, drawn_through(series), 0.0)
    return replace(series, x=x, mask=None if mask.all() else mask)


def _n_missing(dataset: Dataset) -> int:
    return sum(0 if series.mask is None else int((~series.mask).sum()) for series in dataset)

"""Filling: missing values drawn as straight lines between their neighbours."""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from attrax.data.repair.repaired import Repaired
from attrax.data.series import Dataset, Series


def interpolate(dataset: Dataset) -> Repaired:
    """Fill missing values linearly between the observed ones around them.

    What lies before the first or after the last observed value of a channel stays missing: there is nothing to draw a
    line to.
    """
    filled = dataset.map(_filled)
    before, after = dataset.n_missing, filled.n_missing
    left = f"; {after:,} at the ends of their channel stay missing" if after else ""
    n = before - after
    return Repaired(filled, (f"interpolate: {n:,} missing value{'s' * (n != 1)} filled{left}",))


def drawn_through(series: Series) -> Float[np.ndarray, "time obs"]:
    """The values with straight lines through the gaps, and the nearest value beyond the ends."""
    return lines_through(series.x, series.mask)


def lines_through(
    x: Float[np.ndarray, "time obs"], mask: Bool[np.ndarray, "time obs"] | None
) -> Float[np.ndarray, "time obs"]:
    """Straight lines wherever `mask` is false, between the values around; beyond the ends the nearest value.

    Example:
        >>> x = np.array([[0.0], [7.0], [7.0], [3.0]])
        >>> lines_through(x, np.array([[True], [False], [False], [True]])).ravel()
        array([0., 1., 2., 3.])
    """
    if mask is None:
        return x
    rows = np.arange(len(x))
    columns = [
        np.interp(rows, rows[seen], column[seen]) if seen.any() else column
        for column, seen in zip(x.T, mask.T, strict=True)
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

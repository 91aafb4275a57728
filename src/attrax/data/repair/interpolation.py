"""Interpolation: straight lines in the place of missing values."""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from attrax.data.series import Dataset, Series


def interpolate(dataset: Dataset) -> Dataset:
    """Fill missing values by linear interpolation between the observed values around them.

    Values before the first or after the last observed value of a channel stay missing.
    """
    filled = dataset.map(_filled)
    before, after = dataset.n_missing, filled.n_missing
    left = f"; {after:,} before the first or after the last observed value stay missing" if after else ""
    n = before - after
    return dataset.repaired(filled, f"interpolate: {n:,} missing value{'s' * (n != 1)} filled{left}")


def interpolated_values(series: Series) -> Float[np.ndarray, "time obs"]:
    """The values of a series, where missing ones are interpolated as by `interpolated`."""
    return interpolated(series.x, series.mask)


def interpolated(
    x: Float[np.ndarray, "time obs"], mask: Bool[np.ndarray, "time obs"] | None
) -> Float[np.ndarray, "time obs"]:
    """Linear interpolation where `mask` is false; before the first and after the last observed value, that value.

    Example:
        >>> x = np.array([[0.0], [7.0], [7.0], [3.0]])
        >>> interpolated(x, np.array([[True], [False], [False], [True]])).ravel()
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
    x = np.where(mask, interpolated_values(series), 0.0)
    return replace(series, x=x, mask=None if mask.all() else mask)

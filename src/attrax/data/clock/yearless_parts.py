"""Columns that tell the day and the time of day, and no year."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int

_NEW_MONTH, _NEW_YEAR = 20, 300
"""A day that goes back by more than this is in the next month, or in the next year."""
_COMMON_YEAR, _LEAP_YEAR = np.datetime64("2001-01", "M"), np.datetime64("2000-01", "M")


def days_without_year(
    values: Mapping[str, np.ndarray], since: Float[np.ndarray, " time"]
) -> Float[np.ndarray, " time"] | None:
    """Days and their fractions, counted on where the day goes back to the first of a month or a year.

    Args:
        values: The columns `month` and `day`, `of_year`, or `day` alone, in whole numbers.
        since: Seconds since midnight.

    Returns: For day 3 at noon 3.5; None if rows do not follow each other.

    Example:
        >>> days_without_year({"day": np.array([31, 31, 1])}, np.array([0.0, 43_200.0, 0.0])).tolist()
        [31.0, 31.5, 32.0]
    """
    if "month" in values:
        found = _of_year(values["month"], values["day"])
        if found is None:
            return None
        days, least = found, _NEW_YEAR
    else:
        days = values["of_year"] if "of_year" in values else values["day"]
        least = _NEW_YEAR if "of_year" in values else _NEW_MONTH
    steps = np.diff(days)
    back = np.flatnonzero(steps < -least)
    later = np.zeros(len(days), dtype=np.int64)
    for row in back.tolist():
        later[row + 1 :] += days[row] - days[row + 1] + 1
    t = days + later + since / 86_400
    return t if (np.diff(t) > 0).all() else None


def _of_year(month: Int[np.ndarray, " time"], day: Int[np.ndarray, " time"]) -> Int[np.ndarray, " time"] | None:
    """Days of the year; None if a date does not exist."""
    if ((month < 1) | (month > 12) | (day < 1)).any():
        return None
    leap = bool(((month == 2) & (day == 29)).any())
    first = (_LEAP_YEAR if leap else _COMMON_YEAR) + (month - 1)
    dates = first.astype("datetime64[D]") + (day - 1)
    if (dates.astype("datetime64[M]") != first).any():
        return None
    return (dates - dates.astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64) + 1

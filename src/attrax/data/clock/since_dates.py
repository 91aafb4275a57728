"""Times that count from a date, such as `days since 2000-01-01`, and dates of calendars that are not ours."""

import re
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.data.clock.durations import canonical_unit, conversion

_SINCE = re.compile(
    r"(?i)\s*(?P<unit>[a-z]+)\s+since\s+(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"(?:[ t]+(?P<H>\d{1,2})(?::(?P<M>\d{1,2})(?::(?P<S>\d{1,2})(?:\.0*)?)?)?)?\s*(?:z|utc|gmt|[+-]?0{1,2}:?0{2})?\s*"
)
_REAL = ("", "standard", "gregorian", "proleptic_gregorian")
_GREGORIAN = np.datetime64("1582-10-15")
_DAY = 86_400.0


def since_dates(numbers: np.ndarray, units: str, calendar: str = "") -> np.ndarray | None:
    """The dates of numbers that count from a date; None for other units, and for calendars in which days are missing.

    Args:
        numbers: The numbers.
        units: Such as `hours since 1900-01-01 00:00:00`.
        calendar: The calendar, as conventions for climate data name it; empty for ours.

    Example:
        >>> since_dates(np.array([0.0, 36.0]), "hours since 2000-02-28").astype("M8[h]").astype(str).tolist()
        ['2000-02-28T00', '2000-02-29T12']
        >>> since_dates(np.array([0.0, 1.0]), "days since 2000-01-01", "360_day") is None
        True
    """
    found = _SINCE.fullmatch(units)
    if found is None or calendar.lower() not in _REAL or numbers.dtype.kind not in "fiu":
        return None
    first = np.datetime64(f"{found['y']}-{int(found['m']):02d}-{int(found['d']):02d}")
    if (first < _GREGORIAN and calendar.lower() != "proleptic_gregorian") or not np.isfinite(numbers).all():
        return None
    hours, minutes, seconds = (int(found[part] or 0) for part in "HMS")
    start = first.astype("datetime64[us]") + np.timedelta64(3_600 * hours + 60 * minutes + seconds, "s")
    unit = canonical_unit(found["unit"])
    second = conversion(unit, "s")
    if second is not None:
        whole = np.floor(numbers)
        parts = np.rint((numbers - whole) * second * 1e6).astype(np.int64)
        return start + (np.rint(whole * second * 1e6).astype(np.int64) + parts).astype("timedelta64[us]")
    months = conversion(unit, "month")
    if months is None or (numbers * months % 1 != 0).any():
        return None
    month = first.astype("datetime64[M]")
    return (month + np.rint(numbers * months).astype(np.int64)).astype("datetime64[us]") + (start - month)


def dates_of_models(dates: np.ndarray) -> tuple[np.ndarray, str]:
    """Dates of the library cftime, whose years may have 360 or always 365 days: real dates, or days since the first.

    Args:
        dates: Objects with a calendar.

    Returns: Dates, if the calendar is ours or all are on one day of a month; else days since the first date, and the
        name of their unit.
    """
    parts = np.array([(d.year, d.month, d.day) for d in dates])
    seconds = np.array([3_600 * d.hour + 60 * d.minute + d.second + 1e-6 * d.microsecond for d in dates])
    first: Any = dates[0]
    monthly = len(np.unique(parts[:, 2])) == 1 and parts[0, 2] <= 28 and len(np.unique(seconds)) == 1
    if first.calendar in _REAL or monthly:
        months = (12 * (parts[:, 0] - 1970) + parts[:, 1] - 1).astype("datetime64[M]").astype("datetime64[D]")
        days = (months + (parts[:, 2] - 1)).astype("datetime64[us]")
        return days + np.rint(seconds * 1e6).astype("timedelta64[us]"), ""
    return _days(dates), f"days since {first.isoformat()} of the calendar {first.calendar}"


def _days(dates: np.ndarray) -> Float[np.ndarray, " time"]:
    return np.array([(date - dates[0]).total_seconds() / _DAY for date in dates])


def is_of_model(values: np.ndarray) -> bool:
    """Whether an array holds dates of the library cftime."""
    return values.dtype == object and len(values) > 0 and hasattr(values[0], "calendar")

"""Time of satellite navigation: a week since January 1980, and the seconds in it."""

import re
from collections.abc import Sequence

import numpy as np

from attrax.data.clock.durations import canonical_unit

_WEEK = re.compile(r"(?i:(?:gps[ _]?)?(?:week|wn)(?:[ _]?(?:no|num|number))?\.?|gps[ _]?w)")
_SECONDS = re.compile(
    r"(?i:(?:gps[ _]?)?(?:(?P<ms>i)?tow|sow|(?:seconds?|secs?|time)[ _]?of[ _]?(?:the[ _])?(?:gps[ _])?week|seconds?"
    r"|secs?)"
    r"[ _]?[(\[]?(?P<unit>s|sec|seconds?|ms|msec)?[)\]]?)"
)
_EPOCH = np.datetime64("1980-01-06", "us")
_WEEK_LENGTH = 604_800
_LAST_WEEK = 5_000


def gps_columns(names: Sequence[str]) -> dict[str, str]:
    """The columns of the week and of the seconds in it, by their names; empty if there are not both.

    Example:
        >>> gps_columns(["GPS Week", "TOW (s)", "x"])
        {'gps_week': 'GPS Week', 'gps_seconds': 'TOW (s)'}
    """
    week = next((name for name in names if _WEEK.fullmatch(name.strip())), None)
    seconds = next((name for name in names if _SECONDS.fullmatch(name.strip())), None)
    known = week is not None and seconds is not None and ("gps" in week.lower() or not _is_plain(seconds))
    return {"gps_week": week, "gps_seconds": seconds} if week and seconds and known else {}


def _is_plain(name: str) -> bool:
    """Whether a name says seconds, but not of what."""
    return re.fullmatch(r"(?i:seconds?|secs?)", name.strip()) is not None


def gps_dates(week: np.ndarray, seconds: np.ndarray, name: str) -> np.ndarray | None:
    """The dates, on the clock of the satellites, which is some seconds ahead of UTC; None for other numbers.

    Args:
        week: Weeks since 6 January 1980.
        seconds: Seconds in the week, or milliseconds if the name says so or they are too large.
        name: Name of the column of seconds.

    Example:
        >>> gps_dates(np.array([2190.0]), np.array([60.5]), "tow").tolist()[0].isoformat()
        '2021-12-26T00:01:00.500000'
    """
    if any(column.dtype.kind not in "fiu" or not np.isfinite(column).all() for column in (week, seconds)):
        return None
    found = _SECONDS.fullmatch(name.strip())
    ms = found is not None and (found["ms"] or canonical_unit(found["unit"] or "") == "ms")
    seconds = seconds / 1e3 if ms or seconds.max() > _WEEK_LENGTH else seconds
    if (week % 1 != 0).any() or week.min() < 0 or week.max() > _LAST_WEEK:
        return None
    if seconds.min() < 0 or seconds.max() > _WEEK_LENGTH:
        return None
    days = _EPOCH + (7 * week).astype("timedelta64[D]")
    return days + np.rint(seconds * 1e6).astype("timedelta64[us]")

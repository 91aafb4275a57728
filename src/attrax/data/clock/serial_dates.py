"""Dates in numbers of days, as spreadsheets, MATLAB and Python count them."""

import re
from typing import NamedTuple

import numpy as np

from attrax.data.clock.date_form import DateForm
from attrax.data.clock.date_text import WrittenDates

_ORDINAL = re.compile(r"(?i)(?:.*[ _])?ordinal(?:[ _].*)?")
_DATED = re.compile(r"(?i)(?:.*[ _])?(?:date(?:num|[ _]?time)?|timestamp|datum|fecha|excel[ _]?time|serial)(?:[ _].*)?")
_DAY = 86_400.0
_COUNTS = {
    "1899-12-30": (20_000.0, 80_000.0, "spreadsheets count"),
    "0000-01-00": (700_000.0, 800_000.0, "MATLAB counts"),
    "0001-01-00": (690_000.0, 800_000.0, "Python counts"),
}
"""For each first day the range of usual numbers, in which all dates since the middle of the last century are."""
_FIRST = {
    "1899-12-30": np.datetime64("1899-12-30"),
    "0000-01-00": np.datetime64("1970-01-01") - 719_529,
    "0001-01-00": np.datetime64("1970-01-01") - 719_163,
}
_OF_ORDINALS = "0001-01-00"


class SerialDates(NamedTuple):
    """Dates that were numbers of days, and how that was recognised."""

    dates: WrittenDates
    told: str


def serial_dates(column: np.ndarray, name: str) -> SerialDates | None:
    """The dates of numbers of days in a column that is called a date; None for other numbers.

    Args:
        column: The numbers.
        name: Name of the column.

    Example:
        >>> found = serial_dates(np.array([44197.0, 44197.5, 44198.0]), "Date")
        >>> found.dates.instants.astype("M8[h]").astype(str).tolist()
        ['2021-01-01T00', '2021-01-01T12', '2021-01-02T00']
        >>> serial_dates(np.array([44197.0, 44198.0]), "price") is None
        True
    """
    ordinal = _ORDINAL.fullmatch(name.strip()) is not None
    if not (ordinal or _DATED.fullmatch(name.strip())) or len(column) < 2 or not np.isfinite(column).all():
        return None
    low, high = column.min(), column.max()
    fitting = [first for first, (least, most, _) in _COUNTS.items() if least <= low and high <= most]
    begin = next((first for first in fitting if (first == _OF_ORDINALS) == ordinal), None)
    if begin is None or not (np.diff(column) > 0).any():
        return None
    seconds = column * _DAY
    # A number of five decimals is exact to half a second.
    grain, exact = next(
        ((g, d) for g, d, near in ((60.0, 60.0, 0.5), (1.0, 1.0, 1e-3)) if _whole(seconds, g, near)), (1e-3, 1e-3)
    )
    since = np.rint(np.rint(seconds / grain) * grain * 1e6).astype(np.int64).astype("timedelta64[us]")
    form = DateForm("{y:04d}-{m:02d}-{d:02d}", "D", _DAY) if (column % 1 == 0).all() else DateForm(digit=exact)
    told = f"numbers of '{name}' are days since {begin}, as {_COUNTS[begin][2]} them"
    return SerialDates(WrittenDates(_FIRST[begin].astype("datetime64[us]") + since, form), told)


def _whole(seconds: np.ndarray, grain: float, near: float) -> bool:
    """Whether all times are multiples of a grain, up to rounding."""
    return bool((np.abs(seconds - np.rint(seconds / grain) * grain) <= near).all())

"""Names of clocks: which columns may hold time, and in what unit."""

import re

from attrax.data.clock.durations import canonical_unit

_UNIT = (
    r"(?:\s*[(\[](?P<bracket>[^)\]]*)[)\]]"
    r"|[ _.](?P<suffix>s|secs?|seconds?|ms|msecs?|us|ns|min|minutes?|h|hours?|d|days?|utc|local))?"
)
# `T` is a temperature or an electrode more often than a clock.
_CLOCK = re.compile(
    r"(?:(?i:times?|time[ _]?stamps?|dates?|date[ _/]?(?:and[ _])?time|ds|utc|seconds|secs?|elapsed(?:[ _]time)?"
    r"|frames?|index|unnamed: 0|zeit|zeitpunkt|datum|uhrzeit|temps|tiempo|fecha)|t)" + _UNIT
)
# Names that are clocks if their values rise: a `month` from 1 to 12 is none.
_RISING = re.compile(
    r"(?i:(?P<unit>years?|yr|months?|weeks?|days?|hours?|hrs?|minutes?|ms|msecs?|milliseconds?)"
    r"|decimal[ _](?P<decimal>year|date)|m?jd|julian[ _](?P<julian>day|date))"
)
_COUNTER = re.compile(
    r"(?i:(?:frames?|samples?|rows?|records?|obs|observation|steps?|scan|index|idx|id|nr|no|n|num|number|count|counter|#)"
    r"[ ._]?(?:nr|no|num|number|id|idx|index|count|#)?\.?|unnamed: 0)"
)
_STAMP = re.compile(r"(?i:(?:time[ _]?)?stamps?|unix|epoch|unix[ _]?time|time|t)")
_SINCE_1970 = {"s": (1e8, 1e10), "ms": (1e11, 1e13), "us": (1e14, 1e16), "ns": (1e17, 1e19)}


def is_clock(name: str) -> bool:
    """Whether a column of this name holds time.

    Example:
        >>> is_clock("Time (s)"), is_clock("elapsed_ms"), is_clock("Frame"), is_clock("T")
        (True, True, True, False)
    """
    return _CLOCK.fullmatch(name.strip()) is not None


def is_clock_if_rising(name: str) -> bool:
    """Whether a column of this name holds time if its values rise, such as `year` or `day`."""
    return _RISING.fullmatch(name.strip()) is not None


def is_counter(name: str) -> bool:
    """Whether a column of this name may count the rows, such as `No` or `sample`."""
    return _COUNTER.fullmatch(name.strip()) is not None


def clock_unit(name: str) -> str:
    """The unit in the name of a time column, such as `ms` in `time (ms)`; empty if there is none.

    Example:
        >>> clock_unit("Time [sec]"), clock_unit("elapsed_ms"), clock_unit("year"), clock_unit("frame")
        ('s', 'ms', 'year', '')
    """
    text = name.strip()
    match, rising = _CLOCK.fullmatch(text), _RISING.fullmatch(text)
    if rising:
        days = "year" if (rising["decimal"] or "").lower() == "year" else "d"
        return canonical_unit("year" if (rising["unit"] or "").lower() == "yr" else rising["unit"] or days)
    if match is None:
        return ""
    if text.lower() in {"seconds", "sec", "secs"}:
        return "s"
    unit = match["bracket"] or match["suffix"] or ""
    return "" if unit.lower() in ("utc", "local") else canonical_unit(unit)


def epoch_unit(name: str, smallest: float, largest: float) -> str:
    """The unit of numbers that count time since 1970, judged by their size; empty if they do not.

    Example:
        >>> epoch_unit("timestamp", 1.6e9, 1.7e9), epoch_unit("time", 0.0, 5.0)
        ('s', '')
    """
    if not _STAMP.fullmatch(name.strip()):
        return ""
    return next((unit for unit, (low, high) in _SINCE_1970.items() if low <= smallest <= largest < high), "")

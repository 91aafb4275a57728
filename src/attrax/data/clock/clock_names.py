"""Names of clocks: which columns may hold time, and in what unit."""

import re

from attrax.data.clock.durations import canonical_unit, conversion
from attrax.data.clock.time_words import CERTAIN_DATES, CERTAIN_TIMES, TIMES, WORDS, unit_of_word

_BRACKET = r"\s*[(\[](?P<bracket>[^)\]]*)[)\]]"
_SUFFIX = r"(?:[ _./]| / | in |, ?)(?P<suffix>s|secs?|seconds?|ms|msecs?|us|ns|min|minutes?|h|hours?|d|days?|utc|local)"
_UNIT = rf"(?:{_BRACKET}|{_SUFFIX})?"
_OF_TIME = "relative|rel\\.?|simulation|sim|local|utc|recording|experiment|system|elapsed|lsl|unix|epoch"
# `T` is a temperature or an electrode more often than a clock.
_CLOCK = re.compile(
    rf"(?:(?i:{'|'.join(CERTAIN_TIMES)}|time[ _]stamps?|date[ _/]?(?:and[ _])?time|ds|utc|seconds|secs?"
    r"|elapsed(?:[ _]time)?"
    rf"|(?:{_OF_TIME})[ _]?time(?:[ _]?stamps?)?|time[ _]since[ _]\w+"
    r"|(?P<midnight>s|secs?|seconds|ms|time)[ _](?:since|after|past|of)[ _](?:midnight|the[ _]day|day)"
    r"|hhmm(?:ss)?|(?:gps[ _]?)?(?:i?tow|sow)|(?:gps[ _]?)?(?:seconds?|time)[ _]of[ _](?:the[ _])?week"
    r"|yyyymm(?:dd)?(?:hh(?:mm(?:ss)?)?)?|yyyyddd|frames?|index|unnamed: 0)|t)" + _UNIT
)
# Names that are clocks if their values rise: a `month` from 1 to 12 is none.
_RISING = re.compile(
    rf"(?i:(?P<unit>{'|'.join(word for words in WORDS.values() for word in words)})"
    r"(?:[ _]*[(\[]?(?:ce|ad|n\.? ?chr\.?)[)\]]?)?"
    r"|(?:dec(?:imal)?|fractional)[ _.]+(?P<decimal>year|date)"
    r"|(?P<julian>(?:\w+[ _])?(?:[bhtmr]|bm|bt|bk)?jd|julian[ _](?:day|date)|datenum"
    r"|(?:excel|serial)[ _]?(?:date|day)s?)|ts|unix|epoch|unix[ _]?time[ _]?stamps?|posix(?:[ _]?time)?"
    rf"|(?:.*[\W_])?(?:{'|'.join(TIMES)})(?:[\W_].*)?)"
)
_AGE = re.compile(
    r"(?i:(?:.*[\W_])?ages?(?:[\W_].*)?|(?:.*[\W_\d])?(?:(?:k?yrs?|years?|ka|ma|cal)[ ._]*)*(?:bp|b2k|bce?|ago)[)\]]?"
    r"|(?:cal[ ._]*)?(?:kyr|myr|ka)|(?:.*[\W_])?time[ _]*[\[(](?:ka|ma)[\])])"
)
_AGE_UNIT = re.compile(
    r"(?i:(?:.*[\W_])?(?P<unit>kyr|ka|ky|myr|ma|yrs?|years?|a)(?:[\W_]*(?:cal|bp|b2k|bce?|ago))*[)\]]?)"
)
_AGES = {"kyr": "kyr", "ka": "kyr", "ky": "kyr", "myr": "Myr", "ma": "Myr"}
_COUNTER = re.compile(
    r"(?i:(?:frames?|samples?|rows?|records?|obs|observation|steps?|scan|index|idx|id|nr|no|n|num|number|count|counter|#"
    r"|ticks?|iter|iteration|points?|sequence|n?seq|i|k)"
    r"[ ._]?(?:nr|no|num|number|id|idx|index|count|#)?\.?|unnamed: 0)"
)
_ROUNDS = re.compile(
    r"(?i:(?:n?seq(?:uence)?|packets?|pkt|frame|sample)[ ._]?(?:count(?:er)?|cnt|index|idx|number|num|no|id)"
    r"|n?seq(?:uence)?|packets?|pkt|count(?:er)?|cnt|index|idx)"
)
_STAMP = re.compile(
    r"(?i:(?:time[ _]?)?stamps?|unix|epoch|(?:unix|epoch|posix)[ _]?(?:time)?[ _]?(?:stamps?)?|ts|time|t)"
)
_SINCE_1970 = {"s": (1e8, 1e10), "ms": (1e11, 1e13), "us": (1e14, 1e16), "ns": (1e17, 1e19)}
# Days since 1900 as spreadsheets count them, since the year 0, and since 4713 BC; they rise by less than a year.
_YEARS = (1000.0, 3000.0)
_DAYS = ((2e4, 8e4), (6.5e5, 8e5), (2.4e6, 2.5e6))
_DATED = re.compile(rf"(?i:{'|'.join(CERTAIN_DATES)}|date[ _/]?time|decimal[ _]date)")


def is_clock(name: str) -> bool:
    """Whether a column of this name holds time.

    Example:
        >>> is_clock("Time (s)"), is_clock("elapsed_ms"), is_clock("t / s"), is_clock("Frame"), is_clock("T")
        (True, True, True, True, False)
    """
    return _CLOCK.fullmatch(name.strip()) is not None


def names_time_of_day(name: str) -> bool:
    """Whether a name says that numbers are hours and minutes, as in 1330."""
    return re.fullmatch(r"(?i:hhmm(?:ss)?)", name.strip()) is not None


def is_clock_if_rising(name: str) -> bool:
    """Whether a column of this name holds time if its values rise, such as `year`, `day` or `sensor_timestamp`."""
    return _RISING.fullmatch(name.strip()) is not None or is_age(name)


def is_age(name: str) -> bool:
    """Whether a column of this name counts time backward, as ages before the present do.

    Example:
        >>> [is_age(name) for name in ("Age (yr BP)", "age_ka", "ka BP", "time [Ma]", "year", "voltage", "page")]
        [True, True, True, True, False, False, False]
    """
    return _AGE.fullmatch(name.strip()) is not None


def is_counter(name: str) -> bool:
    """Whether a column of this name may count the rows, such as `No` or `sample`."""
    return _COUNTER.fullmatch(name.strip()) is not None


def numbers_rounds(name: str) -> bool:
    """Whether a column of this name may count packets or samples and begin again when its digits are used up.

    Example:
        >>> [numbers_rounds(name) for name in ("nSeq", "packet counter", "Sample Index", "hour", "id")]
        [True, True, True, False, False]
    """
    return _ROUNDS.fullmatch(name.strip()) is not None


def clock_unit(name: str) -> str:
    """The unit in the name of a time column, such as `ms` in `time (ms)`; empty if there is none.

    Example:
        >>> clock_unit("Time [sec]"), clock_unit("elapsed_ms"), clock_unit("year"), clock_unit("frame")
        ('s', 'ms', 'year', '')
    """
    text = name.strip()
    if is_age(text):
        found = _AGE_UNIT.fullmatch(text)
        return _AGES.get(found["unit"].lower(), "year") if found else ""
    match, rising = _CLOCK.fullmatch(text), _RISING.fullmatch(text)
    if match:
        if text.lower() in {"seconds", "sec", "secs"} or (match["midnight"] or "time").lower() != "time":
            return unit_of_word(match["midnight"] or text) or "s"
        if text.lower().startswith("itow"):
            return "ms"
        unit = match["bracket"] or match["suffix"] or ""
        return "" if unit.lower() in ("utc", "local") else canonical_unit(unit)
    if rising and (rising["unit"] or rising["julian"] or rising["decimal"]):
        decimal = (rising["decimal"] or "").lower()
        return unit_of_word(rising["unit"] or "") or {"year": "year", "date": ""}.get(decimal, "d")
    return _last_unit(text)


def _last_unit(name: str) -> str:
    """The unit at the end of any name, in brackets or behind a sign, if it is one of time."""
    found = re.fullmatch(rf".*?(?:{_BRACKET}|[ _./](?P<suffix>[a-zA-Zµ]+))", name)
    unit = canonical_unit(found["bracket"] or found["suffix"]) if found else ""
    return unit if conversion(unit, unit) else ""


def numeric_unit(name: str, smallest: float, largest: float) -> str:
    """The unit of numbers that count time from a date on, judged by the name and their size; empty if they do not.

    Args:
        name: Name of the column.
        smallest: The smallest of them.
        largest: The largest of them.

    Example:
        >>> numeric_unit("timestamp", 1.6e9, 1.7e9), numeric_unit("time", 0, 5), numeric_unit("date", 1900, 2000)
        ('s', '', 'year')
    """
    if _DATED.fullmatch(name.strip()):
        if _YEARS[0] <= smallest <= largest < _YEARS[1]:
            return "year"
        return "d" if any(low <= smallest <= largest < high for low, high in _DAYS) else ""
    if not _STAMP.fullmatch(name.strip()):
        return ""
    return next((unit for unit, (low, high) in _SINCE_1970.items() if low <= smallest <= largest < high), "")

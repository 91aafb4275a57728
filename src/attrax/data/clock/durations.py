"""Lengths of time as text, such as `4ms`, `1month` or `0.004`: read from options, and written in messages."""

import re

from attrax.core.errors import ConfigError
from attrax.core.number_text import number_text

_SECONDS = {
    **dict.fromkeys(("ns",), 1e-9),
    **dict.fromkeys(("us", "µs", "μs"), 1e-6),
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 1e-3),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3_600.0),
    **dict.fromkeys(("d", "day", "days"), 86_400.0),
    **dict.fromkeys(("week", "weeks"), 604_800.0),
}
# Steps of a calendar have no fixed length in seconds.
_MONTHS = {
    **dict.fromkeys(("month", "months"), 1.0),
    **dict.fromkeys(("quarter", "quarters"), 3.0),
    **dict.fromkeys(("year", "years"), 12.0),
    **dict.fromkeys(("kyr",), 12e3),
    **dict.fromkeys(("Myr",), 12e6),
}
_WORKING_DAYS = {"business day": 1.0, "business days": 1.0}
_CLASSES = (_SECONDS, _MONTHS, _WORKING_DAYS)
_OTHER_NAMES = {"hr": "h", "hrs": "h", "minutes": "min", "mins": "min", "msecs": "ms", "yr": "year", "yrs": "year"}
_MANY_DAYS, _MANY_MONTHS = 1_000, 36
_SHORTEST_AXIS, _LONGEST_AXIS = 0.1, 10_000.0
_SHORT = ("d", "h", "min", "s", "ms", "us", "ns")
_WORDS = {
    "ns": "nanosecond",
    "us": "microsecond",
    "ms": "millisecond",
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "month": "month",
    "year": "year",
}
_TINY_RATE, _CLEAR_RATE = 0.01, 0.1
_HERTZ = {"": 1.0, "k": 1e3, "m": 1e6}
_RATE = re.compile(r"\s*(?P<number>\d+\.?\d*|\.\d+)\s*(?P<prefix>[kM]?)[hH]z\s*")
_FRACTION = re.compile(r"\s*(\d+\.?\d*)\s*/\s*(\d*[1-9]\d*\.?\d*)\s*")
_DURATION = re.compile(
    r"\s*(?P<number>[+]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(?P<unit>business days?|[A-Za-zµμ]*)\s*"
)


def duration(text: str, unit: str, flag: str) -> float:
    """A length of time as a number, in the unit of a recording.

    Args:
        text: A number in the unit of the recording, or a number with its own unit.
        unit: The unit of the recording's time; empty if it is not known.
        flag: The option that was given, for messages.

    Raises: ConfigError C544 if the text is not a length of time, C545 if units cannot be converted because that of the
        recording is not known.

    Example:
        >>> duration("4ms", "s", "--resample"), duration("0.5", "", "--resample")
        (0.004, 0.5)
    """
    match = _DURATION.fullmatch(text)
    number = float(match["number"]) if match else 0.0
    if match is None or not 0 < number < float("inf") or (match["unit"] and not _class(match["unit"])):
        raise ConfigError(
            "C544",
            f"{text!r} is not a length of time",
            where=f"{flag} {text}",
            why="a length of time is a positive number, without a unit or with one of ns, us, ms, s, min, h, d, week, "
            "month, quarter, year, business day",
            fix=f"without {flag}  # or a number with a unit, such as 4ms",
        )
    if not match["unit"] or match["unit"] == unit:
        return number
    factor = conversion(match["unit"], unit)
    if factor is None:
        raise ConfigError(
            "C545",
            "a length of time that cannot be converted",
            where=f"{flag} {text}; the recording {f'has the unit {unit!r}' if unit else 'names no unit'}",
            why="without it, a length in another unit cannot be converted"
            if not _class(unit)
            else "months, years and working days have no fixed length in days",
            fix=f"without {flag}  # or a number without a unit, which is taken in the unit of the recording"
            f"{'' if unit else '; or name that unit with --unit'}",
        )
    return float(f"{number * factor:.12g}")


def time_step(text: str, unit: str = "") -> tuple[float, str]:
    """The time between two rows and its unit, from what a user writes: `0.004`, `4ms`, `250Hz` or `1/250`.

    Args:
        text: A number, a number with a unit of time, or a rate in Hz, kHz or MHz. Parts of a second become seconds.
        unit: The unit of the result; empty takes that of the text.

    Raises: ValueError if the text is none of these; ConfigError C545 if it cannot be converted to `unit`.

    Example:
        >>> time_step("250Hz"), time_step("4 ms"), time_step("1/250"), time_step("1d"), time_step("250Hz", "ms")
        ((0.004, 's'), (0.004, 's'), (0.004, ''), (1.0, 'd'), (4.0, 'ms'))
    """
    rate = _RATE.fullmatch(text)
    if rate:
        each = 1.0 / (float(rate["number"]) * _HERTZ[rate["prefix"].lower()])
        return (duration(f"{each!r}s", unit, "--dt"), unit) if unit else (each, "s")
    over = _FRACTION.fullmatch(text)
    if over:
        return float(over[1]) / float(over[2]), unit
    match = _DURATION.fullmatch(text)
    own = match["unit"] if match else ""
    if match is None or (own and not _class(own)):
        raise ValueError(text)
    if not own or unit:
        return duration(text, unit, "--dt") if own else float(match["number"]), unit
    whole = "s" if own in _SECONDS and _SECONDS[own] < 1 else canonical_unit(own)
    return duration(text, whole, "--dt"), whole


def canonical_unit(unit: str) -> str:
    """The usual name of a unit: `s` for `seconds`. Units that are not known stay as they are.

    Example:
        >>> canonical_unit("Seconds"), canonical_unit("years"), canonical_unit("beats")
        ('s', 'year', 'beats')
    """
    text = unit.strip()
    lower = text if text in _SECONDS else text.lower().removesuffix(".")
    lower = _OTHER_NAMES.get(lower, lower)
    known = _class(lower)
    return next(name for name, size in known.items() if size == known[lower]) if known else text


def conversion(unit: str, to: str) -> float | None:
    """How many units `to` a `unit` has; None if they cannot be converted.

    Example:
        >>> conversion("ms", "s"), conversion("year", "month"), conversion("month", "s")
        (0.001, 12.0, None)
    """
    known = _class(unit)
    return known[unit] / known[to] if to in known else None


def _class(unit: str) -> dict[str, float]:
    """The units that a unit can be converted to, with their sizes; empty if it is not known."""
    return next((units for units in _CLASSES if unit in units), {})


def spelled(value: float, unit: str) -> str:
    """A length of time as short text: `4ms` for 0.004 s; only the number if the unit is not known.

    Example:
        >>> spelled(0.004, "s"), spelled(0.004, ""), spelled(1.5, "ms"), spelled(2, "month")
        ('4ms', '0.004', '1.5ms', '2 months')
    """
    if unit in _MONTHS or unit in _WORKING_DAYS:
        return f"{value:.6g} {unit}{'' if value == 1 else 's'}"
    if unit not in _SECONDS:
        return f"{value:.6g}"
    seconds = value * _SECONDS[unit]
    best = next((name for name in _SHORT if seconds >= _SECONDS[name] * (1 - 1e-9)), "ns")
    return f"{seconds / _SECONDS[best]:.6g}{best}"


def worded(value: float, unit: str, digits: int = 3, *, error: float | None = None) -> str:
    """A length of time in the unit that people would use for it, for screens and reports.

    Args:
        value: The length.
        unit: Its unit; empty if it is not known.
        digits: Number of digits of a length without an error.
        error: Its standard error.

    Example:
        >>> worded(4.32e6, "s"), worded(752, "ms"), worded(1200, "month", 4), worded(12.5, "")
        ('50 d', '752 ms', '100 years', '12.5 units of time')
        >>> worded(3.41, "s", error=0.52), worded(90_000, "s", error=7_000)
        ('3.4 ± 0.5 s', '1.04 ± 0.08 d')
    """
    if not _class(unit):
        return f"{number_text(value, error, digits)} {unit or 'units of time'}"
    names = next((n for n in (_SHORT, ("year", "month")) if unit in n or canonical_unit(unit) in n), (unit,))
    if unit in _MONTHS:
        names = ("year", unit) if value * _MONTHS[unit] >= _MANY_MONTHS else (unit,)
    sizes = _class(unit)
    size = abs(value) * sizes[unit]
    best = next((name for name in names if size >= sizes[name] * (1 - 1e-9)), unit if value == 0 else names[-1])
    each = sizes[best]
    if best == "d" and size / each > _MANY_DAYS:
        best, each = "year", 365.25 * each
    text = number_text(value * sizes[unit] / each, error and error * sizes[unit] / each, digits)
    plural = "s" * (best in ("year", "month", "quarter", "business day") and text != "1")
    return f"{text} {best}{plural}"


def readable_step(dt: float, rows: int, unit: str) -> tuple[float, str]:
    """The time between two rows, and a unit in which a stretch of rows has a length that can be read from an axis.

    The unit of the recording stays if that length is between 0.1 and 10,000 in it.

    Example:
        >>> readable_step(86_400.0, 30, "s"), readable_step(0.004, 500, "s"), readable_step(1e-6, 500, "s")
        ((1.0, 'd'), (0.004, 's'), (1.0, 'us'))
        >>> readable_step(604_800.0, 2_000, "s")[1], readable_step(1.0, 200, "month"), readable_step(5e7, 10, "")
        ('year', (1.0, 'month'), (50000000.0, ''))
    """
    sizes, length = _class(unit), dt * rows
    if not sizes or _SHORTEST_AXIS <= length < _LONGEST_AXIS:
        return dt, unit
    if unit not in _SECONDS:
        return (dt * sizes[unit] / sizes["year"], "year") if unit in _MONTHS else (dt, unit)
    size = length * sizes[unit]
    best = next((name for name in _SHORT if size >= 10 * sizes[name]), "ns")
    many = best == "d" and size / sizes["d"] > _MANY_DAYS
    return (dt * sizes[unit] / (365.25 * sizes["d"]), "year") if many else (dt * sizes[unit] / sizes[best], best)


def rate_worded(
    value: float, unit: str, digits: int = 3, *, error: float | None = None, beside: float | None = None
) -> str:
    """A rate per unit of time, in the unit of the recording, or a longer one in which it is not tiny.

    Args:
        value: The rate.
        unit: The unit of time; empty if it is not known.
        digits: Number of digits of a rate without an error.
        error: Its standard error.
        beside: Another rate of the same sentence, whose unit is taken.

    Example:
        >>> rate_worded(0.906, "s", error=0.02), rate_worded(9.1e-4, "ms"), rate_worded(0.42, "")
        ('0.91 ± 0.02 per second', '0.91 per second', '0.42 per unit of time')
    """
    sizes = _class(unit)
    if not sizes:
        return f"{number_text(value, error, digits)} per {unit or 'unit of time'}"
    longer = sorted((name for name in _WORDS if sizes.get(name, 0.0) > sizes[unit]), key=lambda name: sizes[name])
    largest = max(abs(value), error or 0.0) if beside is None else abs(beside)
    tiny = 0 < largest < _TINY_RATE
    clear = (n for n in longer if largest * sizes[n] / sizes[unit] >= _CLEAR_RATE)
    # Of a rate that is tiny in every unit, the longest one is the least tiny.
    best = next(clear, longer[-1] if longer else unit) if tiny else unit
    factor = sizes[best] / sizes[unit]
    name = canonical_unit(best)
    return f"{number_text(value * factor, error and error * factor, digits)} per {_WORDS.get(name, name)}"


def about(seconds: float) -> str:
    """A number of seconds, rounded, for estimates.

    Example:
        >>> about(44.0), about(600.0), about(20_000.0)
        ('40 s', '10 min', '5.6 h')
    """
    if seconds < 90:
        return f"{10 * round(seconds / 10):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5_400 else f"{seconds / 3_600:.1f} h"

"""Clock reading: the column of a clock, as it was written, becomes the time of every row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.data.clock.calendars import AbstractCalendar, Seconds, of_dates
from attrax.data.clock.clock_names import clock_unit, is_age, names_time_of_day, numeric_unit
from attrax.data.clock.compact_dates import compact_dates
from attrax.data.clock.compact_times import compact_times
from attrax.data.clock.date_form import DateForm
from attrax.data.clock.date_parts import DateParts
from attrax.data.clock.date_text import WrittenDates, read_dates, read_times_of_day
from attrax.data.clock.durations import conversion
from attrax.data.clock.even_stamps import unrounded
from attrax.data.clock.serial_dates import serial_dates
from attrax.data.clock.zones import Zone

_LATEST = 1e300
_EXACT = 2.0**53
_DAY = 86_400.0
_DIGITS = {"D": 86_400.0, "h": 3_600.0, "m": 60.0, "s": 1.0, "ms": 1e-3, "us": 1e-6, "ns": 1e-9}


@dataclass(frozen=True, eq=False)
class ReadClock:
    """The times of a clock.

    Attributes:
        t: The time of every row; NaN if it is missing.
        unit: Their unit; empty if it is not known.
        calendar: How times become dates; None if they are numbers.
        base: The whole number at which time is 0.
        backward: Whether the numbers of the column fall with time, as ages do; `t` rises.
        daytime: How times of day without a date are written; None for all other times.
        notices: What had to be guessed, a sentence each.
    """

    t: Float[np.ndarray, " time"]
    unit: str = ""
    calendar: AbstractCalendar | None = None
    base: int = 0
    backward: bool = False
    daytime: DateForm | None = None
    notices: tuple[str, ...] = ()


def read_clock(
    column: np.ndarray,
    name: str,
    place: str,
    *,
    zone: str = "",
    utc: bool = False,
    order: str = "",
    exact: Callable[[], Sequence[str]] | None = None,
) -> ReadClock | None:
    """The times in a column, where rounding of even times is undone.

    Args:
        column: Numbers, dates, lengths of time, or objects if there is text.
        name: Name of the column, which may contain the unit.
        place: The file or array, for messages.
        zone: The time zone of dates, by name or offset; empty if it is not given.
        utc: Whether dates are instants in UTC although no offset is written beside them.
        order: `dmy` or `mdy` for dates of which the order is not clear.
        exact: Gives the text of the column if numbers may have lost digits; None if there is none.

    Returns: The times; None if the column holds text that is no date.
    Raises: DataError D142 if the order of day and month is not clear; ConfigError C563 for an unknown zone.
    """
    known = Zone.of(zone) if zone else None
    if column.dtype.kind == "m":
        return _unrounded(ReadClock(column / np.timedelta64(1, "s"), "s"), 0.0)
    if column.dtype.kind == "M":
        return _dated(WrittenDates(column, DateForm(), known if utc else None), known, name, place)
    if column.dtype == object:
        return _from_text(["" if isinstance(c, float) else str(c) for c in column], name, place, known, order)
    return _numbers(column, name, place, known, exact)


def read_parts(
    parts: DateParts, column: Callable[[str], np.ndarray], place: str, *, zone: str = "", order: str = ""
) -> ReadClock:
    """The times that were put together from several columns.

    Args:
        parts: The columns.
        column: Gives a column by its name.
        place: The file or array, for messages.
        zone: As for `read_clock`.
        order: As for `read_clock`.

    Raises: DataError D142 if the order of day and month is not clear.
    """
    if not parts.dated:
        found = parts.without_year(column)
        assert found is not None
        if found.daytime is not None:
            return _of_day(found.t, found.daytime, parts.title, place)
        told = f"{_CODE}  {place}: '{parts.title}' tell no year, and are days with their fractions"
        return _unrounded(ReadClock(found.t, found.unit, notices=(told,)), 0.0)
    chosen, notices = _in_order(parts.readings(column), parts.title, place, order)
    found = _dated(chosen, Zone.of(zone) if zone else None, parts.title, place)
    return replace(found, notices=(*notices, *found.notices))


def _from_text(cells: Sequence[str], name: str, place: str, zone: Zone | None, order: str) -> ReadClock | None:
    readings = read_dates(cells)
    if readings:
        chosen, notices = _in_order(readings, name, place, order)
        found = _dated(chosen, zone, name, place)
        return replace(found, notices=(*notices, *found.notices))
    written = read_times_of_day(cells) if all(cells) else None
    return None if written is None else _of_day(written.since / np.timedelta64(1, "s"), written.form, name, place)


def _of_day(t: Float[np.ndarray, " time"], form: DateForm | None, name: str, place: str) -> ReadClock:
    """The clock of times of day, in seconds since the first midnight."""
    # A step back by most of a day is midnight.
    days = np.cumsum(np.diff(t, prepend=t[0]) < -_DAY / 2)
    told = f"{_CODE}  {place}: where times of '{name}' go back by most of a day, a new day begins"
    clock = ReadClock(t + _DAY * days, "s", daytime=form, notices=(told,) if days[-1] else ())
    return _unrounded(clock, 0.0 if form is None else form.digit)


_CODE, _SHOWN = "D143", 3


def _in_order(
    readings: Sequence[WrittenDates], name: str, place: str, order: str
) -> tuple[WrittenDates, tuple[str, ...]]:
    """The reading of dates with day and month in the right order."""
    asked = [found for found in readings if order in ("", found.order)] or list(readings)
    if len(asked) == 1 or np.array_equal(asked[0].instants, asked[1].instants, equal_nan=True):
        return asked[0], ()
    even = [found for found in asked if _is_even(found.instants)]
    even = even or [found for found, other in zip(asked, asked[::-1], strict=True) if _goes_on(found, other)]
    if len(even) == 1:
        other = next(found for found in asked if found is not even[0])
        words = {"dmy": "the day first", "mdy": "the month first"}
        return even[0], (
            f"{_CODE}  {place}: dates of '{name}' are read with {words[even[0].order]}, since only then rows are even"
            f"  (--date-order {other.order} for the other order)",
        )
    first, second = (str(found.instants[-1].astype("datetime64[D]")) for found in asked)
    raise DataError(
        "D142",
        "day and month cannot be distinguished",
        where=f"{place}, time column '{name}': the last date is {first} or {second}",
        why="no day is beyond 12, and rows are not even in just one of the two orders",
        fix="--date-order dmy  # if the day comes first; --date-order mdy if the month does",
    )


def _is_even(dates: np.ndarray) -> bool:
    if np.isnat(dates).any() or len(dates) < 3:
        return False
    steps = np.diff(of_dates(dates).t(dates))
    return bool(steps[0] > 0 and np.ptp(steps) <= 1e-9 * steps[0])


def _goes_on(found: WrittenDates, other: WrittenDates) -> bool:
    """Whether rows go on by their usual step over most midnights, and over none in the other order."""
    steps, others = (np.diff(each.instants) / np.timedelta64(1, "s") for each in (found, other))
    if not np.isfinite(steps).all():
        return False
    midnight = np.diff(found.instants.astype("datetime64[D]")) != np.timedelta64(0, "D")
    usual = np.median(steps)
    on = int((steps[midnight] == usual).sum())
    return bool(on > 1 and 2 * on > midnight.sum() and (steps > 0).all() and (others[midnight] != usual).all())


def _dated(found: WrittenDates, zone: Zone | None, name: str, place: str) -> ReadClock:
    instants = found.instants
    if instants.dtype not in (np.dtype("datetime64[ns]"), np.dtype("datetime64[us]")):
        instants = instants.astype("datetime64[us]")
    if zone is not None and found.zone is None:
        instants = zone.instants(instants)
    zone = zone or found.zone
    calendar = of_dates(instants, zone, found.form, found.leaps)
    t = calendar.t(instants)
    if isinstance(calendar, Seconds):
        if found.leaps is not None:
            t = t + np.cumsum(found.leaps) - found.leaps
        return _unrounded(ReadClock(t, calendar.unit, calendar), found.form.digit or _last_place(instants))
    return ReadClock(t, calendar.unit, calendar, notices=_holidays(calendar, name, place))


def _holidays(calendar: AbstractCalendar, name: str, place: str) -> tuple[str, ...]:
    """What to say about working days without a row."""
    days = calendar.holidays
    if not days:
        return ()
    shown = ", ".join(map(str, days[:_SHOWN])) + (f" and {len(days) - _SHOWN:,} more" if len(days) > _SHOWN else "")
    return (f"{_CODE}  {place}: days without a row in '{name}' are taken as holidays, not as gaps: {shown}",)


def _last_place(dates: np.ndarray) -> float:
    """The longest unit in which all dates are whole, in seconds."""
    return next((size for unit, size in _DIGITS.items() if (dates == dates.astype(f"M8[{unit}]")).all()), 0.0)


def _numbers(
    column: np.ndarray, name: str, place: str, zone: Zone | None, exact: Callable[[], Sequence[str]] | None
) -> ReadClock:
    base = 0
    # NaN, for a missing time, is not larger.
    large = bool(len(column) and np.abs(column).max() > _EXACT)
    if column.dtype.kind in "iu":
        whole = column.astype(np.int64)
        base = int(whole[0]) if large else 0
        column = (whole - base).astype(np.float64)
    elif exact is not None and large:
        base, column = _exactly(column, exact())
    if not base and (dates := compact_dates(column, name, exact)) is not None:
        return _dated(dates, zone, name, place)
    if not base and (serial := serial_dates(column, name)) is not None:
        return replace(_dated(serial.dates, zone, name, place), notices=(f"{_CODE}  {place}: {serial.told}",))
    if not base and (times := compact_times(column, named=names_time_of_day(name))) is not None:
        return _of_day(times.since / np.timedelta64(1, "s"), times.form, name, place)
    # Beyond this the difference of two times may not be a number.
    t = np.where(np.abs(column) < _LATEST, column, np.nan) if large else column
    if is_age(name):
        return _unrounded(ReadClock(-t, clock_unit(name), backward=True), 0.0)
    seen = t[np.isfinite(t)] if large or not clock_unit(name) else t[:0]
    unit = clock_unit(name) or (numeric_unit(name, seen.min() + base, seen.max() + base) if len(seen) else "")
    t, begins = _without_turns(t, unit)
    told = f"{_CODE}  {place}: where times of '{name}' go back by {begins}, a new round begins" if begins else ""
    return _unrounded(ReadClock(t, unit, base=base, notices=(told,) if told else ()), 0.0)


def _without_turns(t: Float[np.ndarray, " time"], unit: str) -> tuple[Float[np.ndarray, " time"], str]:
    """Times of a clock that begins again after a day, a week or when its counter is full; and how much that is."""
    steps = np.diff(t)
    back = steps < 0
    if not back.any() or back.all() or not np.isfinite(t).all():
        return t, ""
    second = (conversion("s", unit) if unit else None) or 0.0
    turns = {"a day": _DAY * second, "a week": 7 * _DAY * second, "65,536": 2.0**16, "2^32": 2.0**32}
    step = float(np.median(steps[~back]))
    for words, turn in turns.items():
        if turn and t.min() >= 0 and t.max() <= turn and (np.abs(steps[back] + turn - step) <= 0.5 * step).all():
            return t + turn * np.cumsum(np.diff(t, prepend=t[0]) < 0), words
    return t, ""


def _exactly(column: np.ndarray, texts: Sequence[str]) -> tuple[int, np.ndarray]:
    """The first of whole numbers that are too large for float64, and the differences to it."""
    if not all(text.strip().lstrip("+-").isdigit() for text in texts):
        return 0, column
    first = int(texts[0])
    return first, np.array([float(int(text) - first) for text in texts])


def _unrounded(clock: ReadClock, digit: float) -> ReadClock:
    """The clock with even times, if its times were rounded when they were written."""
    second = conversion("s", clock.unit) if clock.unit else 1.0
    # Days, months and years are counted, not rounded.
    coarsest = np.inf if not clock.unit else 1.0 if second is None else _DAY * second
    even = unrounded(clock.t, digit, second or 1.0, coarsest)
    return clock if even is None else replace(clock, t=even)

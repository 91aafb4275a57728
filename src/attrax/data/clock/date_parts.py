"""Clocks in parts: year, month, day and hour, or a date and a time of day, in columns of their own."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from attrax.data.clock.compact_times import compact_times
from attrax.data.clock.date_form import DateForm
from attrax.data.clock.date_text import (
    WrittenDates,
    WrittenTimes,
    first_monday,
    is_date,
    is_time_of_day,
    read_dates,
    read_times_of_day,
)
from attrax.data.clock.gps_time import gps_columns, gps_dates
from attrax.data.clock.numbered_periods import numbered_month, numbered_period
from attrax.data.clock.time_words import WORDS
from attrax.data.clock.yearless_parts import days_without_year

_PARTS = {
    "year": (*WORDS["year"], "yyyy", "yy"),
    "quarter": (*WORDS["quarter"], "q"),
    "month": (*WORDS["month"], "mo", "MM", "mmm"),
    "week": (*WORDS["week"], "kw", "isoweek", "iso_week"),
    "day": (*WORDS["d"], "dy", "dd", "dom", "mday"),
    "of_year": ("doy", "jday", "yday", "dayofyear", "day_of_year", "day of year", "julian_day", "julian day"),
    "hour": (*WORDS["h"], "hh", "HH"),
    "minute": (*WORDS["min"], "mn", "mm"),
    "second": (*WORDS["s"], "ss"),
    "millisecond": WORDS["ms"],
}
_COARSE = ("month", "of_year", "week", "quarter")
_DAYS = ("month", "day", "of_year")
_DATE = ("date", "day", "datum", "fecha", "data", "tag")
_TIME = ("time", "hour", "hr", "time of day", "clock", "uhrzeit", "hora", "heure", "zeit", "ora", "stunde", "tijd")
_SECONDS = {"hour": 3_600.0, "minute": 60.0, "second": 1.0, "millisecond": 1e-3}
_DAY = 86_400.0
_MOST = {"hour": 24, "minute": 59, "second": _DAY, "millisecond": 999.999}
"""The largest values; seconds may be those of the day."""
_COMPACT = re.compile(r"(?i:(?:time[ _]?)?hh:?mm(?::?ss)?(?:[ _]?(?:utc|local|gmt))?)")
_FINE = {*_SECONDS, "clock", "gps_week"}
_BY_DAY, _BY_MONTH = DateForm("{y:04d}-{m:02d}-{d:02d}", "D", _DAY), DateForm("{y:04d}-{m:02d}", "M")
_BY_QUARTER = DateForm("{y:04d}Q{q}", "M")
_QUARTER = re.compile(r"(?i)(?:q(?:uarter|uartal)?|t(?:rimestre)?)?\s*\.?\s*0?([1-4])\.?\s*(?:q|quartal|t)?")
_OF_DAY = DateForm("{H:02d}:{M:02d}:{S:02d}", "s", 1.0)


@dataclass(frozen=True)
class PartsOfTime:
    """Times without a year that were put together from several columns.

    Attributes:
        t: Days with their fractions, or seconds since midnight.
        unit: `d` or `s`.
        daytime: How times of day are written; None for days.
    """

    t: np.ndarray
    unit: str
    daytime: DateForm | None = None


@dataclass(frozen=True)
class DateParts:
    """Columns that are a time together.

    Attributes:
        columns: The name of the column of every part: `year`, `month` and so on, `date` and `time`, or the week and the
            seconds of satellites.
        title: What to call the clock.
    """

    columns: Mapping[str, str]
    title: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.columns.values())

    @property
    def dated(self) -> bool:
        """Whether they tell the year."""
        return not {"year", "date", "gps_week"}.isdisjoint(self.columns)

    def readings(self, column: Callable[[str], np.ndarray]) -> list[WrittenDates]:
        """The dates of all rows: no, one or, if day and month may be exchanged, two possible readings."""
        values = {part: column(name) for part, name in self.columns.items()}
        if "date" in values:
            return _date_and_time(values)
        if "gps_week" in values:
            dates = gps_dates(values["gps_week"], values["gps_seconds"], self.columns["gps_seconds"])
        else:
            dates = _assembled(values)
        return [] if dates is None else [WrittenDates(dates, self._form)]

    @property
    def _form(self) -> DateForm:
        """How the dates are written: as finely as the columns tell them."""
        if not _FINE.isdisjoint(self.columns):
            return DateForm()
        if not {"day", "of_year", "week"}.isdisjoint(self.columns):
            return _BY_DAY
        return _BY_QUARTER if "quarter" in self.columns else _BY_MONTH

    def without_year(self, column: Callable[[str], np.ndarray]) -> PartsOfTime | None:
        """The times of all rows, if no column tells the year; None if they do not follow each other."""
        values = _as_numbers({part: column(name) for part, name in self.columns.items()})
        since = None if values is None else _since_midnight(values)
        if values is None or since is None:
            return None
        seconds = since / np.timedelta64(1, "s")
        if {"day", "of_year"}.isdisjoint(values):
            return PartsOfTime(seconds, "s", _OF_DAY)
        days = {part: v.astype(np.int64) for part, v in values.items() if part in _DAYS}
        t = days_without_year(days, seconds)
        # One row a day needs no time of day: the columns are something else.
        once = len(days) < len(values) and t is not None and len(np.unique(np.floor(t))) == len(t)
        return None if t is None or once else PartsOfTime(t, "d")

    def distinct(self, column: Callable[[str], np.ndarray]) -> bool:
        """Whether the columns are times, of which hardly any two are equal."""
        if not self.dated:
            found = self.without_year(column)
            return found is not None and len(np.unique(found.t)) >= 0.99 * len(found.t) > 1
        return any(
            not np.isnat(found.instants).any() and len(np.unique(found.instants)) >= 0.99 * len(found.instants) > 1
            for found in self.readings(column)
        )


def date_parts(names: Sequence[str], column: Callable[[str], np.ndarray]) -> DateParts | None:
    """The columns that together are the times of the rows, by their names and values; None if there are none."""
    satellite = gps_columns(names)
    if satellite:
        parts = DateParts(satellite, " ".join(satellite.values()))
        if parts.distinct(column):
            return parts
    by_name = {part: next((n for n in names if _fits(n, words)), "") for part, words in _PARTS.items()}
    found = {part: name for part, name in by_name.items() if name}
    if "year" in found and set(_COARSE).isdisjoint(found):
        found |= numbered_period(names, column)
    if "hour" not in found and (clock := _clock_of_day(names, column, found)):
        found = {part: name for part, name in found.items() if part not in _SECONDS} | {"clock": clock}
    found = _of_whole_days(found, column) if {"hour", "clock"}.isdisjoint(found) else found
    parts = _with_year(found, names) if "year" in found else _without_year(found)
    if parts and parts.distinct(column):
        return parts
    for date in (name for name in names if name.strip().lower() in _DATE):
        for time in (name for name in names if name.strip().lower() in _TIME or _COMPACT.fullmatch(name.strip())):
            parts = DateParts({"date": date, "time": time}, f"{date} {time}")
            if _is_date(column(date)) and _is_time(column(time)) and parts.distinct(column):
                return parts
    return None


def _of_whole_days(found: dict[str, str], column: Callable[[str], np.ndarray]) -> dict[str, str]:
    """The columns without minutes, which may be a minimum where no hour is told; seconds may be those of the day."""
    kept = {part: name for part, name in found.items() if part not in ("minute", "millisecond", "second")}
    if "second" not in found or "minute" in found:
        return kept
    seconds = column(found["second"])
    of_day = seconds.dtype.kind in "fiu" and len(seconds) > 0 and 60 <= np.max(seconds) <= _DAY
    return {**kept, "second": found["second"]} if of_day else kept


def _with_year(found: dict[str, str], names: Sequence[str]) -> DateParts | None:
    coarse = next((part for part in _COARSE if part in found), "")
    if not coarse:
        return None
    unused = {*_COARSE, *(() if coarse == "month" else ("day",))} - {coarse}
    found = {part: name for part, name in found.items() if part not in unused}
    return DateParts(found, "date" if "date" not in names else "-".join(found))


def _without_year(found: dict[str, str]) -> DateParts | None:
    """A day and a time of day, or hours with minutes."""
    day = next((part for part in ("of_year", "day") if part in found), "")
    days = {part: found[part] for part in ("month", day) if part in found and (day == "day" or part == day)}
    times = {part: name for part, name in found.items() if part in (*_SECONDS, "clock")}
    enough = (days and times) or len(days) == 2 or {"hour", "minute"} <= set(times)
    return DateParts({**days, **times}, " ".join([*days.values(), *times.values()])) if enough else None


def _clock_of_day(names: Sequence[str], column: Callable[[str], np.ndarray], found: Mapping[str, str]) -> str:
    """The column of times of day beside others that tell the day; empty if there is none."""
    if {"day", "of_year", "month"}.isdisjoint(found):
        return ""
    named = [name for name in names if name not in found.values() and name.strip().lower() in _TIME]
    written = [name for name in names if _COMPACT.fullmatch(name.strip())]
    times = [name for name in (*written, *named) if name not in found.values() and _is_time(column(name))]
    return next(iter(times), "")


def _fits(name: str, words: Sequence[str]) -> bool:
    text = name.strip().lstrip("#").strip()
    # In headers of weather stations MM is the month and mm the minute.
    if text in ("MM", "mm"):
        return text in words
    # One column may have a name in two forms, such as `MON/MMM`.
    return all(part.strip() in words for part in text.lower().split("/"))


def _is_date(column: np.ndarray) -> bool:
    if column.dtype == object:
        return isinstance(column[0], str) and is_date(column[0]) and ":" not in column[0]
    return column.dtype.kind == "M" or bool(((column >= 1e7) & (column < 3e7)).all())


def _is_time(column: np.ndarray) -> bool:
    if column.dtype == object:
        return isinstance(column[0], str) and is_time_of_day(column[0])
    return compact_times(column, named=True) is not None or _are_hours(column)


def _are_hours(column: np.ndarray) -> bool:
    return column.dtype.kind in "fiu" and bool(((column >= 0) & (column <= 24) & (column % 1 == 0)).all())


def _date_and_time(values: Mapping[str, np.ndarray]) -> list[WrittenDates]:
    date, since = values["date"], _time_of_day(values["time"])
    if since is None:
        return []
    days = [WrittenDates(date, DateForm())] if date.dtype.kind == "M" else _days(date)
    return [WrittenDates(d.instants.astype("datetime64[us]") + since, DateForm(), order=d.order) for d in days]


def _days(column: np.ndarray) -> list[WrittenDates]:
    readings = read_dates([c if isinstance(c, str) else "" if c != c else f"{int(c):08d}" for c in column])
    rising = [found for found in readings if (np.diff(found.instants) >= np.timedelta64(0)).all()]
    return rising or readings


def _time_of_day(column: np.ndarray) -> np.ndarray | None:
    """Time since midnight: of text, of hours up to 24, or of numbers such as 1330 for half past one."""
    if column.dtype == object:
        found: WrittenTimes | None = read_times_of_day([str(cell) for cell in column])
    elif _are_hours(column):
        return np.rint(60 * column).astype("timedelta64[m]")
    else:
        found = compact_times(column, named=True)
    return None if found is None else found.since


def _since_midnight(values: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """The time of day in the columns of it, which may be none."""
    if "clock" in values:
        return _time_of_day(values["clock"])
    if "hour" in values and "minute" not in values and values["hour"].max() > 24:
        return _time_of_day(values["hour"])
    if any((values[part] < 0).any() or (values[part] > most).any() for part, most in _MOST.items() if part in values):
        return None
    seconds = np.zeros(len(next(iter(values.values()))))
    for part, size in _SECONDS.items():
        seconds = seconds + values[part] * size if part in values else seconds
    return np.rint(seconds * 1e6).astype("timedelta64[us]")


def _as_numbers(values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray] | None:
    """The columns with months as numbers; None if others are not whole numbers."""
    if "month" in values and values["month"].dtype == object:
        values = {**values, "month": np.array([numbered_month(str(cell)) for cell in values["month"]])}
    if "quarter" in values and values["quarter"].dtype == object:
        found = [_QUARTER.fullmatch(str(cell).strip()) for cell in values["quarter"]]
        values = {**values, "quarter": np.array([float(match[1]) if match else np.nan for match in found])}
    numbers = [v for part, v in values.items() if part != "clock"]
    if any(v.dtype.kind not in "fiu" or not np.isfinite(v).all() for v in numbers):
        return None
    whole = [v for part, v in values.items() if part not in ("second", "millisecond", "clock")]
    return None if any((v % 1 != 0).any() for v in whole) else dict(values)


def _assembled(values: Mapping[str, np.ndarray]) -> np.ndarray | None:
    numbers = _as_numbers(values)
    since = None if numbers is None else _since_midnight(numbers)
    if numbers is None or since is None:
        return None
    days = _whole_days({part: v.astype(np.int64) for part, v in numbers.items() if part in (*_DAYS, *_COARSE, "year")})
    return None if days is None else days.astype("datetime64[us]") + since


def _whole_days(values: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """The dates of years with months, quarters, weeks or days of the year; None if they do not exist."""
    year = values["year"]
    year = np.where(year < 69, year + 2000, np.where(year < 100, year + 1900, year))
    ones = np.ones_like(year)
    month = 3 * values["quarter"] - 2 if "quarter" in values else values.get("month", ones)
    day = values.get("day", values.get("of_year", ones))
    week = values.get("week", ones)
    inside = (month >= 1) & (month <= 12) & (day >= 1) & (day <= 366) & (week >= 1) & (week <= 53)
    if not inside.all():
        return None
    if "week" in values:
        return first_monday(year) + 7 * (week - 1)
    return (12 * (year - 1970) + month - 1).astype("datetime64[M]").astype("datetime64[D]") + (day - 1)

"""Dates in parts: year, month, day and hour, or a date and a time of day, in columns of their own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from attrax.data.clock.date_form import DateForm
from attrax.data.clock.date_text import (
    WrittenDates,
    first_monday,
    is_date,
    is_time_of_day,
    read_dates,
    read_times_of_day,
)
from attrax.data.clock.month_names import month_number
from attrax.data.clock.time_words import WORDS

_PARTS = {
    "year": (*WORDS["year"], "yyyy", "yy"),
    "quarter": (*WORDS["quarter"], "q"),
    "month": (*WORDS["month"], "mo", "MM"),
    "week": (*WORDS["week"], "kw", "isoweek", "iso_week"),
    "day": (*WORDS["d"], "dy", "dd", "dom", "mday"),
    "of_year": ("doy", "jday", "yday", "dayofyear", "day_of_year", "day of year", "julian_day", "julian day"),
    "hour": (*WORDS["h"], "hh", "HH"),
    "minute": (*WORDS["min"], "mn", "mm"),
    "second": (*WORDS["s"], "ss"),
}
_COARSE = ("month", "of_year", "week", "quarter")
_DATE = ("date", "day", "datum", "fecha", "data", "tag")
_TIME = ("time", "hour", "hr", "time of day", "clock", "uhrzeit", "hora", "heure", "zeit", "ora", "stunde", "tijd")
_SECONDS = {"hour": 3_600, "minute": 60, "second": 1}


@dataclass(frozen=True)
class DateParts:
    """Columns that are a date together.

    Attributes:
        columns: The name of the column of every part: `year`, `month` and so on, or `date` and `time`.
        title: What to call the clock.
    """

    columns: Mapping[str, str]
    title: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.columns.values())

    def readings(self, column: Callable[[str], np.ndarray]) -> list[WrittenDates]:
        """The dates of all rows: no, one or, if day and month may be exchanged, two possible readings."""
        values = {part: column(name) for part, name in self.columns.items()}
        if "date" in values:
            return _date_and_time(values)
        dates = _assembled(values)
        return [] if dates is None else [WrittenDates(dates, DateForm())]

    def distinct(self, column: Callable[[str], np.ndarray]) -> bool:
        """Whether the columns are dates, of which hardly any two are equal."""
        return any(
            not np.isnat(found.instants).any() and len(np.unique(found.instants)) >= 0.99 * len(found.instants) > 1
            for found in self.readings(column)
        )


def date_parts(names: Sequence[str], column: Callable[[str], np.ndarray]) -> DateParts | None:
    """The columns that together are the dates of the rows, by their names and values; None if there are none."""
    by_name = {part: next((n for n in names if _fits(n, words)), "") for part, words in _PARTS.items()}
    found = {part: name for part, name in by_name.items() if name}
    coarse = next((part for part in _COARSE if part in found), "")
    if "year" in found and coarse:
        unused = {*_COARSE, *(() if coarse == "month" else ("day",))} - {coarse}
        found = {part: name for part, name in found.items() if part not in unused}
        title = "date" if "date" not in names else "-".join(found)
        parts = DateParts(found, title)
        if parts.distinct(column):
            return parts
    for date in (name for name in names if name.strip().lower() in _DATE):
        for time in (name for name in names if name.strip().lower() in _TIME):
            parts = DateParts({"date": date, "time": time}, f"{date} {time}")
            if _is_date(column(date)) and _is_time(column(time)) and parts.distinct(column):
                return parts
    return None


def _fits(name: str, words: Sequence[str]) -> bool:
    text = name.strip().lstrip("#").strip()
    # In headers of weather stations MM is the month and mm the minute.
    return text in words if text in ("MM", "mm") else text.lower() in words


def _is_date(column: np.ndarray) -> bool:
    if column.dtype == object:
        return isinstance(column[0], str) and is_date(column[0]) and ":" not in column[0]
    return column.dtype.kind == "M" or bool(((column >= 1e7) & (column < 3e7)).all())


def _is_time(column: np.ndarray) -> bool:
    if column.dtype == object:
        return isinstance(column[0], str) and is_time_of_day(column[0])
    return column.dtype.kind in "fiu" and bool(((column >= 0) & (column <= 2400) & (column % 1 == 0)).all())


def _date_and_time(values: Mapping[str, np.ndarray]) -> list[WrittenDates]:
    date, time = values["date"], values["time"]
    since = _hours(time) if time.dtype != object else read_times_of_day([str(cell) for cell in time])
    if since is None:
        return []
    days = [WrittenDates(date, DateForm())] if date.dtype.kind == "M" else _days(date)
    return [WrittenDates(d.instants.astype("datetime64[us]") + since, DateForm(), order=d.order) for d in days]


def _days(column: np.ndarray) -> list[WrittenDates]:
    readings = read_dates([c if isinstance(c, str) else "" if c != c else f"{int(c):08d}" for c in column])
    rising = [found for found in readings if (np.diff(found.instants) >= np.timedelta64(0)).all()]
    return rising or readings


def _hours(hours: np.ndarray) -> np.ndarray:
    """Time since midnight of hours, which may be written as 1330 for half past one."""
    minutes = 60 * hours
    if hours.max() > 24:
        minutes = 60 * (hours // 100) + hours % 100
    return np.rint(minutes).astype("timedelta64[m]")


def _assembled(values: Mapping[str, np.ndarray]) -> np.ndarray | None:
    if "month" in values and values["month"].dtype == object:
        values = {**values, "month": np.array([month_number(str(cell)) for cell in values["month"]])}
    if any(v.dtype.kind not in "fiu" or not np.isfinite(v).all() for v in values.values()):
        return None
    if any((v % 1 != 0).any() for part, v in values.items() if part != "second"):
        return None
    days = _whole_days({part: v.astype(np.int64) for part, v in values.items() if part != "second"})
    if days is None:
        return None
    if "hour" in values and "minute" not in values and values["hour"].max() > 24:
        return days.astype("datetime64[us]") + _hours(values["hour"])
    seconds = sum(values[part] * size for part, size in _SECONDS.items() if part in values)
    return days.astype("datetime64[us]") + np.rint(np.asarray(seconds * 1e6)).astype("timedelta64[us]")


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

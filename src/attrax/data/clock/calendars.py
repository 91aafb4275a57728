"""Calendars: conversion of numbers that count time to dates, and of dates to numbers.

Time is counted in steps of a calendar if its dates are even in them: seconds, local days, months, working days. All
that is computed with times is then the same for every recording.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.data.clock.date_form import DateForm
from attrax.data.clock.zones import Zone

BUSINESS_DAY, MONTH, QUARTER, YEAR, DAY = "business day", "month", "quarter", "year", "d"
MONTHS_IN = {MONTH: 1, QUARTER: 3, YEAR: 12}
_MOST_HOLIDAYS, _LONGEST_HOLIDAY = 0.08, 7
"""The share of working days that are holidays, and the most in a row, are below these in all countries."""
_WEEKDAYS = (True,) * 5 + (False,) * 2


@dataclass(frozen=True, kw_only=True)
class AbstractCalendar(ABC):
    """A calendar.

    Attributes:
        epoch: The date at which time is 0: an instant in UTC if there is a zone, else a local time.
        zone: The time zone; None if it is not known.
        form: How dates are written.
        holidays: Days that do not count although days of the week like them do.

    For developers: implement `unit`, `t` and `dates`.
    """

    epoch: np.datetime64
    zone: Zone | None = None
    form: DateForm = field(default_factory=DateForm)
    holidays: tuple[np.datetime64, ...] = ()

    @property
    @abstractmethod
    def unit(self) -> str:
        """The unit in which time is counted."""

    @abstractmethod
    def t(self, dates: np.ndarray) -> Float[np.ndarray, " time"]:
        """Times of dates; NaN for a date that is missing."""

    @abstractmethod
    def dates(self, t: Float[np.ndarray, " time"]) -> np.ndarray:
        """Dates of times: instants in UTC if there is a zone, else local times."""

    def text(self, t: Float[np.ndarray, " time"]) -> list[str]:
        """Dates of times as text, in local time with the offset from UTC if there is a zone."""
        dates = self.dates(t)
        if self.zone is None:
            return self.form.text(dates, None)
        return self.form.text(self.zone.local(dates), self.zone.offsets(dates))

    def local(self, instants: np.ndarray) -> np.ndarray:
        """Local times of instants."""
        return instants if self.zone is None else self.zone.local(instants)

    def instants(self, local: np.ndarray) -> np.ndarray:
        """Instants of local times."""
        return local if self.zone is None else self.zone.instants(local)


@dataclass(frozen=True, kw_only=True)
class Seconds(AbstractCalendar):
    """Seconds since the first date.

    Attributes:
        leaps: Times in seconds that are leap seconds: what follows each of them has its date a second earlier.
    """

    leaps: tuple[float, ...] = ()

    @property
    def unit(self) -> str:
        """Seconds."""
        return "s"

    def t(self, dates: np.ndarray) -> Float[np.ndarray, " time"]:
        """Seconds between the first date and others, without leap seconds."""
        return (dates - self.epoch) / np.timedelta64(1, "s")

    def dates(self, t: Float[np.ndarray, " time"]) -> np.ndarray:
        """Dates, exact to a microsecond, or to a nanosecond if they were recorded so."""
        passed = np.searchsorted(np.array(self.leaps), t, side="left") if self.leaps else np.zeros(1)
        unit, per_second = ("ns", 1e9) if self.epoch.dtype == np.dtype("datetime64[ns]") else ("us", 1e6)
        whole = np.floor(t - passed)
        parts = np.rint((t - passed - whole) * per_second).astype(np.int64)
        return self.epoch.astype(f"datetime64[{unit}]") + whole.astype("timedelta64[s]") + parts.astype(f"m8[{unit}]")


@dataclass(frozen=True, kw_only=True)
class LocalDays(AbstractCalendar):
    """Days of local time, which have 23 or 25 hours when clocks are changed."""

    @property
    def unit(self) -> str:
        """Days."""
        return DAY

    def t(self, dates: np.ndarray) -> Float[np.ndarray, " time"]:
        """Days between the first date and others."""
        return (self.local(dates) - self._start) / np.timedelta64(1, "D")

    def dates(self, t: Float[np.ndarray, " time"]) -> np.ndarray:
        """The instants at which the clock shows these local times."""
        return self.instants(self._start + np.rint(t * 86_400e6).astype("timedelta64[us]"))

    @property
    def _start(self) -> np.datetime64:
        return self.local(np.array([self.epoch]))[0]


@dataclass(frozen=True, kw_only=True)
class Months(AbstractCalendar):
    """Months, quarters or years.

    Attributes:
        of: `month`, `quarter` or `year`.
        last: Whether dates are last days of months; else they are the same day of every month.
        working: Whether they are first or last working days of months.
    """

    of: str = MONTH
    last: bool = False
    working: bool = False

    @property
    def unit(self) -> str:
        """The name of the step."""
        return self.of

    def t(self, dates: np.ndarray) -> Float[np.ndarray, " time"]:
        """Steps between the first date and others."""
        local = self.local(dates)
        months = local.astype("datetime64[M]")
        count = np.where(np.isnat(dates), np.nan, (months - self._start[0]).astype(np.float64))
        return count / MONTHS_IN[self.of]

    def dates(self, t: Float[np.ndarray, " time"]) -> np.ndarray:
        """The dates of whole steps; between them, time passes evenly."""
        months = t * MONTHS_IN[self.of]
        whole = np.rint(months)
        whole = np.where(np.abs(months - whole) < 1e-6, whole, np.floor(months))
        here, next_ = self._begin(whole), self._begin(whole + 1)
        share = np.where(np.abs(months - whole) < 1e-6, 0.0, months - whole)
        return self.instants(here + np.rint(share * (next_ - here).astype(np.float64)).astype("timedelta64[us]"))

    @property
    def _start(self) -> tuple[np.datetime64, np.timedelta64]:
        """The month of the first date, and the time since its begin, or since that of its last day."""
        local = self.local(np.array([self.epoch]))[0]
        month = local.astype("datetime64[M]")
        return month, (local - self._day(month)).astype("timedelta64[us]")

    def _day(self, month: Any) -> Any:
        """The day of each month that times of the month are counted from."""
        return _edge(month, last=self.last, working=self.working)

    def _begin(self, months: np.ndarray) -> np.ndarray:
        start, rest = self._start
        month = start + months.astype(np.int64)
        end = (month + 1).astype("datetime64[D]") - 1
        found = self._day(month).astype("datetime64[us]") + rest
        # The 30th of a short month is its last day.
        return np.minimum(found, end.astype("datetime64[us]") + rest % np.timedelta64(1, "D"))


@dataclass(frozen=True, kw_only=True)
class WorkingDays(AbstractCalendar):
    """Days of the week on which something is recorded, such as Monday to Friday.

    Attributes:
        week: Whether each day counts, from Monday on.
    """

    week: tuple[bool, ...] = _WEEKDAYS

    @property
    def unit(self) -> str:
        """Working days."""
        return BUSINESS_DAY

    def t(self, dates: np.ndarray) -> Float[np.ndarray, " time"]:
        """Working days between the first date and others."""
        first, days = self._days(np.array([self.epoch]))[0], self._days(dates)
        known = ~np.isnat(days)
        count = np.busday_count(first, np.where(known, days, first), busdaycal=self._business_days)
        return np.where(known, count, np.nan)

    def dates(self, t: Float[np.ndarray, " time"]) -> np.ndarray:
        """The working day in which a time lies, and between two of them the time in between."""
        local = self.local(np.array([self.epoch]))[0].astype("datetime64[us]")
        first = local.astype("datetime64[D]")
        whole = np.floor(t + 1e-6)
        days = np.busday_offset(first, whole.astype(np.int64), busdaycal=self._business_days)
        share = np.rint(np.maximum(t - whole, 0) * 86_400e6).astype("timedelta64[us]")
        return self.instants(days.astype("datetime64[us]") + (local - first) + share)

    @property
    def _business_days(self) -> np.busdaycalendar:
        return np.busdaycalendar(weekmask=list(self.week), holidays=list(self.holidays))

    def _days(self, dates: np.ndarray) -> np.ndarray:
        return self.local(dates).astype("datetime64[D]")


def of_dates(
    dates: np.ndarray, zone: Zone | None = None, form: DateForm | None = None, leaps: np.ndarray | None = None
) -> AbstractCalendar:
    """The calendar in which dates are even, or most even.

    Args:
        dates: Instants in UTC if there is a zone, else local times; in any order, NaT if missing.
        zone: The time zone; None if it is not known.
        form: How dates are written; None for ISO 8601.
        leaps: Which rows are leap seconds; None if none is.

    Example:
        >>> months = np.array(["2000-01-31", "2000-02-29", "2000-03-31"], dtype="datetime64[D]")
        >>> calendar = of_dates(months)
        >>> calendar.unit, calendar.dates(np.array([3.0])).astype("datetime64[D]").astype(str).tolist()
        ('month', ['2000-04-30'])
    """
    known = dates[~np.isnat(dates)]
    plain = Seconds(epoch=known[0] if len(known) else np.datetime64(0, "us"), zone=zone, form=form or DateForm())
    if leaps is not None:
        times = np.sort(plain.t(dates[leaps]))
        return replace(plain, leaps=tuple((times + np.arange(len(times))).tolist()))
    known = np.unique(known)
    if len(known) < 3:
        return plain
    local = plain.local(known)
    months = _months(plain, local)
    if months is not None:
        return months
    whole_days = bool((np.diff(local) % np.timedelta64(1, "D") == np.timedelta64(0)).all())
    # Clocks of a zone with a name may be changed after the last row.
    if zone is not None and whole_days and (zone.name or not _even(known)):
        return LocalDays(epoch=plain.epoch, zone=zone, form=plain.form)
    if _even(known):
        return plain
    return _working_days(plain, local) or plain


def _even(dates: np.ndarray) -> bool:
    steps = np.diff(dates)
    return bool((steps == steps[0]).all())


def _months(plain: Seconds, local: np.ndarray) -> Months | None:
    """The months of dates that are all on one day of a month, or all on the last."""
    month, day = local.astype("datetime64[M]"), local.astype("datetime64[D]")
    rest = local - month.astype("datetime64[D]")
    from_end = local - ((month + 1).astype("datetime64[D]") - 1)
    last = bool((from_end == from_end[0]).all())
    ends = day == (month + 1).astype("datetime64[D]") - 1
    times = local - day
    # The 30th of every month, and the last day of February.
    clipped = (times == times[0]).all() and ((rest == rest.max()) | (ends & (rest < rest.max()))).all()
    edges = [side for side in (True, False) if (day == _edge(month, last=side, working=True)).all()]
    working = not last and not clipped and bool(edges) and bool((times == times[0]).all())
    if not last and not clipped and not working:
        return None
    span = int(np.gcd.reduce(np.diff(month.astype(np.int64))))
    if span == 0:
        return None
    of = YEAR if span % MONTHS_IN[YEAR] == 0 else QUARTER if span == MONTHS_IN[QUARTER] else MONTH
    last = edges[0] if working else last
    return Months(epoch=plain.epoch, zone=plain.zone, form=plain.form, of=of, last=last, working=working)


def _edge(month: Any, *, last: bool, working: bool) -> Any:
    """The first or the last day of months, or the first or last of their days from Monday to Friday."""
    day = (month + 1).astype("datetime64[D]") - 1 if last else month.astype("datetime64[D]")
    return np.busday_offset(day, 0, roll="backward" if last else "forward") if working else day


def _working_days(plain: Seconds, local: np.ndarray) -> WorkingDays | None:
    """The working days of dates that leave out the same days of every week, and hardly any others."""
    day = local.astype("datetime64[D]")
    times = local - day
    week = (day.astype(np.int64) + 3) % 7
    recorded = np.bincount(week, minlength=7) > 0
    if not (times == times[0]).all() or not 4 <= recorded.sum() < 7 or day[-1] - day[0] < np.timedelta64(14, "D"):
        return None
    n = np.busday_count(day[0], day[-1], weekmask=recorded.tolist()) + 1
    if len(day) < 0.8 * n:
        return None
    every = np.busday_offset(day[0], np.arange(n), weekmask=recorded.tolist())
    return WorkingDays(
        epoch=plain.epoch,
        zone=plain.zone,
        form=plain.form,
        week=tuple(map(bool, recorded)),
        holidays=_holidays(every, np.isin(every, day, invert=True)),
    )


def _holidays(days: np.ndarray, missing: np.ndarray) -> tuple[np.datetime64, ...]:
    """The working days without a row, if they are as few and as short as holidays are; else none."""
    ends = np.flatnonzero(np.diff(np.r_[False, missing, False].astype(np.int8)))
    longest = int(np.max(ends[1::2] - ends[::2], initial=0))
    few = missing.sum() <= _MOST_HOLIDAYS * len(days)
    return tuple(days[missing]) if few and longest <= _LONGEST_HOLIDAY else ()

"""Dates and times in text: recognised in many forms, and converted to instants."""

import re
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from attrax.core.errors import ConfigError
from attrax.data.clock.date_form import DateForm
from attrax.data.clock.date_patterns import FORMS, TIMES_OF_DAY
from attrax.data.clock.month_names import month_number
from attrax.data.clock.zones import Zone, written_offset

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
# What NumPy reads fast; it would read other text, such as `now`, too.
_ISO = re.compile(r"\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?)?")
_ISO_LETTERS = re.compile(r"[-0-9T :.]*")


class WrittenDates(NamedTuple):
    """The dates in a column of text, as one of the possible orders of day and month gives them.

    Attributes:
        instants: Instants in UTC if a zone or an offset was written, else local times; NaT where there is none.
        form: How they are written.
        zone: The offsets that were written; None if there are none.
        leaps: Which of them are leap seconds, 23:59:60; they hold the instant of the next second.
        order: `dmy` or `mdy` if day and month are numbers in front of the year; else empty.
    """

    instants: np.ndarray
    form: DateForm
    zone: Zone | None = None
    leaps: np.ndarray | None = None
    order: str = ""


def is_date(cell: str) -> bool:
    """Whether a cell is a date, with or without a time.

    Example:
        >>> is_date("2021-01-01 12:00"), is_date("31/12/2021"), is_date("Jan 1 2000"), is_date("3.5")
        (True, True, True, False)
    """
    text = cell.strip()
    return text[:1].isalnum() and any(map(str.isdigit, text)) and bool(_possible(text))


def is_time_of_day(cell: str) -> bool:
    """Whether a cell is a time such as `12:30` or `01:30:00.5 PM`, without a date."""
    text = cell.strip()
    return any(_tells_time(match) for form in _times() if (match := form.fullmatch(text)))


def read_dates(cells: Sequence[str]) -> list[WrittenDates]:
    """The dates in a column of text: no, one or, if day and month may be exchanged, two possible readings.

    Empty cells are missing dates. Every other cell must have the same form, but for the digits of the seconds.

    Example:
        >>> [found.order for found in read_dates(["01/02/2021", "03/04/2021"])]
        ['dmy', 'mdy']
    """
    texts = [cell.strip() for cell in cells]
    filled = [text for text in texts if text]
    if not filled:
        return []
    fast = _iso(texts, filled)
    if fast is not None:
        return [fast]
    known = np.array([bool(text) for text in texts])
    for form in _possible(filled[0]):
        matches = [form.fullmatch(text) for text in filled]
        if None not in matches:
            columns = _Columns(form, [match.groups() for match in matches if match])
            found = _readings(columns, matches)
            if found:
                return [_placed(reading, known) for reading in found]
    return []


class WrittenTimes(NamedTuple):
    """The times of day in a column.

    Attributes:
        since: Times since midnight; hours may go beyond 24.
        form: How they are written; None for lengths of time, and for times with a zone.
    """

    since: np.ndarray
    form: DateForm | None = None


def read_times_of_day(cells: Sequence[str]) -> WrittenTimes | None:
    """The times in a column of text; None if a cell is anything else."""
    for form in _times():
        matches = [match for cell in cells if (match := form.fullmatch(cell.strip()))]
        if len(matches) < len(cells):
            continue
        columns = _Columns(form, [match.groups() for match in matches])
        since = columns.time_of_day()
        of_day = not {"D", "z"} & set(columns.texts) and "H" in columns.texts and (since < np.timedelta64(1, "D")).all()
        longest = max(matches, key=lambda match: len(match[0]))
        return WrittenTimes(since, DateForm.of(longest, columns.texts) if of_day else None)
    return None


@lru_cache
def _compiled() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form, re.IGNORECASE) for form in FORMS)


@lru_cache
def _times() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form, re.IGNORECASE) for form in TIMES_OF_DAY)


def _tells_time(match: re.Match[str]) -> bool:
    """Whether a text is more than a number of hours, because any number could be one."""
    parts = match.groupdict()
    named = match[0][:1] in "pP"
    return any(parts.get(name) for name in "MSp") or (named and any(parts.get(name) for name in "DH"))


def _possible(cell: str) -> list[re.Pattern[str]]:
    return [form for form in _compiled() if form.fullmatch(cell)]


def _iso(texts: Sequence[str], filled: Sequence[str]) -> WrittenDates | None:
    longest = max(filled, key=len)
    if not _ISO.fullmatch(longest) or not _ISO_LETTERS.fullmatch("".join(texts)) or _are_fiscal_years(filled):
        return None
    unit = "ns" if len(longest) > len("2021-01-01T00:00:00.000000") else "us"
    try:
        instants = np.array([text or "NaT" for text in texts], dtype=f"datetime64[{unit}]")
    except ValueError:
        return None
    form = next(form for form in _possible(longest) if "fy" not in form.groupindex)
    match = form.fullmatch(longest)
    assert match is not None
    return WrittenDates(instants, DateForm.of(match, _Columns(form, [match.groups()]).texts))


def _are_fiscal_years(filled: Sequence[str]) -> bool:
    """Whether texts such as `2000-01` and `2001-02`, which could be months, all name a year and the one after it."""
    if len(filled[0]) != len("2000-01") or len(filled) < 2:
        return False
    return all(text[4:5] == "-" and (int(text[:4]) + 1) % 100 == int(text[5:]) for text in filled)


class _Columns:
    """The parts of dates: a column of text for each part that was written."""

    def __init__(self, form: re.Pattern[str], rows: list[tuple[str | None, ...]]):
        columns = list(zip(*rows, strict=True))
        self.texts = {name: columns[k - 1] for name, k in form.groupindex.items() if any(columns[k - 1])}
        self.n = len(rows)

    def numbers(self, name: str, missing: int = 0) -> np.ndarray:
        if name not in self.texts:
            return np.full(self.n, missing)
        return np.array([int(text) if text else missing for text in self.texts[name]])

    def years(self) -> np.ndarray:
        years = self.numbers("y")
        short = np.array([len(text or "") == 2 for text in self.texts["y"]])
        # As POSIX has it: 69 is 1969, and 68 is 2068.
        return np.where(short, np.where(years < 69, 2000, 1900) + years, years)

    def months(self) -> np.ndarray:
        if "q" in self.texts:
            return 3 * self.numbers("q") - 2
        if "mon" in self.texts:
            return np.array([month_number(text or "") for text in self.texts["mon"]])
        return self.numbers("m", 1)

    def time_of_day(self) -> np.ndarray:
        hours = self.numbers("H")
        if "p" in self.texts:
            afternoon = np.array([(text or "a")[0] in "pP" for text in self.texts["p"]])
            hours = hours % 12 + 12 * afternoon
        seconds = ((self.numbers("D") * 24 + hours) * 60 + self.numbers("M")) * 60 + self.numbers("S")
        if "f" not in self.texts:
            return seconds.astype("timedelta64[s]").astype("timedelta64[us]")
        unit = "ns" if max(len(text or "") for text in self.texts["f"]) > 6 else "us"
        digits = 9 if unit == "ns" else 6
        parts = np.array([int((text or "").ljust(digits, "0")) for text in self.texts["f"]])
        return seconds.astype("timedelta64[s]") + parts.astype(f"timedelta64[{unit}]")

    def offsets(self) -> np.ndarray | None:
        """The offsets from UTC in minutes; None if not every time has one."""
        written = self.texts.get("z")
        if written is None or not all(written):
            return None
        known = {text: written_offset(text) for text in set(written) if text}
        return np.array([known[text or ""] for text in written])

    def zone(self) -> Zone | None:
        """The zone whose name is written behind every date, as in `[Europe/Berlin]`; None if there is none."""
        names = set(self.texts.get("zn", ()))
        if len(names) != 1:
            return None
        with suppress(ConfigError):
            return Zone.of(str(names.pop()))
        return None


def _readings(columns: _Columns, matches: Sequence[re.Match[str] | None]) -> list[WrittenDates]:
    found = []
    numbers = {name: columns.numbers(name, 1) for name in "abd"}
    orders = {DAY_FIRST: (numbers["b"], numbers["a"]), MONTH_FIRST: (numbers["a"], numbers["b"])}
    for order, (months, days) in (orders if "a" in columns.texts else {"": (columns.months(), numbers["d"])}).items():
        dates = _days(columns, months, days)
        if dates is None or ("z" in columns.texts and columns.offsets() is None):
            continue
        instants, zone = dates + columns.time_of_day(), None
        offsets = columns.offsets()
        if offsets is not None:
            instants = instants - offsets.astype("timedelta64[m]")
            zone = columns.zone() or Zone.written(instants, offsets)
        leaps = columns.numbers("S") == 60
        longest = max((match for match in matches if match), key=lambda match: len(match[0]))
        form = DateForm.of(longest, columns.texts, order)
        found.append(WrittenDates(instants, form, zone, leaps if leaps.any() else None, order))
    # With points, the day is always written first.
    return found[:1] if len(found) == 2 and columns.texts["s"][0] == "." else found


def _days(columns: _Columns, months: np.ndarray, days: np.ndarray) -> np.ndarray | None:
    """Days since 1970; None if one of them does not exist."""
    years = columns.years()
    if "fy" in columns.texts and not _follow(columns.texts["fy"], years):
        return None
    if "j" in columns.texts:
        ordinal = columns.numbers("j")
        first = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]")
        found = first + (ordinal - 1)
        return found if (ordinal > 0).all() and (found.astype("datetime64[Y]") == first).all() else None
    if "w" in columns.texts:
        return first_monday(years) + 7 * (columns.numbers("w") - 1) + columns.numbers("wd", 1) - 1
    if (months < 1).any() or (months > 12).any() or (days < 1).any():
        return None
    first = (12 * (years - 1970) + months - 1).astype("datetime64[M]")
    found = first.astype("datetime64[D]") + (days - 1)
    return found if (found.astype("datetime64[M]") == first).all() else None


def first_monday(years: np.ndarray) -> np.ndarray:
    """The Monday of the first week of years, as ISO 8601 counts weeks."""
    fourth = (years - 1970).astype("datetime64[Y]").astype("datetime64[D]") + 3
    return fourth - (fourth.astype(np.int64) + 3) % 7


def _follow(texts: Sequence[str | None], years: np.ndarray) -> bool:
    """Whether the second year in `2000/01` is the one after the first, in every row."""
    return all(int(text or -1) == (year + 1) % 10 ** len(text or "") for text, year in zip(texts, years, strict=True))


def _placed(found: WrittenDates, known: np.ndarray) -> WrittenDates:
    """The dates among rows without a date."""
    if known.all():
        return found
    instants = np.full(len(known), np.datetime64("NaT"), dtype=found.instants.dtype)
    instants[known] = found.instants
    leaps = None
    if found.leaps is not None:
        leaps = np.zeros(len(known), dtype=bool)
        leaps[known] = found.leaps
    return found._replace(instants=instants, leaps=leaps)

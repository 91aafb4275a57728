"""Clock columns: which columns of a table are its clock, judged by their names and by their values.

A clock is never a channel. Recognised are times and dates by the names of their columns, a year with month, day and
hour, a date beside a time of day, the only column of dates, a column that counts the rows, and a column under any other
name if it rises evenly.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from attrax.data.clock.clock_names import is_age, is_clock, is_clock_if_rising, is_counter, numbers_rounds
from attrax.data.clock.date_parts import DateParts, date_parts
from attrax.data.clock.date_text import is_date, is_time_of_day
from attrax.data.clock.even_stamps import unrounded
from attrax.data.clock.weekday_names import is_weekday
from attrax.data.column_names import option

_SAMPLE = 50
_UNEVEN = 0.5
_EVEN = 1e-6
_MOSTLY = 0.9
_FEWEST = 10
"""Fewer rows can rise evenly by chance."""


@dataclass(frozen=True)
class ClockColumns:
    """The columns of a clock.

    Attributes:
        names: Their names; several if a date and a time of day, or year and month and so on, are columns of their own.
        parts: How to put the columns together; None for a single column.
        left_out: Columns that are other clocks or count the rows, and are therefore no channels.
        told: A sentence for each guess.
    """

    names: tuple[str, ...] = ()
    parts: DateParts | None = None
    left_out: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The name of the clock; `time` if there is none."""
        return self.parts.title if self.parts else self.names[0] if self.names else "time"


def find_clock(
    names: Sequence[str], column: Callable[[str], np.ndarray], *, named: bool, taken: frozenset[str]
) -> ClockColumns:
    """The columns that are the clock of a table; none if no column is.

    Args:
        names: Names of all columns.
        column: Gives a column: numbers, dates or objects with text.
        named: Whether the source names its columns.
        taken: Names of columns that have another role.
    """
    free = [name for name in names if name not in taken]
    parts = date_parts(free, column) or _date_beside_time(free, column)
    found = ClockColumns(parts.names, parts) if parts else _single(free, column)
    if not found.names:
        found = _evenly_rising(free, column, named=named)
    left = [name for name in free if name not in found.names]
    others = tuple(name for name in left if _is_spare(name, column(name), clock=bool(found.names)))
    rounds = tuple(
        name for name in left if name not in others and numbers_rounds(name) and _counts_in_rounds(column(name))
    )
    # Nothing but even columns is a recording of even columns.
    others, rounds = (others, rounds) if len(others) + len(rounds) < len(left) else ((), ())
    told = (*found.told, *_about(others, found), *(_about_rounds(name, column(name)) for name in rounds))
    return ClockColumns(found.names, found.parts, (*others, *rounds), told)


def _about(others: Sequence[str], clock: ClockColumns) -> tuple[str, ...]:
    """The sentence about columns that are left out."""
    if not others:
        return ()
    listed, verb = ", ".join(f"'{name}'" for name in others), "is" if len(others) == 1 else "are"
    why = f"since the clock is '{clock.title}'" if clock.names else "which changes by the same amount in every row"
    return (f"{listed} {verb} left out, {why}  (--channels keeps columns)",)


def _about_rounds(name: str, column: np.ndarray) -> str:
    """The sentence about a column that counts rows in rounds."""
    return (
        f"'{name}' is left out, since it counts from {column.min():.0f} to {column.max():.0f} again and again"
        f"  (--channels keeps columns; {option('--time', name)} {option('--group', name)} if each round is a recording)"
    )


def _evenly_rising(free: Sequence[str], column: Callable[[str], np.ndarray], *, named: bool) -> ClockColumns:
    """The first column that rises evenly, if there are others that do not."""
    rising = [name for name in free if _is_even(column(name), 1)]
    if not named and free and free[0] not in rising and len(column(free[0])) >= _FEWEST and _rises(column(free[0])):
        rising = [free[0], *rising]
    if not rising or len(rising) == len(free):
        return ClockColumns()
    name = rising[0]
    what = "the first column" if name == free[0] and not named else f"'{name}'"
    told = (
        f"{what} rises by {float(np.median(_steps(column(name)))):.6g} from row to row, and is the time, not a channel"
        f"  ({option('--drop', name)} --dt 1 if it is not; --unit s if it counts seconds)"
    )
    return ClockColumns((name,), told=(told,))


def _single(free: Sequence[str], column: Callable[[str], np.ndarray]) -> ClockColumns:
    clocks = list(_named(free, column))
    # Rows are numbered beside their dates, whatever these are called; other columns are searched only then.
    dated = [name for name in free if holds_dates(column(name))] if all(map(is_counter, clocks)) else []
    if clocks and len(dated) != 1:
        rising = [name for name in clocks if _increases(column(name)) or (is_age(name) and _is_monotone(column(name)))]
        return ClockColumns(((rising or clocks)[0],))
    if len(dated) == 1:
        return ClockColumns((dated[0],), told=(f"'{dated[0]}' holds dates, and is the time",))
    timed = [name for name in free if holds_times_of_day(column(name))]
    if len(timed) == 1:
        return ClockColumns((timed[0],), told=(f"'{timed[0]}' holds times of day, and is the time",))
    counters = [name for name in free if is_counter(name) and _counts(column(name))]
    return ClockColumns((counters[0],)) if counters else ClockColumns()


def _date_beside_time(free: Sequence[str], column: Callable[[str], np.ndarray]) -> DateParts | None:
    """The only column of dates and the only one of times of day, whatever their names."""
    dated = [name for name in free if holds_dates(column(name))]
    timed = [name for name in free if holds_times_of_day(column(name))]
    if len(dated) != 1 or len(timed) != 1 or _increases(column(dated[0])):
        return None
    parts = DateParts({"date": dated[0], "time": timed[0]}, f"{dated[0]} {timed[0]}")
    return parts if parts.distinct(column) else None


def _named(free: Sequence[str], column: Callable[[str], np.ndarray]) -> Iterator[str]:
    """Columns that are times by their names; a name that is also a counter, such as `index`, comes last."""
    certain = [name for name in free if is_clock(name)]
    yield from (name for name in certain if not is_counter(name))
    for name in free:
        rises = _is_monotone(column(name)) or (is_age(name) and _mostly_rises(column(name)))
        if is_clock_if_rising(name) and (rises or holds_dates(column(name))):
            yield name
    yield from (name for name in certain if is_counter(name))


def holds_dates(column: np.ndarray) -> bool:
    """Whether a column holds dates, at least two of them, and nothing else."""
    if column.dtype.kind == "M":
        return len(column) > 1
    if column.dtype != object or len(column) < 2:
        return False
    cells = [cell for cell in column if isinstance(cell, str) or cell == cell]
    # A date in every cell is checked when they are read.
    return bool(cells) and all(isinstance(cell, str) and is_date(cell) for cell in _spread(cells))


def holds_times_of_day(column: np.ndarray) -> bool:
    """Whether a column of text holds times such as `12:30`."""
    return column.dtype == object and all(isinstance(cell, str) and is_time_of_day(cell) for cell in _spread(column))


def _spread(cells: Sequence | np.ndarray) -> Sequence | np.ndarray:
    return cells[:: max(1, len(cells) // _SAMPLE)]


def _is_spare(name: str, column: np.ndarray, *, clock: bool) -> bool:
    """Whether a column contains only the time: it counts rows, changes evenly, or is a second clock."""
    if _is_even(column, 1) or _is_even(column, -1):
        return True
    if not clock:
        return False
    if is_counter(name):
        return _counts(column) or _counts_in_rounds(column)
    if is_clock(name) or is_clock_if_rising(name):
        return holds_dates(column) or holds_times_of_day(column) or _rises(column)
    return column.dtype == object and all(isinstance(cell, str) and is_weekday(cell) for cell in _spread(column))


def _is_even(column: np.ndarray, sign: int) -> bool:
    """Whether numbers rise, or fall for a negative sign, by the same amount in every row, but for rounding."""
    if column.dtype.kind not in "fiu" or len(column) < _FEWEST:
        return False
    # Most channels fall in their first rows, and need no look at the others.
    if (_steps(sign * column[:_SAMPLE].astype(np.float64)) < 0).any():
        return False
    numbers = sign * column.astype(np.float64)
    steps = _steps(numbers)
    if not (np.isfinite(steps).all() and (steps >= 0).all() and steps.any()):
        return False
    middle = np.median(steps)
    if middle == 0:
        return False
    return bool((np.abs(steps - middle) <= _EVEN * middle).all()) or unrounded(numbers) is not None


def _counts(column: np.ndarray) -> bool:
    """Whether a column holds whole numbers that rise by the same amount in every row."""
    if column.dtype.kind not in "fiu" or len(column) < 2:
        return False
    steps = _steps(column)
    return bool((steps == steps[0]).all() and steps[0] > 0 and (column % 1 == 0).all())


def _counts_in_rounds(column: np.ndarray) -> bool:
    """Whether whole numbers rise by one in every row, and begin again at the same number after the same count."""
    if column.dtype.kind not in "fiu" or len(column) < _FEWEST:
        return False
    steps = _steps(column)
    back = steps[steps != 1]
    return bool(0 < len(back) < len(steps) / 2 and (back == back[0]).all() and back[0] < 0 and (column % 1 == 0).all())


def _increases(column: np.ndarray) -> bool:
    """Whether every row is later than the row before, as far as this is known from numbers and dates."""
    if column.dtype == object:
        return holds_dates(column) and len({str(cell) for cell in column}) == len(column)
    return bool(column.dtype.kind in "fiuMm" and len(column) > 1 and (column[1:] > column[:-1]).all())


def _is_monotone(column: np.ndarray) -> bool:
    """Whether every row is later than the row before, or every row earlier."""
    return _increases(column) or (len(column) >= _FEWEST and column.dtype != object and _increases(column[::-1]))


def _mostly_rises(column: np.ndarray) -> bool:
    """Whether nearly all numbers are larger than that of the row before, or nearly all smaller."""
    if column.dtype.kind not in "fiu" or len(column) < _FEWEST:
        return False
    steps = _steps(column)
    return bool(max((steps > 0).mean(), (steps < 0).mean()) > _MOSTLY)


def _rises(column: np.ndarray) -> bool:
    """Whether numbers rise by about the same amount in every row."""
    if column.dtype.kind not in "fiu" or len(column) < 3:
        return False
    steps = _steps(column)
    middle = np.median(steps)
    return bool(middle > 0 and (np.abs(steps - middle) <= _UNEVEN * middle).all())


def _steps(column: np.ndarray) -> np.ndarray:
    # Numbers beyond all bounds are no clock, and no reason for a warning.
    with np.errstate(over="ignore", invalid="ignore"):
        return np.diff(column)

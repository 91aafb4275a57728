"""Key lines above a table, such as `Name:,ecg,resp`: each holds a word and a value for every column."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from attrax.data.clock.clock_names import is_clock
from attrax.reading import cell_text as cells
from attrax.reading.units import unit_of_text

_KEY = re.compile(r"[^\W\d_][^:=]*[:=]")
_NAMES = re.compile(
    r"(?i:(?:(?:channel|column|signal|sensor|variable)s?[ _-]*)?(?:names?|labels?|titles?)|channels?|signals?)"
)
_UNITS = re.compile(r"(?i:(?:(?:channel|column|signal|sensor)s?[ _-]*)?units?)")


class KeyNames(NamedTuple):
    """The names of columns in a key line, and their units.

    Attributes:
        position: The line of the names among the lines above the table.
        names: A name for each column.
        units: A unit for each column; empty if no line tells them.
    """

    position: int
    names: tuple[str, ...]
    units: tuple[str, ...] = ()


def is_key_line(row: Sequence[str], above: Sequence[str] = ()) -> bool:
    """Whether the cells of a line are a key and its values, and no names of columns.

    Args:
        row: The cells.
        above: The cells of the line above it, if there is one. Numbers behind a word without a colon may be names, too,
            unless that line has as many cells and begins with a word.

    Example:
        >>> is_key_line(["Bins:", "0", "0"]), is_key_line(["Time:", "x", "y"])
        (True, False)
        >>> is_key_line(["gain", "10", "10"], ["channel", "a", "b"]), is_key_line(["gain", "10", "20"])
        (True, False)
    """
    key, *values = (cell.strip().strip("\"'") for cell in row)
    if not values or not key[:1].isalpha() or is_clock(key.rstrip(":= ")):
        return False
    numbers = all(cells.number(value, cells.EITHER) is not None for value in values)
    if _KEY.fullmatch(key) and not any(_KEY.fullmatch(value) for value in values):
        return numbers or bool(above)
    return numbers and len(above) == len(row) and cells.is_text(key) and cells.is_text(above[0])


def key_names(rows: Sequence[Sequence[str]], first: Sequence[str], marks: str) -> KeyNames | None:
    """The names of the columns in the key lines above a table; None if none holds them.

    A line has a name for every column, or for every column but the first, which then is the time.

    Args:
        rows: The cells of the lines above the table.
        first: The cells of its first row.
        marks: Possible decimal marks.

    Example:
        >>> key_names([["Name:", "ecg", "resp"], ["Unit:", "mV", "l"]], ["0.0", "1.5", "2.5"], ".")
        KeyNames(position=0, names=('x0', 'ecg', 'resp'), units=('', 'mV', 'l'))
    """
    found = [(i, values) for i, row in enumerate(rows) if (values := _values(row, _NAMES, len(first)))]
    found = [(i, values) for i, values in found if len(set(values)) == len(values)]
    if not found:
        return None
    position, values = next(((i, v) for i, v in found if all(cells.is_text(cell) for cell in v)), found[0])
    units = next((u for row in rows if (u := _values(row, _UNITS, len(first)))), ())
    before = len(first) - len(values)
    clock = ("x0" if cells.number(first[0], marks) is not None else "time",) * before
    unit = ("",) * (len(first) - len(units)) + tuple(map(unit_of_text, units)) if units else ()
    return KeyNames(position, (*clock, *values), unit)


def _values(row: Sequence[str], key: re.Pattern[str], width: int) -> tuple[str, ...]:
    """The values of a line with this key, if there is one for every column, or for all but the first; else none."""
    word, *values = (cell.strip().strip("\"'").strip() for cell in row)
    alike = key.fullmatch(word.rstrip(":= ")) and 0 <= width - len(values) <= 1 and all(values)
    return tuple(values) if alike else ()

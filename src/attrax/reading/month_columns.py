"""Tables with a year in each row and a column for each month, which are one monthly series."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from attrax.data.clock.month_names import month_number
from attrax.data.clock.time_words import WORDS
from attrax.reading import cell_text as cells
from attrax.reading.headers.headed_lines import TAB, HeadedLines, unquoted
from attrax.reading.headers.monthly import MONTHS, below_each_other
from attrax.reading.read_options import ReadOptions
from attrax.reading.text_layout import NumberedLines, shown_lines

_YEAR = re.compile(r"[12]\d{3}(?:\.0*)?")
_YEAR_NAMES = {"", "#", "yyyy", *WORDS["year"]}
_NINES = re.compile(r"[+-]?9+\.?9+0*|[+-]?9{2,}\.0*")
"""Numbers that stand for months without a value."""
_LONGEST_TITLE = 20
_SHOWN = 6


class _Header(NamedTuple):
    """The line with the names of months: its position, its cells, and what separates them (None for spaces)."""

    at: int
    names: list[str]
    separator: str | None


def month_columns(lines: NumberedLines, options: ReadOptions) -> tuple[HeadedLines, ...]:
    """The months below each other; empty for other tables, and if options name columns.

    Args:
        lines: The lines of the file.
        options: The options of reading.
    """
    if options.channels or options.time or options.inputs or options.dt is not None or options.transpose:
        return ()
    header = _header(lines.text[:_LONGEST_TITLE])
    if header is None:
        return ()
    split = [_cells(line, header.separator) for line in lines.text]
    rows = [i for i in range(header.at + 1, len(split)) if _YEAR.fullmatch(split[i][0])]
    years = [int(float(split[i][0])) for i in rows]
    # Spaces between cells do not tell which month is missing, except at the end.
    most = len(header.names) if header.separator else MONTHS + 1
    short = [i for i in rows[:-1] if len(split[i]) < most]
    if len(rows) < 2 or short or any(later <= earlier for earlier, later in pairwise(years)):
        return ()
    table = [(split[i][1 : MONTHS + 1] + [""] * MONTHS)[:MONTHS] for i in rows]
    written = [cell for row in table for cell in row]
    code = _code(written)
    found = below_each_other(lines, header.at, rows, years, ["" if cell == code else cell for cell in written])
    told = _notices(lines, header, rows)
    told += [f"D101  {lines.place}: {code!r} in {written.count(code):,} months counts as missing"] if code else []
    return (HeadedLines(found, notices=tuple(told), separator=TAB),)


def _header(text: Sequence[str]) -> _Header | None:
    for separator in (",", ";", TAB, None):
        for i, line in enumerate(text):
            names = _cells(line, separator)
            if len(names) > MONTHS and names[0].lower() in _YEAR_NAMES and _are_months(names[1 : MONTHS + 1]):
                return _Header(i, names, separator)
    return None


def _are_months(names: Sequence[str]) -> bool:
    """Whether names are the twelve months in order, by name or by number."""
    numbers = [int(name) if name.isdecimal() else month_number(name) for name in names]
    return numbers == list(range(1, MONTHS + 1))


def _cells(line: str, separator: str | None) -> list[str]:
    return unquoted(line, separator) if separator else [cell.strip('"') for cell in line.split()] or [""]


def _code(written: Sequence[str]) -> str:
    """The number of nines that is farther from all other values than these are from each other; empty without one."""
    values = {cell: value for cell in set(written) if (value := cells.number(cell)) is not None and value == value}
    for code in sorted(filter(_NINES.fullmatch, values)):
        others = [value for cell, value in values.items() if not _NINES.fullmatch(cell)]
        if others and min(abs(values[code] - max(others)), abs(values[code] - min(others))) > max(others) - min(others):
            return code
    return ""


def _notices(lines: NumberedLines, header: _Header, rows: Sequence[int]) -> list[str]:
    place, names = lines.place, header.names
    year = names[0] or "the first column"
    told = [
        f"D143  {place}: '{names[1]}' to '{names[MONTHS]}' are the months of one series, below each other"
        f"  (--time {year} reads them as channels)"
    ]
    if names[MONTHS + 1 :]:
        left = ", ".join(f"'{name}'" for name in names[MONTHS + 1 :])
        told.append(f"D131  {place}: left out, since they are not months: columns {left}")
    others = [i for i, line in enumerate(lines.text) if line.strip() and i != header.at and i not in set(rows)]
    if others:
        told.append(f"D131  {place}: left out, since they hold no year: {shown_lines(lines, others, _SHOWN)}")
    return told

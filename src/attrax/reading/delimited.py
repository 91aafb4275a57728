"""Delimited text: tables in CSV, TSV and whitespace-separated files.

Separator, decimal mark and header are recognised from the first lines. A line that does not fit is an error that names
the line; columns are never shifted by a guess.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise, zip_longest
from pathlib import Path

import numpy as np

from attrax.core.errors import DataError
from attrax.data.column_names import unique
from attrax.reading import cell_text as cells
from attrax.reading.commented_header import commented_header
from attrax.reading.dialect import Dialect, check_marks, dialect_notices, guess_dialect
from attrax.reading.headers.header_step import header_step, with_step
from attrax.reading.headers.known_headers import headed_lines
from attrax.reading.measured_cells import with_plain_numbers, without_signs
from attrax.reading.month_columns import month_columns
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions
from attrax.reading.split_dates import with_whole_dates
from attrax.reading.text_encoding import decoded
from attrax.reading.text_layout import (
    COMMENTS,
    LONGEST_HEADER,
    NumberedLines,
    is_comment,
    laid_out,
    without_repeated_header,
)
from attrax.reading.thousands import Thousands, spot_thousands
from attrax.reading.units import with_units

_SAMPLE = 20
_GRID = 4
_LONGEST_HEAD = 100_000
"""So many characters are searched for the time step."""


def text_tables(content: bytes, path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in the contents of a text file: one, or one for each block below a header of its own.

    Args:
        content: The bytes of the file, unpacked.
        path: Its path, for messages.
        options: The options of reading.

    Raises: DataError D118 if the file is not text, is empty or has rows of different lengths, D109 for contradictory
        decimal marks.
    """
    text = decoded(content, str(path))
    lines, units = _lines(text, str(path))
    comments = any(sign in text for sign in COMMENTS)
    tables = []
    for part in month_columns(lines, options) or headed_lines(lines):
        written = replace(options, sep=part.separator) if part.separator else options
        table = _table(part.lines, path, written, part.units or units, comments=comments)
        table = replace(table, notices=(*part.notices, *table.notices))
        step = header_step([f"interval: {part.step}"] if part.step else _above(text, table))
        tables.append(with_step(table, step))
    return tuple(tables)


def _above(text: str, table: RawTable) -> list[str]:
    """The lines above the first row, of which there are not too many."""
    n = 0 if table.lines is None else min(int(table.lines[0]) - 1, LONGEST_HEADER)
    return text[:_LONGEST_HEAD].replace("\r\n", "\n").replace("\r", "\n").split("\n", n)[:n] if n else []


def _table(lines: NumberedLines, path: Path, options: ReadOptions, units: Sequence[str], *, comments: bool) -> RawTable:
    """The table in the lines of a file; its units are those given, or those of a row."""
    lines, options, row, notices = laid_out(lines, options, comments=comments)
    dialect = guess_dialect(_sample(lines), options)
    lines = _without_empty_lines(lines, dialect)
    table = None if options.transpose else _read_numbers(lines, dialect)
    if table is None and lines.text[0] in lines.text[1:] and _names_columns(lines, dialect):
        lines = without_repeated_header(lines, found := [])
        notices = (*notices, *found)
        table = None if options.transpose else _read_numbers(lines, dialect)
    if table is None:
        table, thousands = _read_cells(lines, dialect, options)
        if thousands.mark:
            # The notice of the thousands shows how numbers were read.
            dialect = dialect._replace(marks=cells.POINT)
            notices = (*notices, _thousands_notice(path, thousands))
    notices = (*notices, *table.notices, *dialect_notices(path, _sample(lines), dialect, options))
    return with_units(replace(table, notices=notices), row or units)


def _read_numbers(lines: NumberedLines, dialect: Dialect) -> RawTable | None:
    """The table of a file that holds only numbers, read fast by NumPy; None for all other files."""
    sample = _cells_of_sample(lines, dialect)
    header = _has_header(sample, dialect.marks)
    if len(lines.text) == header or cells.POINT not in dialect.marks:
        return None
    delimiter = None if dialect.separator in ("", " ") else dialect.separator
    with suppress(ValueError):
        values = np.loadtxt(lines.text[header:], delimiter=delimiter, comments=None, ndmin=2)
        if values.shape == (len(lines.text) - header, len(sample[0])):
            body = lines.text[header:]
            return RawTable(
                _names(sample[0], header=header),
                tuple(values.T),
                lines.place,
                lines.numbers[header:],
                named=header,
                exact=lambda k: [dialect.fields(line)[k] for line in body],
            )
    return None


def _read_cells(lines: NumberedLines, dialect: Dialect, options: ReadOptions) -> tuple[RawTable, Thousands]:
    """The table of any other file, cell by cell: with missing values, text, dates, decimal commas or thousands."""
    rows = _rectangle(with_whole_dates([dialect.fields(line) for line in lines.text], dialect.separator), lines)
    if options.transpose:
        rows = [list(row) for row in zip(*rows, strict=True)]
    header = _has_header(rows[:_SAMPLE], dialect.marks)
    body = rows[header:]
    if not body:
        raise _unusable("a header and no rows", lines.place, "the file ends after the names of its columns")
    names = _names(rows[0], header=header)
    thousands = spot_thousands(body, names, options.decimal)
    if thousands.mark:
        dialect = dialect._replace(marks=thousands.decimal)
        body = [[thousands.plain(cell) for cell in row] for row in body]
    elif not options.transpose:
        check_marks(rows, lines.numbers, dialect, lines.place)
    columns = tuple(cells.column(column, dialect.marks) for column in zip(*body, strict=True))
    numbers = None if options.transpose else lines.numbers[header:]
    table = RawTable(names, columns, lines.place, numbers, named=header, exact=lambda k: [row[k] for row in body])
    return with_plain_numbers(without_signs(table, dialect.marks), dialect.marks), thousands


def _thousands_notice(path: Path, thousands: Thousands) -> str:
    read = cells.number(thousands.plain(thousands.example), thousands.decimal)
    other = "; --decimal , reads decimals" if thousands.mark == "," else ""
    return f"D109  {path}: {thousands.example!r} read as {read:.12g}, {thousands.mark!r} separates thousands{other}"


def _lines(text: str, place: str) -> tuple[NumberedLines, tuple[str, ...]]:
    """The lines from the first that is no comment on, and the units that stand in comments above them."""
    every = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    filled = [i for i, line in enumerate(every) if line.strip()]
    signs = COMMENTS if filled and ";" in every[filled[-1]] else (*COMMENTS, ";")
    start = next((k for k, i in enumerate(filled) if not is_comment(every[i], signs)), len(filled))
    if start == len(filled):
        raise _unusable("empty", place, "the file holds no rows")
    # An empty line after the first row is a row without values, unless there is one below every row.
    if len(filled) > _GRID and all(below - above == 2 for above, below in pairwise(filled)):
        text = "".join(f"{every[i]}\n" for i in filled)
        found, units = _lines(text, place)
        return found._replace(numbers=np.array(filled)[found.numbers - 1] + 1), units
    first, last = filled[start], filled[-1] + 1
    header = commented_header([every[i] for i in filled[:start]], every[first])
    if header is None:
        return NumberedLines(tuple(every[first:last]), np.arange(first, last) + 1, place), ()
    numbers = np.r_[filled[header.position], first:last] + 1
    return NumberedLines((header.names, *every[first:last]), numbers, place), header.units


def _without_empty_lines(lines: NumberedLines, dialect: Dialect) -> NumberedLines:
    """The lines without empty ones between the header and the first row."""
    if not _has_header(_cells_of_sample(lines, dialect), dialect.marks):
        return lines
    first = next((i for i, line in enumerate(lines.text[1:], start=1) if line.strip()), 1)
    return NumberedLines((lines.text[0], *lines.text[first:]), np.delete(lines.numbers, slice(1, first)), lines.place)


def _cells_of_sample(lines: NumberedLines, dialect: Dialect) -> list[list[str]]:
    return [dialect.fields(line) for line in _sample(lines)]


def _names_columns(lines: NumberedLines, dialect: Dialect) -> bool:
    return len(lines.text) > 1 and _has_header(_cells_of_sample(lines, dialect), dialect.marks)


def _sample(lines: NumberedLines) -> list[str]:
    return [line for line in lines.text[:_SAMPLE] if line.strip()]


def _has_header(rows: Sequence[list[str]], marks: str) -> bool:
    """Whether the first row is a header: only text, or text above columns without text."""
    first = rows[0]
    if first[0] == "" and first[1:] and first[1:] == [str(i) for i in range(len(first) - 1)]:
        return True
    text = [cells.is_text(cell, marks) for cell in first]
    below = [any(cells.is_text(cell, marks) for cell in column) for column in zip(*rows[1:], strict=False)]
    names = any(above and not under for above, under in zip_longest(text, below, fillvalue=False))
    return all(text) or (names and _may_name(first, marks))


def _may_name(row: Sequence[str], marks: str) -> bool:
    """Whether the numbers of a row may be names: numbered channels, or increasing positions on a grid."""
    values = [cells.number(cell, marks) for cell in row]
    numbers = [(value, cell) for value, cell in zip(values, row, strict=True) if value is not None and value == value]
    rising = all(low < high for (low, _), (high, _) in pairwise(numbers))
    return rising and (len(numbers) >= _GRID or all(cell.strip().isdigit() for _, cell in numbers))


def _names(first: Sequence[str], *, header: bool) -> tuple[str, ...]:
    return unique(
        [name.strip("\"' ").rstrip(": ") for name in first] if header else [f"x{i}" for i in range(len(first))]
    )


def _rectangle(rows: list[list[str]], lines: NumberedLines) -> list[list[str]]:
    """Rows of equal length, also if every line ends with a separator or the header has no name for the row numbers."""
    header, body = rows[0], rows[1:] or rows
    width = max(map(len, body[:_SAMPLE]))
    # A separator may end every row, or every row but the last.
    ended = all(len(row) == width and row[-1].strip() == "" for row in body[:-1] or body)
    ended = ended and (len(body[-1]) == width - 1 or (len(body[-1]) == width and not body[-1][-1].strip()))
    if width > 1 and ended and not "".join(header[width - 1 :]):
        rows = [header[: width - 1], *([row[: width - 1] for row in rows[1:]])]
    elif len(header) == width + 1 > 2 and not header[-1].strip() and all(len(row) == width for row in body):
        rows = [header[:-1], *body]
    elif len(header) == width - 1 == len(set(header)) and all(map(cells.is_text, header)):
        rows = [["", *header], *body]
    width = len(rows[0])
    rows = [row if row != [""] else [""] * width for row in rows]
    for row, line in zip(rows, lines.numbers, strict=True):
        if len(row) != width:
            raise _unusable(
                "rows of different lengths",
                f"{lines.place}, line {line} of the file: {len(row)} cells, the first row has {width}",
                "it is not clear which cells are missing",
                fix="complete that line, or delete it if the file breaks off there",
            )
    return rows


def _unusable(
    what: str, where: str, why: str, fix: str = "export the recording again, as text with one row for each time step"
):
    return DataError("D118", what, where=where, why=why, fix=fix)

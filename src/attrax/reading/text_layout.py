"""Layout of a text file: the lines before, between and after the rows of its table.

Instruments and spreadsheets write lines that are no rows: `sep=;`, a description before the header, units below it, the
header again where files were joined, and a last line that says how many rows there were. They are left out, and a
notice names them. A line of numbers is never left out.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from attrax.reading import cell_text as cells
from attrax.reading.dialect import Dialect, guess_dialect
from attrax.reading.key_lines import is_key_line, key_names
from attrax.reading.read_options import ReadOptions
from attrax.reading.units import is_unit, unit_of_text

COMMENTS = ("#", "%")
_SEPARATOR_LINE = re.compile(r"\s*\"?sep=(?P<separator>.)\"?\s*", re.IGNORECASE)
_GAP = re.compile(r"#(?:N/?A|VALUE|DIV|NUM|REF|NULL)|#+(?:[,;\t|]|$)", re.IGNORECASE)
_ERROR = re.compile(r"#(?:N/A|VALUE!|DIV/0!|NUM!|REF!|NULL!|NAME\?)(?:[,;\t| ]|$)", re.IGNORECASE)
"""How the first cell of a row begins in which a spreadsheet could not compute it."""
_STATISTIC = re.compile(
    r"(?i:(?:mean|average|avg|std\.?|st\.?dev\.?|sd|sem|min\.?|max\.?|minimum|maximum|sum|total|totals|count|median|mode|"
    r"var|variance|range|rms|mittelwert|summe|moyenne|media|n)[ :]*)"
)
_TYPE = re.compile(
    r"(?i:u?int\d*|integer|float\d*|double|real|number|numeric|decimal|str|string|text|object|datetime\d*|date|timestamp|"
    r"bool|boolean|category)(?:\[\w+\])?"
)
_RULE = re.compile(r"[\s|+:\"]*[-=]{3,}[-=\s|+:,;\"]*")
_SAMPLE = 20
LONGEST_HEADER = 400
_LONGEST_FOOTER = 20
_SHOWN = 3
_MOST_RULED = 4
_FEW = 100


def is_comment(line: str, signs: tuple[str, ...] = COMMENTS) -> bool:
    """Whether a line above a table is a comment, and no row whose first cell a spreadsheet could not compute."""
    return line.startswith(signs) and not _ERROR.match(line)


class NumberedLines(NamedTuple):
    """Lines of a file, and their numbers, counted from 1."""

    text: tuple[str, ...]
    numbers: Int[np.ndarray, " line"]
    place: str

    def without(self, at: Sequence[int]) -> "NumberedLines":
        """All lines but those at these positions."""
        gone = set(at)
        kept = tuple(line for i, line in enumerate(self.text) if i not in gone)
        return self._replace(text=kept, numbers=np.delete(self.numbers, list(gone)))


class Layout(NamedTuple):
    """The lines of a table, and the information in the other lines of its file.

    Attributes:
        lines: The header, if there is one, and the rows.
        options: The options of reading, with the separator that the file itself names.
        units: The cells of the row of units; empty if there is none.
        notices: A sentence for each kind of line that was left out.
    """

    lines: NumberedLines
    options: ReadOptions
    units: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def laid_out(lines: NumberedLines, options: ReadOptions, *, comments: bool) -> Layout:
    """The table in the lines of a file, separated from the text around it.

    Args:
        lines: The lines.
        options: The options of reading.
        comments: Whether any line may be a comment.
    """
    notices: list[str] = []
    named = _SEPARATOR_LINE.fullmatch(lines.text[0])
    if named:
        options = options if options.sep else replace(options, sep=named["separator"])
        lines = lines.without([0])
    if comments:
        found = [i for i, line in enumerate(lines.text) if line.startswith(COMMENTS) and not _GAP.match(line)]
        lines = _left_out(lines, found, "a comment", notices)
    rules = [i for i in _ends(len(lines.text)) if _RULE.fullmatch(lines.text[i])]
    lines = lines.without(rules) if len(rules) < len(lines.text) else lines
    if options.transpose or len(lines.text) < _SHOWN:
        return Layout(lines, options, (), tuple(notices))
    middle = _around_middle(lines.text)
    dialect = guess_dialect(middle, options)
    shape = _shape(middle, dialect)
    if not any(shape):
        return Layout(lines, options, (), tuple(notices))
    start = _start(lines.text, dialect, shape)
    above = _units_above(lines.text[:start], dialect, shape)
    lines, told = _with_key_names(lines, start, dialect, shape, notices)
    above = told or above
    lines = _left_out(lines, _footer(lines.text, dialect, shape), "stands behind the table", notices)
    lines = _left_out(lines, _types(lines.text, dialect, shape), "names types of columns", notices)
    units = _units(lines.text, dialect, shape)
    lines = lines.without([1]) if units else lines
    units = units or above
    return Layout(lines, options, units, tuple(notices))


def _ends(n: int) -> list[int]:
    """The positions where lines may be ruled: the first and the last ones."""
    return sorted({*range(min(_MOST_RULED, n)), *range(max(n - _MOST_RULED, 0), n)})


def without_repeated_header(lines: NumberedLines, notices: list[str]) -> NumberedLines:
    """The lines in which the header stands once, as it does not in files that were joined."""
    header = lines.text[0]
    again = [i for i, line in enumerate(lines.text) if i and line == header]
    return _left_out(lines, again, "repeats the header", notices)


def _left_out(lines: NumberedLines, at: Sequence[int], what: str, notices: list[str]) -> NumberedLines:
    told = sorted(i for i in at if lines.text[i].strip())
    if not told:
        return lines
    notices.append(f"D131  {lines.place}: left out, since it {_spoken(what)}: {shown_lines(lines, told, _SHOWN)}")
    return lines.without(at)


def shown_lines(lines: NumberedLines, at: Sequence[int], most: int) -> str:
    """The first lines at some positions with their numbers, and how many more there are, for a notice."""
    shown = ", ".join(f"line {lines.numbers[i]} of the file {lines.text[i].strip()[:60]!r}" for i in at[:most])
    return shown + (f" and {len(at) - most:,} more" if len(at) > most else "")


def _spoken(what: str) -> str:
    return f"is {what}" if what.startswith("a ") else what


def _around_middle(text: Sequence[str]) -> list[str]:
    first = max(len(text) // 2 - _SAMPLE // 2, 0)
    return [line for line in text[first : first + _SAMPLE] if line.strip()]


def _shape(sample: Sequence[str], dialect: Dialect) -> tuple[bool, ...]:
    """For each column of the rows in the middle of a file, whether it holds numbers or dates."""
    rows = [dialect.fields(line) for line in sample]
    if not rows:
        return ()
    width = Counter(map(len, rows)).most_common(1)[0][0]
    rows = [row for row in rows if len(row) == width]
    return tuple(
        sum(not cells.is_text(cell, dialect.marks) for cell in column) * 2 > len(rows)
        for column in zip(*rows, strict=True)
    )


def _start(text: Sequence[str], dialect: Dialect, shape: tuple[bool, ...]) -> int:
    """The line of the header, or of the first row if there is none."""
    first = next(
        (
            i
            for i in range(min(len(text) - 1, LONGEST_HEADER))
            if _fits(dialect.fields(text[i]), dialect, shape) and _fits(dialect.fields(text[i + 1]), dialect, shape)
        ),
        0,
    )
    # Rows may hold words, too, and begin as all other rows do.
    while first and _begins_as_row(dialect.fields(text[first - 1]), dialect, shape):
        first -= 1
    above = [i for i in range(first) if text[i].strip()][-2:][::-1]
    start = first
    rows = [dialect.fields(text[i]) for i in above]
    if above and _may_be_header(text[above[0]], dialect, len(shape)) and not is_key_line(*rows):
        start = above[0]
        row = dialect.fields(text[start])
        names_units = sum(map(is_unit, row)) * 2 >= len(shape)
        if (
            (names_units or all(map(_is_type, row)))
            and len(above) > 1
            and _may_be_header(text[above[1]], dialect, len(shape))
        ):
            start = above[1]
    # Rows of numbers in another width are not understood, and never left out but as a small table of their own.
    # Above a header, a number with words behind it is the station or the device.
    numbers = [i for i in range(start) if _starts_with_number(text[i], dialect, alone=start < first)]
    return start if not numbers or _is_apart(text, numbers, start) else 0


def _is_apart(text: Sequence[str], numbers: Sequence[int], start: int) -> bool:
    """Whether a few rows of numbers above a table belong to another one: an empty line and words stand between."""
    between = [line.strip() for line in text[numbers[-1] + 1 : start]]
    return "" in between and any(between) and _FEW * len(numbers) < len(text) - start


def _with_key_names(
    lines: NumberedLines, start: int, dialect: Dialect, shape: tuple[bool, ...], notices: list[str]
) -> tuple[NumberedLines, tuple[str, ...]]:
    """The lines from the table on, below the names in a key line if there is one; and the units beside these names."""
    described = [dialect.fields(line) for line in lines.text[:start]]
    first = dialect.fields(lines.text[start])
    found = key_names(described, first, dialect.marks) if described and _fits(first, dialect, shape) else None
    if found is None:
        return _left_out(lines, list(range(start)), "stands before the table", notices), ()
    kept = lines.text[found.position]
    lines = _left_out(lines, [i for i in range(start) if i != found.position], "stands before the table", notices)
    at = lines.text.index(kept)
    separator = dialect.separator or ","
    header = separator.join(f'"{name}"' if separator in name else name for name in found.names)
    return lines.without(range(at))._replace(text=(header, *lines.text[at + 1 :])), found.units


def _begins_as_row(row: list[str], dialect: Dialect, shape: tuple[bool, ...]) -> bool:
    return len(row) == len(shape) > 1 and shape[0] and bool(row[0].strip()) and not cells.is_text(row[0], dialect.marks)


def _may_be_header(line: str, dialect: Dialect, width: int) -> bool:
    row = dialect.fields(line)
    # A separator may end the header alone.
    row = row[:-1] if len(row) == width + 1 and not row[-1].strip() else row
    return bool(line.strip()) and (len(row) == width or (width > 2 and len(row) == width - 1))


def _starts_with_number(line: str, dialect: Dialect, *, alone: bool) -> bool:
    """Whether the first cell is a number and, if `alone`, no other is a word."""
    row = dialect.fields(line)
    value = cells.number(row[0], dialect.marks)
    words = alone and any(cells.is_text(cell, dialect.marks) for cell in row[1:])
    return value is not None and value == value and not words


def _fits(row: list[str], dialect: Dialect, shape: tuple[bool, ...]) -> bool:
    """Whether a line has numbers in the columns of numbers."""
    return len(row) == len(shape) and not any(
        number and cells.is_text(cell, dialect.marks) for cell, number in zip(row, shape, strict=True)
    )


def _footer(text: Sequence[str], dialect: Dialect, shape: tuple[bool, ...]) -> list[int]:
    """Positions of the lines at the end of a file that are no rows.

    Such a line begins with a word and has another number of cells than the rows, nothing behind the word, or a
    statistic of the columns.
    """
    found: list[int] = []
    for i in range(len(text) - 1, max(len(text) - 1 - _LONGEST_FOOTER, 1), -1):
        row = dialect.fields(text[i])
        word = shape[0] and cells.is_text(row[0], dialect.marks)
        statistic = word and _STATISTIC.fullmatch(row[0].strip())
        short = word and (len(row) != len(shape) or (row[1:] and not "".join(row[1:]).strip()))
        if not text[i].strip() or statistic or short:
            found.append(i)
        else:
            break
    return found if any(text[i].strip() for i in found) else []


def _is_type(cell: str) -> bool:
    return _TYPE.fullmatch(cell.strip().strip("\"'")) is not None


def _types(text: Sequence[str], dialect: Dialect, shape: tuple[bool, ...]) -> list[int]:
    """The line below the header if it names a type for every column, as tables of data bases have it."""
    if len(text) < _SHOWN:
        return []
    row = dialect.fields(text[1])
    return [1] if len(row) == len(shape) and all(map(_is_type, row)) else []


def _units_above(text: Sequence[str], dialect: Dialect, shape: tuple[bool, ...]) -> tuple[str, ...]:
    """The cells of the last line above the header if they are units."""
    row = [cell.strip() for cell in dialect.fields(text[-1])] if text else []
    many = len(row) == len(shape) and sum(map(is_unit, row)) * 2 >= len(shape)
    return tuple(map(unit_of_text, row)) if many else ()


def _units(text: Sequence[str], dialect: Dialect, shape: tuple[bool, ...]) -> tuple[str, ...]:
    """The cells below the header if they are units: words where all other rows have numbers."""
    if len(text) < _SHOWN:
        return ()
    header, below = dialect.fields(text[0]), dialect.fields(text[1])
    if len(below) != len(shape) or _fits(header, dialect, shape) or _fits(below, dialect, shape):
        return ()
    words = [cell.strip() for cell in below]
    if not all(cells.is_text(cell, dialect.marks) for cell in header if cell.strip()):
        return ()
    all_words = all(word == "" or cells.is_text(word, dialect.marks) or word in "-." for word in words)
    many = sum(is_unit(word) and number for word, number in zip(words, shape, strict=True)) * 2 >= sum(shape)
    return tuple(unit_of_text(word) for word in words) if all_words and many else ()

"""Dialect of a text file: what separates cells, and what the decimal mark is.

It is guessed from the first lines, and the guess is reported (D109). `--sep` and `--decimal` replace the guess.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from attrax.core.errors import DataError
from attrax.reading import cell_text as cells
from attrax.reading.measured_cells import is_measured
from attrax.reading.read_options import ReadOptions

# In order of preference if the lines can be read in several ways; the last stands for a single column.
_SEPARATORS = (";", "\t", ",", "|", " ", "")
_USUAL = {".csv": (",", ""), ".tsv": ("\t", ""), ".txt": (" ", "\t", ",", ""), ".dat": (" ", "\t", ",", "")}
_SPOKEN = {"\t": "tabs", " ": "spaces", "": "nothing"}
_SHOWN = 3
_WIDTH = 500
"""So many cells of a line tell what its cells are; lines may have a hundred thousand."""


def _never(_cell: str, _marks: str) -> bool:
    return False


class Dialect(NamedTuple):
    """A way to split lines into cells.

    Attributes:
        separator: The character between two cells; empty if each line is one cell.
        marks: Possible decimal marks.
    """

    separator: str
    marks: str

    def fields(self, line: str) -> list[str]:
        """The cells of a line. Quotes never reach beyond the line; a single quote is an ordinary character."""
        if self.separator == "":
            return [line.strip()]
        if self.separator == " ":
            line = " ".join(line.split())
        if self.separator == "|" and line.strip()[:1] + line.strip()[-1:] == "||":
            line = line.strip()[1:-1]
        if '"' in line:
            with suppress(csv.Error):
                return next(csv.reader([line], delimiter=self.separator, skipinitialspace=True, strict=True))
        return line.split(self.separator)

    def score(self, sample: Sequence[str]) -> float:
        """How well a dialect fits lines: the share of lines with equally many cells, times the share of numbers."""
        rows = [self.fields(line) for line in sample]
        widths = Counter(map(len, rows))
        width, n_alike = max(widths.items(), key=lambda item: (item[1], item[0]))
        if self.separator and width == 1:
            return -1.0
        content = [cell for row in rows for cell in row[:_WIDTH]]
        # Between spaces, a unit may be a label of its own.
        measured = is_measured if self.separator.strip(" ") else _never
        n_values = sum(not cells.is_text(cell, self.marks) or measured(cell, self.marks) for cell in content)
        return n_alike / len(rows) * (n_values / len(content) + 0.01)


def guess_dialect(sample: Sequence[str], options: ReadOptions) -> Dialect:
    """The dialect that fits the first lines best, among those that the options allow."""
    return max(_possible(options), key=lambda dialect: dialect.score(sample))


def dialect_notices(path: Path, sample: Sequence[str], dialect: Dialect, options: ReadOptions) -> tuple[str, ...]:
    """A notice about the guess if it is unusual or not certain, with the first lines as they were read."""
    others = [other for other in _possible(options) if _reads_otherwise(other, dialect, sample)]
    commas = (
        not options.decimal
        and cells.COMMA in dialect.marks
        and any(map(cells.is_decimal_comma, _content(dialect, sample)))
    )
    suffix = next((part.lower() for part in path.suffixes[::-1] if part.lower() in _USUAL), "")
    unusual = not options.sep and dialect.separator not in _USUAL.get(suffix, ())
    if not (others or commas or unusual):
        return ()
    separator = _SPOKEN.get(dialect.separator, f"'{dialect.separator}'")
    hint = f"--decimal , reads {_shown(others[0], sample[-1:])}" if others else "--sep and --decimal replace this guess"
    marks = " and decimal commas" if commas else ""
    as_read = f" ({_shown(dialect, sample[-_SHOWN:])})" if others or commas else ""
    return (f"D109  {path}: read with {separator} between cells{marks}{as_read}; {hint}",)


def check_marks(rows: Sequence[Sequence[str]], numbers: Int[np.ndarray, " row"], dialect: Dialect, place: str) -> None:
    """Check that a table has either decimal points or decimal commas, not both (D109)."""
    if dialect.marks != cells.EITHER:
        return
    first: dict[str, tuple[int, str]] = {}
    for row, line in zip(rows, numbers, strict=True):
        for cell in row:
            if cells.COMMA in cell and cells.COMMA not in first and cells.is_decimal_comma(cell):
                first[cells.COMMA] = line, cell
            elif cells.POINT in cell and cells.POINT not in first and _has_point(cell):
                first[cells.POINT] = line, cell
        if len(first) == 2:
            seen = ", ".join(f"line {line} of the file has {cell.strip()!r}" for line, cell in sorted(first.values()))
            commas = sum(cells.is_decimal_comma(cell) for row in rows for cell in row)
            points = sum(cells.POINT in cell and _has_point(cell) for row in rows for cell in row)
            fixes = (f"--decimal {cells.COMMA}", f"--decimal {cells.POINT}")
            usual, other = fixes if commas >= points else fixes[::-1]
            raise DataError(
                "D109",
                "decimal points and decimal commas",
                where=f"{place}: {seen}",
                why="one of the two may separate thousands; numbers would then be wrong by a factor of 1000",
                fix=f"{usual}  # or {other}; numbers written in the other way then count as text",
            )


def _has_point(cell: str) -> bool:
    value = cells.number(cell)
    return value is not None and value == value


def _possible(options: ReadOptions) -> list[Dialect]:
    separators = (options.separator,) if options.separator else _SEPARATORS
    # If the comma is the decimal mark, it is tried last as a separator: quoted cells may hold it.
    ordered = sorted(separators, key=lambda separator: separator == options.decimal)
    either = {separator: cells.POINT if separator == "," else cells.EITHER for separator in ordered}
    return [Dialect(separator, options.decimal or either[separator]) for separator in ordered]


def _reads_otherwise(other: Dialect, dialect: Dialect, sample: Sequence[str]) -> bool:
    """Whether another dialect fits the lines equally well but gives other cells."""
    differs = any(other.fields(line) != dialect.fields(line) for line in sample)
    return differs and other.score(sample) >= dialect.score(sample) > 0.5


def _content(dialect: Dialect, sample: Sequence[str]) -> list[str]:
    return [cell for line in sample for cell in dialect.fields(line)]


def _shown(dialect: Dialect, lines: Sequence[str]) -> str:
    read = [" | ".join(_value(cell, dialect) for cell in dialect.fields(line)[:6]) for line in lines]
    return ", ".join(f"{line[:60]!r} as {values}" for line, values in zip(lines, read, strict=True))


def _value(cell: str, dialect: Dialect) -> str:
    value = cells.number(cell, dialect.marks)
    return cell.strip() if value is None else f"{value:g}"

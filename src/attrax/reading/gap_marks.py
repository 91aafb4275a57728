"""Gap marks: words and numbers that stand for missing values, usual ones and those that `--na` names."""

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from attrax.data.clock.clock_names import is_clock
from attrax.data.column_names import option
from attrax.reading import cell_text as cells
from attrax.reading.raw_table import RawTable

_USUAL = re.compile(
    r"[(\[<]?(?:m|nd|n\.?\s?d\.?|n\.a\.?|n/?a|nan|null|none|no[ _]?data|not available|missing|unknown|nil|void|bad|"
    r"err(?:or)?|fail(?:ed)?)[)\]>]?|\\N",
    re.IGNORECASE,
)


def with_marked_gaps(table: RawTable, na: Sequence[str]) -> RawTable:
    """The table in which gap marks are missing values.

    Words that usually stand for a gap, such as `*****` or `M`, count as missing among numbers without being asked,
    and a notice says so.

    Args:
        table: The table.
        na: Words and numbers, each for all columns, or for one column as in `pressure=0`. Numbers in a time column
            are never missing.
    """
    columns, told = [], []
    for name, given in zip(table.names, table.columns, strict=True):
        column = given
        if not (name == table.clock or is_clock(name)):
            column = _without_numbers(column, _of_column(na, name, table.names))
        if column.dtype == object:
            marks = {*_of_column(na, name, table.names), *_usual(column)}
            found = Counter(cell.strip() for cell in column if isinstance(cell, str) and cell.strip() in marks)
            if found:
                column = _without_words(column, set(found))
                told += [(name, word, n) for word, n in found.items() if word not in na]
        columns.append(column)
    if all(new is old for new, old in zip(columns, table.columns, strict=True)):
        return table
    return replace(table, columns=tuple(columns), block=None, notices=(*table.notices, *_notices(table.place, told)))


def _of_column(na: Sequence[str], name: str, names: Sequence[str]) -> list[str]:
    """The marks that hold for a column."""
    marks = []
    for mark in na:
        column, sign, word = mark.partition("=")
        named = bool(sign) and column in names
        if not named or column == name:
            marks.append((word if named else mark).strip())
    return marks


def _without_numbers(column: np.ndarray, marks: Sequence[str]) -> np.ndarray:
    numbers = []
    for mark in marks:
        with suppress(ValueError):
            numbers.append(float(mark))
    if not numbers or column.dtype.kind not in "fO":
        return column
    if column.dtype.kind == "f":
        at = np.isin(column, np.array(numbers, column.dtype))
        return np.where(at, np.nan, column) if at.any() else column
    at = np.array([isinstance(cell, float) and cell in numbers for cell in column])
    return np.where(at, np.nan, column) if at.any() else column


def _without_words(column: np.ndarray, words: set[str]) -> np.ndarray:
    """The column with NaN in place of words; of numbers, if no other text is left."""
    gap = np.array([isinstance(cell, str) and cell.strip() in words for cell in column])
    column = np.where(gap, np.nan, column)
    left = any(isinstance(cell, str) for cell in column)
    return column if left else column.astype(np.float64)


def _usual(column: np.ndarray) -> set[str]:
    """The words of a column that usually stand for a gap, if most of its other cells are numbers."""
    words = {cell.strip() for cell in column if isinstance(cell, str)}
    numbers = sum(isinstance(cell, float) for cell in column)
    if 2 * numbers < len(column):
        return set()
    return {word for word in words if cells.is_gap_sign(word) or _USUAL.fullmatch(word)}


def _notices(place: str, told: Sequence[tuple[str, str, int]]) -> list[str]:
    words = dict.fromkeys(word for _, word, _ in told)
    notices = []
    for word in words:
        parts = [f"{n:,} of '{name}'" for name, other, n in told if other == word]
        notices.append(
            f"D101  {place}: {word!r} in {', '.join(parts)} counts as missing, as {option('--na', word)} says"
        )
    return notices

"""Thousands: marks between groups of three digits, such as `1,023`, distinguished from decimal marks."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from attrax.data.clock.clock_names import is_clock, is_clock_if_rising, is_counter
from attrax.reading import cell_text as cells

_MARKS = (",", ".", "'", "\u00a0", "\u202f", " ")
_GROUPS = {mark: re.compile(rf"[+-]?[1-9]\d{{0,2}}(?:{re.escape(mark)}\d{{3}})+(?:[.,]\d*)?") for mark in _MARKS}
_WHOLE = re.compile(r"[+-]?\d+")
_NUMERIC = re.compile(r"[+-]?\d[\d.,'\u00a0\u202f ]*")


class Thousands(NamedTuple):
    """A mark between thousands.

    Attributes:
        mark: The mark; empty if there is none.
        decimal: The decimal mark beside it.
        example: A cell with the mark.
    """

    mark: str = ""
    decimal: str = cells.POINT
    example: str = ""

    def plain(self, cell: str) -> str:
        """A cell without the marks between thousands."""
        return cell.replace(self.mark, "") if _GROUPS[self.mark].fullmatch(cell.strip()) else cell


NO_THOUSANDS = Thousands()


def spot_thousands(rows: Sequence[Sequence[str]], names: Sequence[str], decimal: str) -> Thousands:
    """The mark that separates thousands in a table, if that is what it does.

    A comma does so if every number with a comma has groups of three digits behind it and the other numbers say that it
    is no decimal mark: one has two groups or a decimal point, or whole numbers without a comma stand beside it, in its
    own column or in another one that is no clock. A point does so if a comma follows it.

    Args:
        rows: The cells, without the header.
        names: Names of the columns.
        decimal: The decimal mark that was asked for; empty if it must be guessed.

    Example:
        >>> spot_thousands([["1,023", "7"], ["99", "8"]], ["price", "n"], "").mark
        ','
        >>> spot_thousands([["1,023"], ["0,981"]], ["price"], "").mark
        ''
    """
    for mark in _MARKS:
        if mark == decimal:
            continue
        marked = [(k, cell.strip()) for row in rows for k, cell in enumerate(row) if mark in cell.strip()]
        marked = [(k, cell) for k, cell in marked if _NUMERIC.fullmatch(cell)]
        if not marked or not all(_GROUPS[mark].fullmatch(cell) for _, cell in marked):
            continue
        after = {cell[-1 - _tail(cell, mark)] for _, cell in marked if _tail(cell, mark) >= 0}
        if len(after) > 1 or mark in after:
            continue
        told = decimal or after or any(cell.count(mark) > 1 for _, cell in marked) or mark not in ",."
        if told or (mark == "," and _beside_whole(rows, names, {k for k, _ in marked})):
            return Thousands(mark, after.pop() if after else decimal or cells.POINT, marked[0][1])
    return NO_THOUSANDS


def _tail(cell: str, mark: str) -> int:
    """Number of digits behind the decimal mark of a number with groups; -1 if it has none."""
    end = cell[cell.rindex(mark) + 1 :]
    found = re.search(r"[.,]", end)
    return len(end) - found.start() - 1 if found else -1


def _beside_whole(rows: Sequence[Sequence[str]], names: Sequence[str], marked: set[int]) -> bool:
    """Whether other numbers show that the numbers with a comma are whole.

    A number with a decimal point shows it too. A clock does not: it counts rows beside any kind of number.
    """
    for row in rows:
        for k, cell in enumerate(row):
            cell = cell.strip()
            if "." in cell and cells.number(cell) is not None and cell != ".":
                return True
            if "," not in cell and _WHOLE.fullmatch(cell) and (k in marked or not _may_be_clock(names[k])):
                return True
    return False


def _may_be_clock(name: str) -> bool:
    return is_clock(name) or is_clock_if_rising(name) or is_counter(name)

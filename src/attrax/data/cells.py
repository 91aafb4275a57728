"""Cells: what is written in one field of a table. A number, a gap, a moment in time, or text."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime

import numpy as np

_GAPS = frozenset({"", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null", "none", "-", "--", "?", "."})
_DATE = re.compile(r"\d{4}-?\d\d-?\d\d(?:[T ][^,]*)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")


def number(cell: str, *, comma: bool = False) -> float | None:
    """The value of a cell: NaN for a gap, None for text.

    Args:
        cell: The field as written.
        comma: Whether `1,5` is a number, as it is wherever commas do not separate the columns.
    """
    text = cell.strip()
    if text.lower() in _GAPS:
        return np.nan
    if comma and _DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    # Python reads `1_2` as 12; in a recording it is a label.
    if "_" in text:
        return None
    with suppress(ValueError):
        return float(text)
    return None


def moment(cell: str) -> datetime | None:
    """The ISO 8601 date and time in a cell, in UTC where it names its zone; None for anything else."""
    text = cell.strip()
    if not _DATE.fullmatch(text):
        return None
    with suppress(ValueError, OverflowError):
        value = datetime.fromisoformat(text)
        return value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    return None


def is_text(cell: str, *, comma: bool = False) -> bool:
    """Whether a cell is neither a number nor a gap nor a moment."""
    return number(cell, comma=comma) is None and moment(cell) is None


def column(cells: Sequence[str], *, comma: bool = False) -> np.ndarray:
    """The numbers of a column with NaN for gaps.

    If a cell is text, an array of objects instead: text where there is text, floats elsewhere.
    """
    if "_" not in "".join(cells):
        with suppress(ValueError):
            return np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
    numbers = [number(cell, comma=comma) for cell in cells]
    if None in numbers:
        return np.array([cell if value is None else value for cell, value in zip(cells, numbers, strict=True)], object)
    return np.array(numbers, dtype=np.float64)


def first_text(column: np.ndarray) -> int:
    """Row of the first text in a column that is not all numbers."""
    return next(row for row, cell in enumerate(column) if isinstance(cell, str))


def dates(column: np.ndarray) -> np.ndarray:
    """The moments in a column of text as `datetime64`, NaT where there is none."""
    return np.array([moment(cell) if isinstance(cell, str) else None for cell in column], dtype="datetime64[us]")

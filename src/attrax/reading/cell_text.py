"""Text in the cells of a table, read as numbers or missing values."""

import re
from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from attrax.data.clock.date_text import is_date

_GAPS = frozenset({"", "na", "n/a", "#n/a", "<na>", "nan", "nat", "null", "none", "-", "--", "?", "."})
_GAP_SIGN = re.compile(
    r"\*+|#+|[:.]{2,}|:|-{3,}|_+|-?\d?\.?#(?:qnan|snan|ind|inf|value!?|div/0!?|num!?|ref!?|null!?)0*", re.I
)
# As Fortran writes double precision.
_DOUBLE = re.compile(r"([+-]?\d*\.\d*)[dD]([+-]\d+)")
_MINUS = "\N{MINUS SIGN}"
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d+)?")
POINT, COMMA, EITHER = ".", ",", ".,"


def number(cell: str, marks: str = POINT) -> float | None:
    """The number in a cell: NaN for a missing value, None for text.

    Args:
        cell: The text of the cell.
        marks: Possible decimal marks: a point, a comma, or both.
    """
    if POINT in marks and "_" not in cell and cell.isascii():
        # Most cells; a wide table has many.
        with suppress(ValueError):
            return float(cell)
    text = cell.strip()
    if text.lower() in _GAPS:
        return np.nan
    text = _DOUBLE.sub(r"\1e\2", text.replace(_MINUS, "-"))
    # Python reads `1_2` as 12, and digits of other alphabets; in a recording these are labels.
    if "_" in text or not text.isascii() or (POINT in text and POINT not in marks):
        return None
    if COMMA in marks and is_decimal_comma(text):
        text = text.replace(COMMA, POINT)
    with suppress(ValueError):
        return float(text)
    return None


def is_decimal_comma(cell: str) -> bool:
    """Whether a cell is a number with a decimal comma, such as `1,5`."""
    return _DECIMAL_COMMA.fullmatch(cell.strip()) is not None


def is_text(cell: str, marks: str = POINT) -> bool:
    """Whether a cell is neither a number nor a missing value nor a date."""
    return number(cell, marks) is None and not is_date(cell) and not is_gap_sign(cell)


def is_gap_sign(cell: str) -> bool:
    """Whether a cell holds signs that no name or label has, such as `*****` or `1.#QNAN`.

    Example:
        >>> [is_gap_sign(cell) for cell in ("***", "..", "1.#QNAN", "-1.#IND", "#DIV/0!", "x")]
        [True, True, True, True, True, False]
    """
    return _GAP_SIGN.fullmatch(cell.strip()) is not None


def column(cells: Sequence[str], marks: str = POINT) -> np.ndarray:
    """The numbers of a column, NaN for missing values.

    If any cell is text, the result is an array of objects: text as it is, numbers as floats.
    """
    joined = "".join(cells)
    if "_" not in joined and joined.isascii() and POINT in marks:
        with suppress(ValueError):
            return np.fromiter(map(float, cells), dtype=np.float64, count=len(cells))
    numbers = [number(cell, marks) for cell in cells]
    if None in numbers:
        return np.array([cell if value is None else value for cell, value in zip(cells, numbers, strict=True)], object)
    return np.array(numbers, dtype=np.float64)


def first_text(column: np.ndarray) -> int:
    """Row of the first text in a column of objects."""
    return next(row for row, cell in enumerate(column) if isinstance(cell, str))

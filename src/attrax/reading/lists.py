"""Lists of Python: numbers, rows of numbers, and records, distinguished from lists of recordings."""

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import numpy as np


def listed_values(source: Sequence[Any]) -> np.ndarray | list[np.ndarray] | None:
    """A list of numbers or of rows as an array; lists of different lengths as one series each; None for other lists.

    A missing value is None or NaN.

    Example:
        >>> listed_values([[1, 2], [3, None]]).shape, len(listed_values([[1, 2, 3], [4, 5]]))
        ((2, 2), 2)
    """
    if all(map(_is_number, source)):
        return np.array(source, dtype=np.float64)
    rows = [item for item in source if isinstance(item, list | tuple)]
    if len(rows) < len(source):
        return None
    if all(_is_number(value) for row in rows for value in row):
        if len(set(map(len, rows))) == 1:
            return np.array(source, dtype=np.float64)
        return [np.array(row, dtype=np.float64) for row in rows]
    return None


def holds_records(source: Sequence[Mapping[Any, Any]]) -> bool:
    """Whether mappings hold one value for each name, as records do."""
    return all(
        value is None or isinstance(value, str) or _is_number(value) for record in source for value in record.values()
    )


def _is_number(value: Any) -> bool:
    return value is None or isinstance(value, Real | np.number | np.bool_)

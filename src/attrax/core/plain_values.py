"""Plain values: what JSON can hold, made from arrays, complex numbers and named tuples at any depth."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """A value as JSON can hold it: arrays as lists, complex numbers as [real, imaginary], infinities and NaN as None.

    Example:
        >>> plain({"a": np.array([1.0, np.nan]), "b": 1 + 2j})
        {'a': [1.0, None], 'b': [1.0, 2.0]}
    """
    if isinstance(value, Mapping):
        return {name: plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, complex):
        return [plain(value.real), plain(value.imag)]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value

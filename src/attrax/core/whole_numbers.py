"""Whole numbers that were given in Python: a number of steps or of rows."""

import operator
from typing import Any

from attrax.core.errors import ConfigError


def whole_number(value: Any, name: str) -> int:
    """The value as an integer, if it is a whole number, 1 or more.

    Args:
        value: An integer, also of NumPy.
        name: Name of the argument, for the message.

    Raises: ConfigError C531 for text, fractions and smaller numbers.

    Example:
        >>> whole_number(500, "n")
        500
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is not None and number >= 1:
        return number
    likely = int(float(value)) if str(value).replace(".", "", 1).isdigit() else 1
    raise ConfigError(
        "C531",
        f"impossible {name}",
        where=f"{name}={value!r}",
        why="it is a whole number, 1 or more" + (", not text" if isinstance(value, str) else ""),
        fix=f"{name}={max(likely, 1)}",
    )

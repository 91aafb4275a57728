"""Whole numbers that were given in Python: a number of steps or of rows."""

import operator
from typing import Any

from attrax.core.errors import ConfigError


def whole_number(value: Any, name: str, *, least: int = 1) -> int:
    """The value as an integer, if it is a whole number that is large enough.

    Args:
        value: An integer, also of NumPy.
        name: Name of the argument, for the message.
        least: Smallest number allowed.

    Raises: ConfigError C531 for text, fractions and smaller numbers.

    Example:
        >>> whole_number(500, "n")
        500
    """
    try:
        number = operator.index(value)
    except TypeError:
        number = None
    if number is not None and number >= least:
        return number
    meant = value if isinstance(value, float) else str(value)
    likely = int(float(meant)) if str(meant).replace(".", "", 1).isdigit() else least
    raise ConfigError(
        "C531",
        f"impossible {name}",
        where=f"{name}={value!r}",
        why=f"it is a whole number, {least} or more" + (", not text" if isinstance(value, str) else ""),
        fix=f"{name}={max(likely, least)}",
    )

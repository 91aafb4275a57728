"""The catalogue of known systems: a name in, everything needed to simulate and to judge it out.

Only the module of the system asked for is imported, so a mistyped name is answered at once.
"""

import difflib
from importlib import import_module
from typing import TYPE_CHECKING

from attrax.core.errors import DataError

if TYPE_CHECKING:
    from attrax.systems.system import System

_NAMES = ("lorenz63", "lorenz96", "rossler", "henon", "logistic", "oscillator")


def names() -> tuple[str, ...]:
    """The names that `find` knows.

    Example:
        >>> "lorenz63" in names()
        True
    """
    return _NAMES


def find(name: str) -> "System":
    """The built-in system of that name.

    Args:
        name: One of `names()`.

    Returns: The `System`, with its textbook parameters.
    Raises: `DataError` D120 for a name that is not in the catalogue.

    Example:
        >>> find("henon").channels
        ('x', 'y')
    """
    if name not in _NAMES:
        raise DataError(
            "D120",
            "unknown system",
            where=f"'{name}'",
            why="no built-in system has this name",
            fix=_suggestion(name),
        )
    return import_module(f"attrax.systems.{name}").SYSTEM


def _suggestion(name: str) -> str:
    nearest = difflib.get_close_matches(name.lower(), _NAMES, n=1)
    meant = f"did you mean '{nearest[0]}'? " if nearest else ""
    return f"{meant}use one of: {', '.join(_NAMES)}"

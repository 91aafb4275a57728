"""Column names: selected by patterns, made unique, and written in messages."""

import difflib
import fnmatch
import re
import shlex
import unicodedata
from collections.abc import Sequence

from attrax.core.errors import DataError

_SHOWN = 8
_UNIT = re.compile(r"\s*\[[^\[\]]*\]\s*$")


def select(patterns: Sequence[str], names: Sequence[str], flag: str, place: str) -> tuple[str, ...]:
    """The names that match any of the patterns, in the order of the patterns.

    Args:
        patterns: Names, or globs such as `EEG*`. A pattern that is itself a name matches only this name.
        names: Names of the columns that exist.
        flag: The option that the patterns come from, for messages.
        place: The file or array, for messages.

    Raises: DataError D119 for a pattern that matches no column.

    Example:
        >>> select(["b", "a*"], ["a1", "a2", "b"], "--channels", "array")
        ('b', 'a1', 'a2')
    """
    found: dict[str, None] = {}
    spelled = [(name, composed(name)) for name in names]
    for pattern in map(composed, patterns):
        hits = [name for name, text in spelled if text == pattern]
        hits = hits or [name for name, text in spelled if fnmatch.fnmatchcase(text, pattern)]
        if not hits:
            nearest = difflib.get_close_matches(pattern, names, n=1, cutoff=0.5)
            raise DataError(
                "D119",
                f"there is no column '{pattern}'",
                where=f"{place}: {listed_columns(names)}",
                why=f"{flag} must name columns that exist",
                # An unlike name is no advice: pasted, it would take another column.
                fix=option(flag, nearest[0]) if nearest else f"without {flag}  # or name one of the columns",
            )
        found |= dict.fromkeys(hits)
    return tuple(found)


def composed(name: str) -> str:
    r"""A name with each accent as a part of its letter: a file may hold `é` as one character and a keyboard as two.

    Example:
        >>> composed("e\u0301") == "\u00e9"
        True
    """
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def bare(name: str) -> str:
    """The name of a column without a unit in square brackets.

    Example:
        >>> bare("ecg [mV]"), bare("x (left)")
        ('ecg', 'x (left)')
    """
    return _UNIT.sub("", name) or name


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """The names without repetition: a repeated name gets a number (`x`, `x.1`), an empty one becomes `column3`.

    An empty name of the first column becomes `index`, since tables with numbered rows are saved in this way.
    """
    result: dict[str, None] = {}
    for i, raw in enumerate(names):
        name = composed(raw.strip()) or (f"column{i + 1}" if i else "index")
        candidate, copies = name, 0
        while candidate in result:
            copies += 1
            candidate = f"{name}.{copies}"
        result[candidate] = None
    return tuple(result)


def option(flag: str, *names: str) -> str:
    """A command-line option with names, in quotes if a shell would split them.

    Example:
        >>> option("--drop", "my label", "b")
        "--drop 'my label,b'"
    """
    return f"{flag} {shlex.quote(','.join(names))}"


def listed_columns(names: Sequence[str]) -> str:
    """The first names of columns, for messages."""
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"columns {shown}{more}" if names else "no columns"

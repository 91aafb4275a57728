"""Headers behind a comment sign, such as `# time x y`, above rows of numbers."""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from attrax.reading import cell_text as cells
from attrax.reading.units import is_unit, unit_of_text

_SEPARATORS = (";", "\t", ",", "|", None)
_FEWEST_UNITS = 4
"""In a line below names, a quarter of the words is enough: the others may be parts of a date, or rare units."""
_SIGNS = re.compile(r"[#%;]+\s*")
_LISTS = re.compile(r"(?i:(?:column|channel|field|label|signal|variable)s?(?:[ _]?names?)?|names?)")


class CommentedHeader(NamedTuple):
    """A comment that names the columns.

    Attributes:
        position: Its number among the comments.
        names: Its text, without the sign.
        units: The units in the comment below it; empty if there are none.
    """

    position: int
    names: str
    units: tuple[str, ...] = ()


def commented_header(comments: Sequence[str], first: str) -> CommentedHeader | None:
    """The comment that names the columns; None if there is none.

    It is a list of names in JSON, or else a comment above the first row with as many words as the row has cells, of
    which none is a number. The last such comment counts, except one that holds units.

    Args:
        comments: The comments above the first row.
        first: The first row.

    Example:
        >>> commented_header(["# made in 2020", "# time x y"], "0.0 1.5 2.5")
        CommentedHeader(position=1, names='time x y', units=())
    """
    for separator in _SEPARATORS:
        row = first.split(separator)
        if len(row) < 2:
            continue
        if (listed := _listed(comments, row, separator)) is not None:
            return listed
        if any(cells.is_text(cell) for cell in row[1:]):
            return None
        plain = [_bare(comment, separator) for comment in comments]
        found = [i for i, comment in enumerate(plain) if _names(comment.split(separator), len(row))]
        if not found:
            return None
        below = [word.strip() for word in plain[found[-1]].split(separator)]
        known = sum(map(is_unit, below)) * _FEWEST_UNITS >= len(row)
        # Above units, as in `#yr mo dy` below `#YY MM DD`, stand the names.
        if len(found) > 1 and found[-1] - found[-2] == 1 and (known or len(found) == 2):
            return CommentedHeader(found[-2], plain[found[-2]], tuple(map(unit_of_text, below)) if known else ())
        units = [word.strip() for word in (plain[found[-1] + 1 :] or [""])[0].split(separator)]
        written = len(units) == len(row) and sum(map(is_unit, units)) * _FEWEST_UNITS >= len(row)
        return CommentedHeader(found[-1], plain[found[-1]], tuple(map(unit_of_text, units)) if written else ())
    return None


def _listed(comments: Sequence[str], row: Sequence[str], separator: str | None) -> CommentedHeader | None:
    """The comment that holds a list of as many names as a row has cells, written in JSON."""
    sign = separator or " "
    for i, comment in enumerate(comments):
        if "{" not in comment:
            continue
        with suppress(ValueError, RecursionError):
            for names in _lists(json.loads(_SIGNS.sub("", comment, count=1))):
                # A separator may end every row.
                behind = len(row) - len(names)
                if len(set(names)) == len(names) > 1 and (not behind or (behind == 1 and not row[-1].strip())):
                    quoted = (json.dumps(name, ensure_ascii=False) if sign in name else name for name in names)
                    return CommentedHeader(i, sign.join([*quoted, *[""] * behind]))
    return None


def _lists(found: Any) -> Iterator[list[str]]:
    """The lists of names of columns in values of JSON; those of several devices are one list, too."""
    if not isinstance(found, dict):
        return
    inner = [value for value in found.values() if isinstance(value, dict)]
    parts = [next(_lists(value), []) for value in inner]
    for key, value in found.items():
        if _LISTS.fullmatch(key) and isinstance(value, list) and all(isinstance(name, str) for name in value):
            yield value
    for value in inner:
        yield from _lists(value)
    if len(parts) > 1 and all(parts):
        yield [name for part in parts for name in part]


def _bare(comment: str, separator: str | None) -> str:
    """A comment without its sign, unless the sign is the name of the first column, as in `#,x,y`."""
    bare = _SIGNS.sub("", comment, count=1)
    return comment if separator and bare.startswith(separator) else bare


def _names(words: Sequence[str], n: int) -> bool:
    named = words[1:] if words[0].strip() == "#" else words
    return len(words) == n and len(set(words)) == n and all(map(cells.is_text, named))

"""Headers behind a comment sign, such as `# time x y`, above rows of numbers."""

import re
from collections.abc import Sequence

from attrax.reading import cell_text as cells

_SEPARATORS = (";", "\t", ",", "|", None)
_SIGNS = re.compile(r"[#%]+\s*")


def commented_header(comments: Sequence[str], first: str) -> tuple[int, str] | None:
    """The number of the comment that names the columns, and its text without the sign; None if there is none.

    It is a comment above the first row with as many words as the row has cells, of which none is a number. The last
    such comment counts, except one that holds units.

    Args:
        comments: The comments above the first row.
        first: The first row.

    Example:
        >>> commented_header(["# made in 2020", "# time x y"], "0.0 1.5 2.5")
        (1, 'time x y')
    """
    for separator in _SEPARATORS:
        row = first.split(separator)
        if len(row) < 2:
            continue
        if any(cells.is_text(cell) for cell in row[1:]):
            return None
        found = [
            (i, _SIGNS.sub("", comment, count=1))
            for i, comment in enumerate(comments)
            if _names(_SIGNS.sub("", comment, count=1).split(separator), len(row))
        ]
        # Above units, as in `#yr mo dy` below `#YY MM DD`, stand the names.
        return next(iter(found), None) if len(found) == 2 and found[1][0] - found[0][0] == 1 else (found or [None])[-1]
    return None


def _names(words: Sequence[str], n: int) -> bool:
    return len(words) == n and len(set(words)) == n and all(map(cells.is_text, words))

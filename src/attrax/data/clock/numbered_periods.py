"""Numbered periods of a year, such as `M07` and `Q02`, in a column beside that of the year."""

import re
from collections.abc import Callable, Sequence

import numpy as np

from attrax.data.clock.month_names import month_number

_NUMBERED = re.compile(r"([mMqQ])(\d\d)")
_NAME = "period"


def numbered_period(names: Sequence[str], column: Callable[[str], np.ndarray]) -> dict[str, str]:
    """The column of numbered months or quarters, by the part of a date that it is; empty if there is none.

    Example:
        >>> numbered_period(["x", "Period"], lambda name: np.array(["M01", "M02"], dtype=object))
        {'month': 'Period'}
    """
    for name in names:
        cells = column(name)
        if name.strip().lower() == _NAME and cells.dtype == object:
            matches = [_NUMBERED.fullmatch(str(cell).strip()) for cell in cells]
            letters = {match[1].upper() if match else "" for match in matches}
            if letters in ({"M"}, {"Q"}):
                return {"month" if letters == {"M"} else "quarter": name}
    return {}


def numbered_month(cell: str) -> int:
    """The number of a month by its name, or from a cell such as `M07`; 0 for any other word.

    Example:
        >>> numbered_month("M07"), numbered_month("July"), numbered_month("x")
        (7, 7, 0)
    """
    match = _NUMBERED.fullmatch(cell.strip())
    return int(match[2]) if match else month_number(cell)

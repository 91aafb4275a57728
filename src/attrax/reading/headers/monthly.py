"""Tables of climate indices with a year and its twelve months in each line, as NOAA PSL writes them."""

import re

import numpy as np

from attrax.reading.headers.headed_lines import TAB, HeadedLines
from attrax.reading.text_layout import NumberedLines

_YEARS = re.compile(r"\s*(?P<first>[12]\d{3})[\s,]+(?P<last>[12]\d{3})\s*")
_MONTHS = 12


def monthly_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The months of a file whose first line holds its first and its last year; empty for files of other kinds.

    The number below the last year stands for missing values.
    """
    years = _YEARS.fullmatch(lines.text[0])
    if years is None:
        return ()
    first, n = int(years["first"]), int(years["last"]) - int(years["first"]) + 1
    cells = [line.replace(",", " ").split() for line in lines.text[1 : n + 2]]
    if len(cells) < n or any(len(row) != _MONTHS + 1 or row[0] != str(first + i) for i, row in enumerate(cells[:n])):
        return ()
    missing = cells[n][0] if len(cells) > n and len(cells[n]) == 1 else ""
    rows = [
        f"{row[0]}-{month:02d}\t{'' if missing and _equal(value, missing) else value}"
        for row in cells[:n]
        for month, value in enumerate(row[1:], start=1)
    ]
    numbers = np.concatenate([lines.numbers[:1], np.repeat(lines.numbers[1 : n + 1], _MONTHS)])
    return (HeadedLines(NumberedLines(("month\tvalue", *rows), numbers, lines.place), separator=TAB),)


def _equal(value: str, missing: str) -> bool:
    try:
        return float(value) == float(missing)
    except ValueError:
        return value == missing

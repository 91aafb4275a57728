"""Tables of climate indices with a year and its twelve months in each line, as NOAA PSL writes them."""

import re
from collections.abc import Sequence

import numpy as np

from attrax.reading.headers.headed_lines import TAB, HeadedLines
from attrax.reading.text_layout import NumberedLines

_YEARS = re.compile(r"\s*(?P<first>[12]\d{3})[\s,]+(?P<last>[12]\d{3})\s*")
MONTHS = 12


def monthly_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The months of a file whose first line holds its first and its last year; empty for files of other kinds.

    The number below the last year stands for missing values.
    """
    years = _YEARS.fullmatch(lines.text[0])
    if years is None:
        return ()
    first, n = int(years["first"]), int(years["last"]) - int(years["first"]) + 1
    cells = [line.replace(",", " ").split() for line in lines.text[1 : n + 2]]
    if len(cells) < n or any(len(row) != MONTHS + 1 or row[0] != str(first + i) for i, row in enumerate(cells[:n])):
        return ()
    missing = cells[n][0] if len(cells) > n and len(cells[n]) == 1 else ""
    values = ["" if missing and _equal(value, missing) else value for row in cells[:n] for value in row[1:]]
    found = below_each_other(lines, 0, range(1, n + 1), range(first, first + n), values)
    return (HeadedLines(found, separator=TAB),)


def below_each_other(
    lines: NumberedLines, header: int, rows: Sequence[int], years: Sequence[int], values: Sequence[str]
) -> NumberedLines:
    """A line for each month, from lines that hold a year and its twelve months.

    Args:
        lines: All lines.
        header: The position of the header.
        rows: The position of each year.
        years: The years.
        values: The cells of all months, year after year.
    """
    months = [f"{year}-{month:02d}" for year in years for month in range(1, MONTHS + 1)]
    body = [f"{month}{TAB}{value}" for month, value in zip(months, values, strict=True)]
    numbers = np.concatenate([lines.numbers[[header]], np.repeat(lines.numbers[list(rows)], MONTHS)])
    return NumberedLines((f"month{TAB}value", *body), numbers, lines.place)


def _equal(value: str, missing: str) -> bool:
    try:
        return float(value) == float(missing)
    except ValueError:
        return value == missing

"""Dates with a comma in files that separate cells by commas, such as `Mon, 02 Jan 2006 15:04:05 +0000`."""

from collections.abc import Sequence

from attrax.data.clock.date_text import is_date
from attrax.reading import cell_text as cells

_MOST_COMMAS, _SAMPLE = 2, 20


def with_whole_dates(rows: list[list[str]], separator: str) -> list[list[str]]:
    """Rows in which the parts of a date are one cell again, if the header has as many cells less.

    Args:
        rows: The cells of the header and of all rows.
        separator: What separates cells.

    Example:
        >>> with_whole_dates([["day", "x"], ["Jan 1", " 2000", "3"], ["Jan 2", " 2000", "4"]], ",")[1]
        ['Jan 1, 2000', '3']
    """
    header, sample = rows[0], rows[1 : 1 + _SAMPLE]
    parts = len(sample[0]) - len(header) + 1 if sample else 1
    if separator != "," or not 1 < parts <= _MOST_COMMAS + 1 or not all(map(cells.is_text, header)):
        return rows
    for k in range(len(header)):
        if all(len(row) == len(sample[0]) and is_date(_joined(row[k : k + parts])) for row in sample):
            return [header, *([*row[:k], _joined(row[k : k + parts]), *row[k + parts :]] for row in rows[1:])]
    return rows


def _joined(parts: Sequence[str]) -> str:
    return ", ".join(part.strip() for part in parts)

"""Text in a column of numbers: what the column may mean, and fixes that lose no data without being asked."""

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from attrax.core.errors import DataError
from attrax.data.clock.clock_columns import find_clock
from attrax.data.clock.clock_names import is_clock, is_clock_if_rising
from attrax.data.clock.date_text import is_date, is_time_of_day
from attrax.data.column_names import option
from attrax.reading import cell_text as cells

if TYPE_CHECKING:
    from attrax.reading.raw_table import RawTable

FEW_WORDS = 5
MOST_LABELS = 64
_SHOWN_CELLS = 3
_WIDE = 20
_SHOWN_DATE = "2021-12-31 23:59:00"


def text_in_numbers(table: "RawTable", name: str, row: int) -> DataError:
    """The error of text where numbers are needed (D108), with the fixes that fit the column.

    Args:
        table: The table.
        name: Name of the column.
        row: The first row with text, counted from 0.
    """
    column = table.column(name)
    words = Counter(str(cell).strip() for cell in column if isinstance(cell, str))
    more = f", and {sum(words.values()) - 1:,} more cells with text" if sum(words.values()) > 1 else ""
    return DataError(
        "D108",
        "text in a column of numbers",
        where=f"{table.place}, column '{name}', {table.row(row)}: {str(column[row])[:60]!r}{more}",
        why="a model is trained on numbers",
        fix=_fix(table, name, words),
    )


def unread_time(table: "RawTable", name: str) -> DataError:
    """The error of a time that is neither a number nor a date (D108)."""
    column = table.column(name)
    texts = [i for i, cell in enumerate(column) if isinstance(cell, str)]
    row = next((i for i in texts if not is_date(column[i]) and not is_time_of_day(column[i])), texts[0])
    return DataError(
        "D108",
        "text in a column of numbers",
        where=f"{table.place}, time column '{name}', {table.row(row)}: {str(column[row])[:60]!r}",
        why="a model is trained on numbers",
        fix="--decimal ,  # the mark in these numbers"
        if _has_commas(column)
        else f"write all times in one form: as numbers, or as dates such as {_SHOWN_DATE}",
    )


def _fix(table: "RawTable", name: str, words: Counter[str]) -> str:
    column = table.column(name)
    if _has_commas(column):
        return "--decimal ,  # the mark in these numbers"
    if not words:
        return f"{option('--time', name)}  # if it is the time"
    if name == table.names[0] and len(table.names) > max(_WIDE, 2 * len(column)) and len(words) == len(column):
        return "--transpose  # the recording has its channels in rows"
    numbers = sum(isinstance(cell, float) and cell == cell for cell in column)
    if 2 * numbers >= len(column):
        if any(character.isdigit() for word in words for character in word):
            return "correct the cells in the file: a number without other signs"
        if len(words) > FEW_WORDS:
            shown = option("--na", *list(words)[:_SHOWN_CELLS])
            return f"correct the cells in the file, or name the words for gaps: {shown}"
        return f"{option('--na', *words)}  # where nothing was measured; or correct the cell in the file"
    if all(map(is_date, words)):
        return f"{option('--time', name)}  # if it is the time"
    if _like_a_time(words):
        return f"write times as numbers, or as dates such as {_SHOWN_DATE}, and name the column with --time"
    if all(any(map(str.isdigit, word)) for word in words) and len(words) > len(column) // 2:
        return "correct the cells in the file: a number without other signs"
    several = len(words) <= len(column) // 2
    if several and _times_repeat(table, name):
        group = option("--group", *table.grouped, name)
        return f"{group}  # a series for each; or {option('--pivot', name)}, a channel for each"
    if several and len(words) <= MOST_LABELS:
        return f"{option('--kinds', f'{name}=categorical')}  # numbers the labels; or {option('--drop', name)}"
    return (
        f"{option('--drop', name)}  # words that never come back cannot be learned; or correct the column in the file"
    )


def _has_commas(column: np.ndarray) -> bool:
    """Whether a column has more decimal commas than decimal points."""
    commas = sum(isinstance(cell, str) and cells.is_decimal_comma(cell) for cell in column)
    return commas > sum(isinstance(cell, float) and cell == cell and not cell.is_integer() for cell in column)


def _like_a_time(words: Counter[str]) -> bool:
    """Whether all words hold several numbers with signs between them, as in `31/12/2021 23:59`."""
    return all(len(re.findall(r"\d+(?=[:/.\-\s])", word)) > 1 for word in words)


def _times_repeat(table: "RawTable", name: str) -> bool:
    """Whether times come several times in the clock of the table, or, without one, in a column that may be one."""
    clock = find_clock(table.names, table.column, named=table.named, taken=frozenset({name}))
    if clock.parts is not None:
        # Parts make a clock only if hardly any two rows have the same time.
        return False
    dated = [other for other in table.names if other != name and _may_be_time(other, table.column(other))]
    for other in clock.names or dated:
        column = table.column(other)
        return len(set(column.tolist())) < len(column)
    return False


def _may_be_time(name: str, column: np.ndarray) -> bool:
    """Whether a column may hold times, by its name or its first cells."""
    dated = column.dtype == object and all(isinstance(c, str) and is_date(c) for c in column[:_SHOWN_CELLS])
    return is_clock(name) or is_clock_if_rising(name) or dated or column.dtype.kind == "M"

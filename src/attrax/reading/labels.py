"""Labels: columns of words that are numbered, and the words that the numbers stand for."""

import fnmatch
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from attrax.core.errors import DataError
from attrax.data.column_names import option
from attrax.reading.raw_table import RawTable

BETWEEN = "|"


def with_labels(tables: Sequence[RawTable], wanted: Sequence[str]) -> tuple[RawTable, ...]:
    """The tables in which columns of words are numbered from 0: in the order that is given, or of the alphabet.

    Args:
        tables: The tables; a word has the same number in all of them.
        wanted: Names or globs of columns, or a column with its words, such as `stage=N2|REM`.

    Raises: DataError D108 for a word that is not among those that are given.
    """
    given = {entry.partition("=")[0]: entry.partition("=")[2] for entry in wanted}
    known: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(name for table in tables for name in table.names):
        pattern = next((p for p in given if name == p or fnmatch.fnmatchcase(name, p)), None)
        if pattern is None:
            continue
        columns = [table.column(name) for table in tables if name in table.names]
        if all(column.dtype != object for column in columns):
            continue
        words = {str(cell).strip() for column in columns for cell in column if isinstance(cell, str)}
        known[name] = tuple(given[pattern].split(BETWEEN)) if given[pattern] else tuple(sorted(words))
    return tuple(_numbered(table, known) for table in tables) if known else tuple(tables)


def entries(labels: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Labels as the option `labels` takes them.

    Example:
        >>> entries({"stage": ("N2", "REM")})
        ('stage=N2|REM',)
    """
    return tuple(f"{name}={BETWEEN.join(words)}" for name, words in labels.items())


def word_of(value: float, words: Sequence[str]) -> str:
    """The word that a number stands for, the nearest if there is none; empty for NaN.

    Example:
        >>> word_of(1.0, ("N2", "REM")), word_of(float("nan"), ("N2", "REM"))
        ('REM', '')
    """
    return "" if np.isnan(value) else words[int(np.clip(round(value), 0, len(words) - 1))]


def _numbered(table: RawTable, known: Mapping[str, tuple[str, ...]]) -> RawTable:
    columns = list(table.columns)
    for name, words in known.items():
        if name not in table.names:
            continue
        k = table.position(name)
        numbers = {word: float(i) for i, word in enumerate(words)}
        cells = [cell.strip() if isinstance(cell, str) else cell for cell in columns[k]]
        odd = next((i for i, c in enumerate(cells) if (isinstance(c, str) or c == c) and _word(c) not in numbers), None)
        if odd is not None:
            raise DataError(
                "D108",
                "a word without a number",
                where=f"{table.place}, column '{name}', {table.row(odd)}: {_word(cells[odd])[:60]!r} is none of "
                f"{', '.join(words[:20])}",
                why="a model knows the labels that it was trained on",
                fix=f"{option('--na', f'{name}={_word(cells[odd])}')}  # it then counts as missing",
            )
        columns[k] = np.array([numbers[_word(c)] if isinstance(c, str) or c == c else np.nan for c in cells])
    found = {name: words for name, words in known.items() if name in table.names}
    return replace(table, columns=tuple(columns), block=None, labels={**table.labels, **found})


def _word(cell: str | float) -> str:
    return cell if isinstance(cell, str) else f"{cell:.12g}"

"""Columns of words that need no question: the same word in every row, and true or false."""

import fnmatch
from dataclasses import replace

import numpy as np

from attrax.data.column_names import option
from attrax.reading.long_tables import is_name_of_subjects
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions

_TRUTH = {"true": 1.0, "false": 0.0}


def with_plain_words(table: RawTable, options: ReadOptions) -> RawTable:
    """The table without columns that hold one word alone, and with 1 and 0 for true and false; notices say so.

    Columns that the options name are left as they are.

    Args:
        table: The table, in which gaps are NaN.
        options: The options of reading.

    Example:
        >>> cells = np.array(["site 1", "site 1"], dtype=object), np.array([0.5, 0.7])
        >>> found = with_plain_words(RawTable(("place", "x"), cells, "a.csv"), ReadOptions())
        >>> found.names, found.notices
        (('x',), ("D131  a.csv: left out, since every row says 'site 1': column 'place'",))
    """
    named = (*options.channels, *options.inputs, *options.group, options.time, options.pivot)
    named += tuple(entry.partition("=")[0] for entry in options.labels)
    kept, columns, told = [], [], []
    for k, (name, column) in enumerate(zip(table.names, table.columns, strict=True)):
        asked = any(fnmatch.fnmatchcase(name, pattern) for pattern in named if pattern)
        words = set() if asked or column.dtype != object else _words(column)
        if len(words) == 1 and len(column) > 1 and all(isinstance(cell, str) for cell in column):
            told.append(f"left out, since every row says {next(iter(words))[:60]!r}: column '{name}'")
            continue
        if not asked and is_name_of_subjects(name) and _one_number(column):
            told.append(f"left out, since every row says {column[0]:.12g}: column '{name}'")
            continue
        if words and {word.lower() for word in words} <= _TRUTH.keys() and _no_numbers(column):
            column = np.array([_TRUTH[cell.strip().lower()] if isinstance(cell, str) else np.nan for cell in column])
            told.append(
                f"column '{name}': True and False read as 1 and 0  ({option('--labels', name)} keeps the words)"
            )
        kept.append(k)
        columns.append(column)
    if not told or not kept:
        return table
    notices = (*table.notices, *(f"D131  {table.place}: {sentence}" for sentence in told))
    names, exact = tuple(table.names[k] for k in kept), table.exact
    return replace(
        table,
        names=names,
        columns=tuple(columns),
        block=None,
        notices=notices,
        exact=None if exact is None else lambda j: exact(kept[j]),
    )


def _words(column: np.ndarray) -> set[str]:
    return {cell.strip() for cell in column if isinstance(cell, str)}


def _one_number(column: np.ndarray) -> bool:
    """Whether all cells are the same number."""
    return column.dtype.kind in "fiu" and len(column) > 1 and bool((column == column[0]).all())


def _no_numbers(column: np.ndarray) -> bool:
    """Whether all cells are words or gaps."""
    return all(isinstance(cell, str) or cell != cell for cell in column)

"""JSON: one record in each line, a list of records, or a column under each name."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.errors import DataError
from attrax.data.column_names import unique
from attrax.reading import cell_text as cells
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions
from attrax.reading.units import with_units


def lines_of_json_table(content: bytes, path: Path, options: ReadOptions) -> RawTable:
    """The table of a file with one JSON value in each line: records, or lists of numbers.

    Raises: DataError D118 for a line that is not JSON, or whose values are not numbers, text or missing.
    """
    del options
    rows, lines = [], []
    for line, text in enumerate(_text(content).split("\n"), start=1):
        if text.strip():
            rows.append(_parsed(text, f"{path}, line {line} of the file"))
            lines.append(line)
    return records_table(rows, str(path), np.array(lines))


def json_table(content: bytes, path: Path, options: ReadOptions) -> RawTable:
    """The table of a JSON file: a list of records, a list of rows, or columns by name.

    Raises: DataError D118 for a file that is not JSON, or whose values are not numbers, text or missing.
    """
    text = _text(content)
    try:
        found = json.loads(text)
    except ValueError:
        # Many files with one record in each line are called `.json`, too.
        return lines_of_json_table(content, path, options)
    if isinstance(found, Mapping):
        lists = {name: values for name, values in found.items() if isinstance(values, list)}
        nested = [v for v in lists.values() if v and isinstance(v[0], Mapping)]
        if len(nested) == 1:
            return records_table(nested[0], str(path))
        found = [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=False)]
    return records_table(found, str(path))


def records_table(rows: Sequence[Any], place: str, lines: np.ndarray | None = None) -> RawTable:
    """The table of records: mappings from names to values, or lists of values.

    Args:
        rows: The records.
        place: The file or list, for messages.
        lines: The line of each record in its file; None if there is none.

    Raises: DataError D118 without records, or for values that are not numbers, text or missing.

    Example:
        >>> records_table([{"a": 1, "b": 2}, {"a": 3}], "list").columns[1]
        array([ 2., nan])
    """
    records = [row if isinstance(row, Mapping) else _numbered(row) for row in rows]
    names = list(dict.fromkeys(str(name) for record in records for name in record))
    if not names:
        raise _unreadable(place, "no records")
    columns = [_column([record.get(name) for record in records], name, place) for name in names]
    return with_units(RawTable(unique(names), tuple(columns), place, lines), ())


def _numbered(row: Any) -> dict[str, Any]:
    values = row if isinstance(row, list | tuple) else [row]
    return {f"x{i}": value for i, value in enumerate(values)}


def _column(values: list[Any], name: str, place: str) -> np.ndarray:
    if all(type(value) in (int, float) for value in values):
        return np.array(values, dtype=np.float64)
    odd = next((value for value in values if isinstance(value, Mapping | list)), None)
    if odd is not None:
        raise _unreadable(place, f"'{name}' holds {str(odd)[:60]}")
    return cells.column(["" if v is None else str(int(v) if isinstance(v, bool) else v) for v in values])


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")


def _parsed(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise _unreadable(place, str(error)) from None


def _unreadable(place: str, what: str) -> DataError:
    return DataError(
        "D118",
        "not a table in JSON",
        where=f"{place}: {what}",
        why="a recording is a record of numbers for each time, or a list of numbers for each channel",
        fix='write one record in each line, such as {"time": 0.0, "x": 1.5}',
    )

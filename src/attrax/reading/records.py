"""JSON: one record in each line, a list of records, or a column under each name."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.errors import DataError
from attrax.data.column_names import unique
from attrax.reading import cell_text as cells
from attrax.reading.headers.told_steps import told_step
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
    if len(rows) == 1 and isinstance(rows[0], Mapping):
        # One line may hold all columns.
        return records_table(_records(rows[0]), str(path))
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
    table = records_table(_records(found), str(path))
    step = told_step(dict(_scalars(found)))
    return table if step is None else replace(table, dt=step.dt, unit=table.unit or step.unit)


def _records(found: Any) -> Sequence[Any]:
    """The records in a value of JSON: a list, columns by name, or what pandas writes, also below other names."""
    if not isinstance(found, Mapping):
        return found
    if isinstance(found.get("columns"), list) and isinstance(found.get("data"), list):
        index = found.get("index", range(len(found["data"])))
        rows = [dict(zip(found["columns"], row, strict=False)) for row in found["data"]]
        return [_with_label(row, label, i) for i, (row, label) in enumerate(zip(rows, index, strict=False))]
    lists = {name: values for name, values in found.items() if isinstance(values, list)}
    nested = [values for values in lists.values() if values and isinstance(values[0], Mapping)]
    if len(nested) == 1:
        return nested[0]
    if lists:
        n = max(map(len, lists.values()))
        columns = {name: values for name, values in lists.items() if len(values) == n}
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    inner = [value for value in found.values() if isinstance(value, Mapping)]
    if len(inner) > 1 and len(inner) == len(found) and all(value.keys() == inner[0].keys() for value in inner):
        if len(found) < len(inner[0]):
            return [
                _with_label({name: column[label] for name, column in found.items()}, label, i)
                for i, label in enumerate(inner[0])
            ]
        return [_with_label(row, label, i) for i, (label, row) in enumerate(found.items())]
    parts = [records for value in inner if (records := _records(value))]
    return parts[0] if len(parts) == 1 else []


def _with_label(row: Mapping[str, Any], label: Any, i: int) -> dict[str, Any]:
    """A record with the label of its row, unless that only counts the rows."""
    return dict(row) if str(label) == str(i) else {"index": label, **row}


def _scalars(found: Any) -> Iterator[tuple[str, Any]]:
    """The names and values of all numbers and texts that stand alone in a value of JSON."""
    for name, value in found.items() if isinstance(found, Mapping) else ():
        if isinstance(value, Mapping):
            yield from _scalars(value)
        elif type(value) in (int, float, str):
            yield name, value


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
    records = [_flat(row) if isinstance(row, Mapping) else _numbered(row) for row in rows]
    names = list(dict.fromkeys(str(name) for record in records for name in record))
    if not names:
        raise _unreadable(place, "no records")
    columns = [_column([record.get(name) for record in records]) for name in names]
    return with_units(RawTable(unique(names), tuple(columns), place, lines), ())


def _flat(record: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """A record whose values are no mappings or lists: those inside have names such as `v.x` or `v.0`."""
    flat: dict[str, Any] = {}
    for name, value in record.items():
        full = f"{above}{name}"
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{full}.")
        elif isinstance(value, list):
            flat |= _flat({str(i): item for i, item in enumerate(value)}, f"{full}.")
        else:
            flat[full] = value
    return flat


def _numbered(row: Any) -> dict[str, Any]:
    values = row if isinstance(row, list | tuple) else [row]
    return {f"x{i}": value for i, value in enumerate(values)}


def _column(values: list[Any]) -> np.ndarray:
    if all(type(value) in (int, float) for value in values):
        return np.array(values, dtype=np.float64)
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

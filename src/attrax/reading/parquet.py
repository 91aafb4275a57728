"""Parquet files: typed tables, read by the library pyarrow."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.errors import DataError
from attrax.core.optional_library import FILE_LIBRARIES
from attrax.data.clock.clock_names import is_clock, is_clock_if_rising
from attrax.data.column_names import unique
from attrax.reading import cell_text as cells
from attrax.reading.file_errors import damaged
from attrax.reading.headers.header_step import with_step
from attrax.reading.headers.told_steps import told_step
from attrax.reading.long_tables import parts_of
from attrax.reading.own_bytes import check_own_columns
from attrax.reading.raw_table import EXACT, RawTable
from attrax.reading.read_options import ReadOptions
from attrax.reading.units import with_units


def read_parquet(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The table in a Parquet file. If pandas saved an index of times in it, this becomes a column.

    Raises: DataError D118 for a damaged file; ConfigError C640 without pyarrow.
    """
    arrow, parquet = FILE_LIBRARIES.load("pyarrow", "pyarrow.parquet", place=str(path))
    try:
        file = parquet.ParquetFile(path, page_checksum_verification=True)
        check_own_columns(path, file.metadata)
        table = file.read()
    except DataError:
        raise
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise damaged(str(path), error) from None
    return arrow_tables(arrow, table, str(path), options)


def read_feather(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The table in a Feather or Arrow file, as that in a Parquet file.

    Raises: DataError D118 for a damaged file; ConfigError C640 without pyarrow.
    """
    arrow, feather = FILE_LIBRARIES.load("pyarrow", "pyarrow.feather", place=str(path))
    try:
        table = feather.read_table(path)
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise damaged(str(path), error) from None
    return arrow_tables(arrow, table, str(path), options)


def arrow_tables(arrow: Any, table: Any, place: str, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in a table or a record batch of pyarrow: one, or one for each subject of an index of several levels.

    Args:
        arrow: The library.
        table: Its table.
        place: The file or object, for messages.
        options: The options of reading.
    """
    whole = _arrow_table(arrow, table, place, options)
    levels = [name for name in _index(table) if name in whole.names]
    subjects = [name for name in levels if not _tells_time(whole.column(name), name)]
    if len(levels) < 2 or not 0 < len(subjects) < len(levels) or options.group or options.pivot:
        return (whole,)
    parts = parts_of(whole, replace(options, group=tuple(subjects)))
    return tuple(replace(part.table, subject=part.name) for part in parts)


def _tells_time(column: np.ndarray, name: str) -> bool:
    return column.dtype.kind in "Mm" or is_clock(name) or is_clock_if_rising(name)


def _arrow_table(arrow: Any, table: Any, place: str, options: ReadOptions) -> RawTable:
    """The table in a table or a record batch of pyarrow. An index of times that pandas saved in it becomes a column.

    Args:
        arrow: The library.
        table: Its table.
        place: The file or object, for messages.
        options: The options of reading.
    """
    index = _index(table)
    names, columns, zone = [], [], ""
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = _column(arrow, column)
        if name in index:
            name = "index" if name.startswith("__index_level_") else name
            tells = values.dtype.kind in "Mm" or (is_clock(name) and name != "index") or options.time == name
            if not tells and len(index) < 2:
                continue
        zone = zone or str(getattr(column.type, "tz", None) or "")
        names.append(name)
        columns.append(values)
    about = [table.schema.field(k).metadata or {} for k in range(len(table.column_names))]
    units = {
        name: (data.get(b"units") or data.get(b"unit") or b"").decode(errors="replace")
        for name, data in zip(table.column_names, about, strict=True)
    }
    read = with_units(
        RawTable(unique(names), tuple(columns), place, zone=zone), [units.get(name, "") for name in names]
    )
    return with_step(read, told_step(_attributes(table.schema)))


def _attributes(schema: Any) -> dict[str, Any]:
    """What a schema says about the whole table, also what pandas has stored of the attributes of its frame."""
    about = {name.decode(errors="replace"): value for name, value in (schema.metadata or {}).items()}
    # Versions of pandas and pyarrow keep them in one place or the other.
    stored = json.loads(about.get("pandas", b"{}")).get("attributes") or json.loads(about.get("PANDAS_ATTRS", b"{}"))
    return {**about, **stored}


def _index(table: Any) -> list[str]:
    """Names of the columns that were the index of a pandas data frame."""
    about = (table.schema.metadata or {}).get(b"pandas")
    stored = json.loads(about).get("index_columns", []) if about else []
    return [name for name in stored if isinstance(name, str)]


def _column(arrow: Any, column: Any) -> np.ndarray:
    """A column as numbers with NaN for missing values, as dates, or as objects if it holds text."""
    kind = arrow.types
    if kind.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if kind.is_timestamp(column.type) or kind.is_date(column.type) or kind.is_duration(column.type):
        return _array(column)
    numeric = (kind.is_integer, kind.is_floating, kind.is_decimal, kind.is_boolean, kind.is_null)
    if any(test(column.type) for test in numeric):
        numbers = column.cast(arrow.int8()) if kind.is_boolean(column.type) else column
        if kind.is_integer(column.type) and not column.null_count:
            whole = _array(column)
            return whole if np.abs(whole).max(initial=0) > EXACT else whole.astype(np.float64)
        return np.asarray(_array(numbers.cast(arrow.float64(), safe=False)), np.float64)
    return cells.column(["" if value is None else str(value) for value in column.to_pylist()])


def _array(column: Any) -> np.ndarray:
    """The values of a column of a table, or of a batch, of which only the first are always copied."""
    return column.to_numpy() if hasattr(column, "chunks") else column.to_numpy(zero_copy_only=False)

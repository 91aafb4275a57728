"""Spreadsheets: tables in `.xlsx`, `.xls`, `.xlsb` and `.ods`, read by the library python-calamine."""

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from attrax.core.errors import AttraxError, DataError
from attrax.core.optional_library import FILE_LIBRARIES
from attrax.data.column_names import option, select
from attrax.reading.delimited import text_tables
from attrax.reading.file_errors import damaged
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions

_CELL = "\t"


def read_spreadsheet(path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The table in a sheet of a spreadsheet: the only one that holds rows, or those that `options.var` names.

    Of several sheets that are named, each is a recording of its own, with the name of the sheet as its subject.

    Raises: DataError D112 for several sheets, D118 for a damaged file; ConfigError C640 without python-calamine.
    """
    (calamine,) = FILE_LIBRARIES.load("python_calamine", place=str(path))
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    # A damaged file can make a parser fail in any way.
    except Exception as error:
        raise damaged(str(path), error) from None
    filled = {name: rows for name, rows in sheets.items() if len(rows) > 1}
    wanted = list(select(options.var, list(sheets), "--var", str(path)) if options.var else filled)
    if not wanted or (len(wanted) > 1 and not options.var):
        raise _which(filled, path)
    if len(wanted) > 1:
        named = [(name, table) for name in wanted for table in _tables(sheets[name], path, options)]
        return tuple(replace(table, subject=name) for name, table in named)
    return _tables(sheets[wanted[0]], path, options)


def _tables(rows: list[list[Any]], path: Path, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables in a sheet."""
    text = "\n".join(_CELL.join(map(_text, row)) for row in rows)
    try:
        tables = text_tables(text.encode(), path, _as_text(options))
    except AttraxError as failure:
        failure.where = _in_sheet(failure.where)
        raise
    return tuple(replace(table, notices=tuple(map(_in_sheet, table.notices))) for table in tables)


def _in_sheet(words: str) -> str:
    """A place in a text file as that in a sheet."""
    return (
        re.sub(r"\bline (\d+) of the file", r"row \1 of the sheet", words).replace(_CELL, " | ").replace("\\t", " | ")
    )


def _as_text(options: ReadOptions) -> ReadOptions:
    plain = ReadOptions(**{name: getattr(options, name) for name in ReadOptions.__dataclass_fields__})
    return replace(plain, sep=_CELL, decimal=".")


def _text(cell: Any) -> str:
    if isinstance(cell, dt.datetime | dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, float):
        return f"{cell:.17g}" if not cell.is_integer() else f"{cell:.0f}"
    return " ".join(str(cell).split())


def _which(filled: dict[str, Any], path: Path) -> DataError:
    shown = ", ".join(f"'{name}' {len(rows):,} rows" for name, rows in filled.items()) or "none with rows"
    largest = max(filled, key=lambda name: len(filled[name]), default="Sheet1")
    alike = [name for name in filled if filled[name][0] == filled[largest][0]]
    several = f"  # or {option('--var', *alike)}, a series for each" if len(alike) > 1 else ""
    return DataError(
        "D112",
        "which sheet is the recording",
        where=f"{path}: {shown}",
        why="a recording is one table",
        fix=option("--var", largest) + several,
    )

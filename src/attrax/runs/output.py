"""Writes simulated recordings to CSV, NumPy, Parquet or NetCDF files, with channel names and times."""

import codecs
import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.core.errors import ConfigError
from attrax.core.optional_library import FILE_LIBRARIES
from attrax.core.safe_text import spreadsheet_cell
from attrax.data.series import Series
from attrax.reading.labels import word_of
from attrax.reading.packed import PACKED
from attrax.runs.tree_file import replacing

UTF8 = codecs.getwriter("utf-8")
"""A file of text on a file of bytes, in any locale."""


class RowClock(NamedTuple):
    """The times of the rows of a file: their values, the same as text, and the time zone of dates if it has a name."""

    values: np.ndarray
    text: Sequence[str]
    zone: str = ""

    @classmethod
    def after(cls, recording: Series, row: int, n: int) -> "RowClock":
        """The times of the `n` rows that follow row `row` of a recording."""
        return cls(recording.times_after(row, n), recording.text_after(row, n), recording.origin.zone)

    @classmethod
    def of(cls, recording: Series) -> "RowClock":
        """The times of all rows of a recording."""
        return cls(recording.times, recording.times_text, recording.origin.zone)


class WrittenRows(NamedTuple):
    """What a file of rows holds.

    Attributes:
        x: The values.
        clock: The times of the rows.
        names: The names of the time and of all channels.
        words: The words that the numbers of some channels stand for, by the number of the channel.
        dataset: Makes the same as a `Dataset` of xarray; None if it has no more than names and times.
    """

    x: Float[np.ndarray, "time obs"]
    clock: RowClock
    names: tuple[str, ...]
    words: Mapping[int, tuple[str, ...]] = MappingProxyType({})
    dataset: Callable[[], Any] | None = None


def writer_for(path: Path) -> Callable[[Path, WrittenRows], None]:
    """The function that writes the file format given by the suffix of a path.

    Args:
        path: The file that is to be written.

    Returns: A function of the path and the rows.

    Raises:
        ConfigError: C507 if no writer fits the suffix, C508 if the folder does not exist.
    """
    if not path.parent.is_dir():
        raise ConfigError(
            "C508",
            "folder for the output does not exist",
            where=str(path.parent),
            why="nothing can be written there",
            fix=f"mkdir -p {path.parent}",
        )
    suffix = path.suffix.lower()
    if suffix not in WRITERS:
        raise ConfigError(
            "C507",
            f"cannot write {path.suffix or 'a file without suffix'}",
            where=f"--out {path}",
            why="the suffix selects the format: " + " ".join(WRITERS),
            fix=f"--out {(path.with_suffix('') if suffix in PACKED else path).with_suffix('.csv')}",
        )
    return WRITERS[suffix]


def _write_csv(path: Path, rows: WrittenRows) -> None:
    with replacing(path) as file:
        lines = csv.writer(UTF8(file), lineterminator="\n")
        lines.writerow(map(spreadsheet_cell, rows.names))
        for time, values in zip(rows.clock.text, rows.x, strict=True):
            lines.writerow([time, *(_cell(value, rows.words.get(k, ())) for k, value in enumerate(values))])


def _cell(value: float, words: Sequence[str]) -> str:
    return spreadsheet_cell(word_of(value, words)) if words else f"{value:.9g}"


def write_table(
    path: Path, columns: Sequence[str], names: Sequence[str], values: Float[np.ndarray, "row column"]
) -> None:
    """Write a CSV file whose rows have a name and numbers.

    Args:
        path: The file.
        columns: Headings; the first one is the heading of the names.
        names: Name of each row.
        values: Numbers of each row.
    """
    with replacing(path) as file:
        rows = csv.writer(UTF8(file), lineterminator="\n")
        rows.writerow(map(spreadsheet_cell, columns))
        for name, row in zip(names, values, strict=True):
            rows.writerow([spreadsheet_cell(name), *(f"{value:.9g}" for value in row)])


def _write_npy(path: Path, rows: WrittenRows) -> None:
    with replacing(path) as file:
        np.save(file, rows.x)


def _write_parquet(path: Path, rows: WrittenRows) -> None:
    arrow, parquet = FILE_LIBRARIES.load("pyarrow", "pyarrow.parquet", place=str(path))
    t, words = arrow.array(rows.clock.values), rows.words
    if rows.clock.zone:
        t = t.cast(arrow.timestamp(t.type.unit, tz=rows.clock.zone))
    columns = [[word_of(v, words[k]) for v in column] if k in words else column for k, column in enumerate(rows.x.T)]
    with replacing(path) as file:
        parquet.write_table(arrow.table([t, *columns], names=list(rows.names)), file)


def _write_netcdf(path: Path, rows: WrittenRows) -> None:
    (xarray, _) = FILE_LIBRARIES.load("xarray", "h5netcdf", place=str(path))
    time, *names = rows.names
    columns = {name: (time, column) for name, column in zip(names, rows.x.T, strict=True)}
    made = xarray.Dataset(columns, {time: rows.clock.values}) if rows.dataset is None else rows.dataset()
    with replacing(path) as file:
        file.write(made.to_netcdf(engine="h5netcdf"))


WRITERS = {".csv": _write_csv, ".npy": _write_npy, ".parquet": _write_parquet, ".nc": _write_netcdf}

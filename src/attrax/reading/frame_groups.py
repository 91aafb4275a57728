"""Data frames of one or several subjects: an index of several levels, tables of pyarrow, lazy frames of polars."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from attrax.core.optional_library import FILE_LIBRARIES
from attrax.data.clock.clock_names import is_clock, is_clock_if_rising
from attrax.reading.frames import frame_table, is_frame
from attrax.reading.parquet import arrow_tables
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions


def is_arrow(source: Any) -> bool:
    """Whether an object is a table or a record batch of pyarrow."""
    return hasattr(source, "column_names") and hasattr(source, "schema") and hasattr(source, "to_pylist")


def is_table(source: Any) -> bool:
    """Whether an object is a data frame, one column of one, or a table of pyarrow."""
    return is_frame(source) or is_arrow(source) or hasattr(source, "collect_schema")


def is_column(source: Any) -> bool:
    """Whether an object is one column of a data frame."""
    return is_frame(source) and not hasattr(source, "columns")


def frame_tables(source: Any, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables of a data frame: one, or one for each subject that its index names.

    Of an index of several levels, the level of time is the clock; the others name the subjects.

    Raises: DataError D111 for values that are not real numbers, text or dates.
    """
    if is_arrow(source):
        arrow, _ = FILE_LIBRARIES.load("pyarrow", "pyarrow.parquet", place="table")
        return arrow_tables(arrow, source, "table", options)
    frame = source.collect() if hasattr(source, "collect_schema") and hasattr(source, "collect") else source
    index = getattr(frame, "index", None)
    if getattr(index, "nlevels", 1) < 2:
        return (frame_table(frame, options),)
    frame = frame if hasattr(frame, "columns") else frame.to_frame()
    subjects = [k for k in range(frame.index.nlevels) if k != clock_level(frame.index, options.time)]
    return tuple(
        _of_subject(part.droplevel(subjects), name, options) for name, part in frame.groupby(level=subjects, sort=False)
    )


def clock_level(index: Any, time: str = "") -> int:
    """The level of an index that is the clock: that of a name, or with dates, or fractions; else the last one."""
    kinds = [index.get_level_values(k).dtype.kind for k in range(index.nlevels)]
    periods = [str(index.get_level_values(k).dtype).startswith("period") for k in range(index.nlevels)]
    names = [str(name) for name in index.names]
    tests = (
        [name == time for name in names],
        [kind in "Mm" or period for kind, period in zip(kinds, periods, strict=True)],
        [is_clock(name) for name in names],
        [is_clock_if_rising(name) for name in names],
        [kind == "f" for kind in kinds],
    )
    return next((found.index(True) for found in tests if any(found)), index.nlevels - 1)


def columns_together(source: Mapping) -> Any:
    """One data frame of columns with the same index, by their names."""
    import pandas as pd

    return pd.concat(dict(source), axis=1)


def _of_subject(part: Any, name: Any, options: ReadOptions) -> RawTable:
    subject = ".".join(map(str, name)) if isinstance(name, tuple) else str(name)
    place = f"data frame, subject '{subject}'"
    if part.index.dtype.kind in "Mmf" and part.index.name is not None and not options.time:
        # An index of dates or fractions is the clock under any name.
        name = str(part.index.name)
        return replace(frame_table(part, replace(options, time=name)), subject=subject, place=place, clock=name)
    return replace(frame_table(part, options), subject=subject, place=place)

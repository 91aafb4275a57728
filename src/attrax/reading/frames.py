"""Data frames of pandas, polars and similar libraries, read through their common methods, without importing them."""

from typing import Any

import numpy as np

from attrax.data.clock.clock_names import is_clock, is_clock_if_rising, is_counter
from attrax.data.clock.date_text import is_date
from attrax.data.column_names import unique
from attrax.reading import cell_text as cells
from attrax.reading.arrays import matrix
from attrax.reading.headers.header_step import with_step
from attrax.reading.headers.told_steps import told_step
from attrax.reading.raw_table import EXACT, RawTable
from attrax.reading.read_options import ReadOptions
from attrax.reading.units import with_units

_PLACE = "data frame"
_FIRST = 3
"""So many labels tell what an index holds."""


def is_frame(source: Any) -> bool:
    """Whether an object is a data frame, or one column of a data frame."""
    return hasattr(source, "to_numpy") and (hasattr(source, "columns") or hasattr(source, "to_frame"))


def frame_table(source: Any, options: ReadOptions) -> RawTable:
    """The table of a data frame. The index becomes a column if it contains the times of the rows.

    It does if it holds dates or fractions, has the name of a time, or rises evenly and does not just number the rows.

    Raises: DataError D111 for values that are not real numbers, text or dates.
    """
    frame = source if hasattr(source, "columns") else source.to_frame()
    frame = frame.T if options.transpose else frame
    names = [column_name(label) for label in frame.columns]
    columns, zones = _columns(frame)
    index, clock = getattr(frame, "index", None), ""
    if index is not None:
        name = "index" if index.name is None else str(index.name)
        times, zone = _values(index)
        if _tells_time(times, name, named=index.name is not None) or (name and options.time == name):
            names, columns, zones = [name, *names], [_column(times), *columns], [zone, *zones]
            # Text and lengths of time are a clock under any name.
            clock = name if times.dtype.kind in "mOU" else ""
    zone = next(filter(None, zones), "")
    table = with_units(RawTable(unique(names), tuple(columns), _PLACE, zone=zone, clock=clock), ())
    return with_step(table, told_step(getattr(source, "attrs", None) or {}))


def column_name(label: Any) -> str:
    """The name of a column; those of several levels are joined, as in `left.x`."""
    return ".".join(map(str, label)) if isinstance(label, tuple) else str(label)


def _tells_time(times: np.ndarray, name: str, *, named: bool) -> bool:
    """Whether an index contains the times of the rows."""
    if times.dtype.kind in "OU" and not named:
        ends = (*times[:_FIRST], *times[-1:])
        return len(ends) > 1 and all(isinstance(label, str) and is_date(label) for label in ends)
    if times.dtype.kind in "Mm" or (is_clock(name) if named else times.dtype.kind == "f"):
        return True
    if times.dtype.kind not in "iuf" or len(times) < 2:
        return False
    steps = np.diff(times)
    if named and is_clock_if_rising(name):
        return bool((steps > 0).all())
    even = bool(steps[0] > 0 and (steps == steps[0]).all())
    counts_rows = bool(steps[0] == 1 and times[0] == 0)
    return even and not counts_rows and (not named or is_counter(name))


def _columns(frame: Any) -> tuple[list[np.ndarray], list[str]]:
    """The columns of a frame, and the time zone of each, empty if it has none."""
    if not hasattr(frame, "iloc") or len(set(frame.dtypes)) <= 1:
        values = np.asarray(frame.to_numpy())
        if values.dtype.kind == "O" and hasattr(frame, "iloc"):
            read = [_values(frame.iloc[:, k]) for k in range(frame.shape[1])]
            return [_column(values) for values, _ in read], [zone for _, zone in read]
        columns = list(map(_column, values.T)) if values.dtype.kind in "OMmiu" else list(matrix(values, _PLACE).T)
        return columns, [""] * len(columns)
    read = [_values(frame.iloc[:, k]) for k in range(frame.shape[1])]
    return [_column(values) for values, _ in read], [zone for _, zone in read]


def _values(column: Any) -> tuple[np.ndarray, str]:
    """The values of an index or a column of pandas, dates of a zone as instants in UTC, and the name of the zone."""
    kind = str(getattr(column, "dtype", ""))
    dates = getattr(column, "dt", column)
    if kind.startswith("period"):
        return np.asarray(dates.to_timestamp().to_numpy()), ""
    zone = getattr(dates, "tz", None) if kind.startswith("datetime64") else None
    if zone is None:
        return np.asarray(column.to_numpy()), ""
    return np.asarray(dates.tz_convert(None).to_numpy()), str(zone)


def _column(values: np.ndarray) -> np.ndarray:
    """A column as numbers with NaN for missing values, as dates, or as objects if it holds text."""
    if values.dtype.kind in "Mm" or (values.dtype.kind in "iu" and np.abs(values).max(initial=0) > EXACT):
        return values
    text = any(isinstance(value, str | bytes) for value in values)
    try:
        # `float` would accept text such as `1_2`, which is a label.
        return cells.column([str(value) for value in values]) if text else values.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        return cells.column([str(value) for value in values])

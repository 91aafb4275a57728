"""Data frames of pandas, polars and similar libraries, read through their common methods, without importing them."""

from typing import Any

import numpy as np

from attrax.data.clock.time_columns import is_clock
from attrax.data.column_names import unique
from attrax.data.reading import cell_text as cells
from attrax.data.reading.arrays import matrix
from attrax.data.reading.raw_table import RawTable
from attrax.data.reading.read_options import ReadOptions
from attrax.data.reading.units import with_units

_PLACE = "data frame"


def is_frame(source: Any) -> bool:
    """Whether an object is a data frame, or one column of a data frame."""
    return hasattr(source, "to_numpy") and (hasattr(source, "columns") or hasattr(source, "to_frame"))


def frame_table(source: Any, options: ReadOptions) -> RawTable:
    """The table of a data frame. The index becomes a column if it holds dates or fractions, or has the name of a time.

    Raises: DataError D111 for values that are not real numbers, text or dates.
    """
    frame = source if hasattr(source, "columns") else source.to_frame()
    frame = frame.T if options.transpose else frame
    values = np.asarray(frame.to_numpy())
    names = [column_name(label) for label in frame.columns]
    columns = list(map(_column, values.T)) if values.dtype.kind in "OMm" else list(matrix(values, _PLACE).T)
    index = getattr(frame, "index", None)
    if index is not None:
        name = "index" if index.name is None else str(index.name)
        zoned = getattr(index, "tz", None) is not None
        times = np.asarray((index.tz_convert(None) if zoned else index).to_numpy())
        telling = times.dtype.kind in "Mmf" if index.name is None else is_clock(name)
        if telling or (name and options.time == name):
            names, columns = [name, *names], [_column(times), *columns]
    return with_units(RawTable(unique(names), tuple(columns), _PLACE), ())


def column_name(label: Any) -> str:
    """The name of a column; those of several levels are joined, as in `left.x`."""
    return ".".join(map(str, label)) if isinstance(label, tuple) else str(label)


def _column(values: np.ndarray) -> np.ndarray:
    """A column as numbers with NaN for missing values, as dates, or as objects if it holds text."""
    if values.dtype.kind in "Mm":
        return values
    text = any(isinstance(value, str | bytes) for value in values)
    try:
        # `float` would accept text such as `1_2`, which is a label.
        return cells.column([str(value) for value in values]) if text else values.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        return cells.column([str(value) for value in values])

"""Arrays: checked, and made into tables of time by channel."""

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.reading.axes import axes_advice, split_axes
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions


def array_tables(array: np.ndarray, place: str, options: ReadOptions) -> tuple[RawTable, ...]:
    """The tables of an array: one, or one for each trial if `options.axes` names its axes.

    Raises: DataError D111 for an array of more than two axes without names for them, or of anything but real numbers.
    """
    if array.ndim > 1 and options.axes:
        parts = split_axes(array, options.axes, place)
        places = [f"{place}, trial {i} (counted from 0)" if len(parts) > 1 else place for i in range(len(parts))]
        return tuple(array_table(part, where, transpose=False) for part, where in zip(parts, places, strict=True))
    return (array_table(array, place, transpose=options.transpose),)


def array_table(array: np.ndarray, place: str, *, transpose: bool) -> RawTable:
    """The table of an array of time by channel, with columns `x0`, `x1` and so on; a vector is one channel.

    Raises: DataError D111 for any other array.
    """
    values = matrix(array, place)
    values = values.T if transpose else values
    return RawTable(tuple(f"x{i}" for i in range(values.shape[1])), tuple(values.T), place, block=values)


def matrix(array: np.ndarray, place: str) -> Float[np.ndarray, "rows columns"]:
    """The values of an array of one or two axes in float64, NaN where it is masked.

    A float64 array that is read-only, such as a mapped file, is not copied.

    Raises: DataError D111 for more axes or for values that are not real numbers.
    """
    if array.dtype.kind not in "fiub" or array.ndim not in (1, 2):
        raise DataError(
            "D111",
            "not an array of time by channel",
            where=f"{place}: shape {array.shape}, dtype {array.dtype}",
            why="a recording is one table of real numbers, time in rows and channels in columns",
            fix=_REMEDIES.get(array.dtype.kind)
            or (axes_advice(array.shape) if array.ndim > 2 else "store time by channel, as x[time, channel]"),
        )
    if isinstance(array, np.ma.MaskedArray) or array.dtype != np.float64 or array.flags.writeable:
        # A long double or a huge integer beyond the range of float64 counts as missing.
        with np.errstate(over="ignore"):
            array = np.ma.filled(np.ma.asarray(array).astype(np.float64), np.nan)
    values = np.asarray(array)
    return values if values.ndim == 2 else values[:, None]


_REMEDIES = {
    "c": "store real and imaginary part as two columns: np.column_stack([x.real, x.imag])",
    "O": "store plain numbers: np.asarray(x, dtype=float)",
    "V": "store plain numbers: numpy.lib.recfunctions.structured_to_unstructured(x)",
    "U": "store plain numbers: x.astype(float)",
    "S": "store plain numbers: x.astype(float)",
    "M": "give dates as the time column of a CSV file or as the index of a DataFrame",
    "m": "give times as the time column of a CSV file or as the index of a DataFrame",
}

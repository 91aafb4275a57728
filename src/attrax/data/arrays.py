"""Arrays: which arrays can be a recording, and how one becomes a table."""

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.data.table import Table


def array_table(array: np.ndarray, place: str, *, transpose: bool) -> Table:
    """The table of an array of time by channel, with columns `x0`, `x1` and so on; a vector is one channel.

    Raises: DataError D111 for any other array.
    """
    values = matrix(array, place)
    values = values.T if transpose else values
    return Table(tuple(f"x{i}" for i in range(values.shape[1])), tuple(values.T), place)


def matrix(array: np.ndarray, place: str) -> Float[np.ndarray, "rows columns"]:
    """The values of an array of one or two axes in float64, NaN where it is masked.

    Raises: DataError D111 for more axes or for values that are not real numbers.
    """
    if array.dtype.kind not in "fiub" or array.ndim not in (1, 2):
        raise DataError(
            "D111",
            "not an array of time by channel",
            where=f"{place}: shape {array.shape}, dtype {array.dtype}",
            why="a recording is one table of real numbers, time in rows and channels in columns",
            fix=_REMEDIES.get(array.dtype.kind, "pass x[time, channel]; several trials as a list of such arrays"),
        )
    # A long double or a huge integer beyond the range of float64 counts as missing.
    with np.errstate(over="ignore"):
        values = np.asarray(np.ma.filled(np.ma.asarray(array).astype(np.float64), np.nan))
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

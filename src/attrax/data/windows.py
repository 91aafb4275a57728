"""Windows: recordings laid end to end, and every place where a window of them begins.

Training reads short windows from anywhere in the data. The rows are stored once, however much the windows overlap.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.typing import DTypeLike

from attrax.core.errors import DataError
from attrax.data.checks import check_length
from attrax.data.series import Dataset, Series


class Windows(NamedTuple):
    """Contiguous arrays, ready for the device; a tuple, so that JAX maps over it without knowing it.

    Attributes:
        x: Rows of all series, one series after another.
        mask: True where a value was observed; None if nothing is missing.
        inputs: External inputs, row by row, or none.
        starts: First row of every window; windows never reach from one series into the next.
    """

    x: Float[np.ndarray, "total obs"]
    mask: Bool[np.ndarray, "total obs"] | None
    inputs: Float[np.ndarray, "total input"] | None
    starts: Int[np.ndarray, " window"]


def windows(dataset: Dataset, length: int, dtype: DTypeLike = np.float32) -> Windows:
    """All windows of `length` consecutive rows that lie inside one series and hold an observed value.

    Args:
        dataset: The recordings, scaled.
        length: Rows in a window.
        dtype: Floating-point type of the values on the device.

    Raises: DataError D104 if no window fits.
    Cost: One copy of the data.

    Example:
        >>> from attrax.data.load import load
        >>> windows(load([np.arange(4.0), np.arange(3.0)]), 3).starts
        array([0, 1, 4], dtype=int32)
    """
    check_length(dataset, length)
    offsets = np.cumsum([0, *map(len, dataset)])
    starts = np.concatenate(
        [offset + _starts(series, length) for offset, series in zip(offsets, dataset, strict=False)]
    )
    if len(starts) == 0:
        raise DataError(
            "D104",
            "no window holds a value",
            where=f"{dataset.source}: every window of {length} rows is missing altogether",
            why="there is nothing to learn from",
            fix="choose longer windows, or fill the gaps in the file",
        )
    masked = any(series.mask is not None for series in dataset)
    inputs = [series.inputs for series in dataset if series.inputs is not None]
    return Windows(
        x=np.concatenate([series.x for series in dataset], dtype=dtype, casting="same_kind"),
        mask=np.concatenate([_mask(series) for series in dataset]) if masked else None,
        inputs=np.concatenate(inputs, dtype=dtype, casting="same_kind") if inputs else None,
        starts=starts.astype(np.int32),
    )


def _starts(series: Series, length: int) -> Int[np.ndarray, " window"]:
    n = len(series) - length + 1
    if series.mask is None:
        return np.arange(max(n, 0))
    seen = np.cumsum(np.concatenate([[0], series.mask.any(axis=1)]))
    return np.flatnonzero(seen[length:] > seen[:-length]) if n > 0 else np.arange(0)


def _mask(series: Series) -> Bool[np.ndarray, "time obs"]:
    return np.ones(series.x.shape, dtype=bool) if series.mask is None else series.mask

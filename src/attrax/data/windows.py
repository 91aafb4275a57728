"""Training windows: the rows of all recordings in one array, and the first row of every window.

Training draws short windows from the data. Each row is stored once, although windows overlap.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.typing import DTypeLike

from attrax.core.errors import DataError
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset, Series
from attrax.data.usable_rows import check_length

_KEPT = 0.1
_LEAST_UNIT = 4_096


class Windows(NamedTuple):
    """Contiguous arrays, ready for the device. A tuple, and therefore a pytree of JAX.

    Attributes:
        x: Rows of all series, one series after another; missing values are interpolated.
        mask: True where a value was observed; None if no value is missing.
        inputs: External inputs, one row for each row of `x`; None if there are none.
        starts: First row of every window; no window reaches from one series into the next.
        counts: Number of windows of each subject, one subject after another; None if subjects are not distinguished.
        durations: Time between each row and the row before it; None if rows are evenly spaced.
        counted: True where a value is compared with a prediction; None if this is so wherever `mask` is true.

    Example:
        >>> rows = np.zeros((5, 1), np.float32)
        >>> Windows(rows, None, None, starts=np.arange(3, dtype=np.int32)).starts.tolist()
        [0, 1, 2]
    """

    x: Float[np.ndarray, "total obs"]
    mask: Bool[np.ndarray, "total obs"] | None
    inputs: Float[np.ndarray, "total input"] | None
    starts: Int[np.ndarray, " window"]
    counts: Int[np.ndarray, " subject"] | None = None
    durations: Float[np.ndarray, " total"] | None = None
    counted: Bool[np.ndarray, "total obs"] | None = None


def cut_windows(
    dataset: Dataset,
    length: int,
    dtype: DTypeLike = np.float32,
    *,
    subjects: Sequence[str] = (),
    measured: Dataset | None = None,
) -> Windows:
    """All windows of `length` consecutive rows of one series that have an observed value.

    The first state of a window is computed from its first row alone. If values are missing, only windows are kept whose
    first row lies in no gap, or in a short one: those with the shortest gaps, and at least a tenth of all windows.

    Args:
        dataset: The recordings, scaled.
        length: Rows in a window.
        dtype: Floating-point type of the values on the device.
        subjects: Subjects whose windows are grouped, in this order; empty for the windows of all series together.
        measured: The recordings before missing values were filled; only values observed here are compared with
            predictions.

    Raises: DataError D104 if there is no window, or none of a subject.
    Cost: One copy of the data.

    Example:
        >>> from attrax.reading.load import load
        >>> cut_windows(load([np.arange(4.0), np.arange(3.0)]), 3).starts
        array([0, 1, 4], dtype=int32)
    """
    check_length(dataset, length)
    offsets = np.cumsum([0, *map(len, dataset)])
    places = [offset + _starts(series, length) for offset, series in zip(offsets, dataset, strict=False)]
    counts = None
    if subjects:
        of_subject = [[p for p, series in zip(places, dataset, strict=True) if series.subject == s] for s in subjects]
        places = [place for group in of_subject for place in group]
        counts = np.array([sum(map(len, group)) for group in of_subject], np.int32)
        _check_subjects(dataset, subjects, counts, length)
    starts = np.concatenate(places)
    if len(starts) == 0:
        raise DataError(
            "D104",
            "no window holds a value",
            where=f"{dataset.source}: in every window of {length} rows, all values are missing",
            why="a model is trained on observed values",
            fix="choose longer windows, or fill the gaps in the file",
        )
    masked = any(series.mask is not None for series in dataset)
    inputs = [series.inputs for series in dataset if series.inputs is not None]
    durations = [series.stamps.durations for series in dataset if series.stamps is not None]
    return Windows(
        x=np.concatenate([interpolated_values(series) for series in dataset], dtype=dtype, casting="same_kind"),
        mask=np.concatenate([series.observed_mask for series in dataset]) if masked else None,
        inputs=np.concatenate(inputs, dtype=dtype, casting="same_kind") if inputs else None,
        starts=starts.astype(np.int32),
        counts=counts,
        durations=np.concatenate(durations).astype(dtype) if durations else None,
        counted=None if measured is None else np.concatenate([series.observed_mask for series in measured]),
    )


def padded(windows: Windows, rows: int = 0, starts: int = 0) -> Windows:
    """The same windows in arrays of round lengths, so that one compiled program serves recordings of similar length.

    Zeros follow the last row and the last start; no window reaches them.

    Args:
        windows: The windows.
        rows: Number of rows to make place for, if it is more than there are; the longest recording of several.
        starts: The same for the first rows of windows.

    Cost: At most a quarter more memory, for more than 16,384 rows.

    Example:
        >>> rows = np.zeros((5_000, 1), np.float32)
        >>> wide = padded(Windows(rows, None, None, starts=np.arange(4_990, dtype=np.int32)))
        >>> wide.x.shape, wide.starts.shape
        ((8192, 1), (8192,))
    """

    def wider(array: np.ndarray, n: int) -> np.ndarray:
        zeros = round_length(max(n, len(array))) - len(array)
        return np.concatenate([array, np.zeros((zeros, *array.shape[1:]), array.dtype)])

    by_row = {
        name: None if (array := getattr(windows, name)) is None else wider(array, rows)
        for name in ("x", "mask", "inputs", "durations", "counted")
    }
    return windows._replace(starts=wider(windows.starts, starts), **by_row)


def round_length(n: int) -> int:
    """The number of rows that `n` rows are padded to: a multiple of 4,096, or of an eighth of the next power of two.

    Example:
        >>> [round_length(n) for n in (1, 4_096, 4_097, 100_000)]
        [4096, 4096, 8192, 114688]
    """
    unit = max(_LEAST_UNIT, 1 << max(n.bit_length() - 3, 0))
    return -(-n // unit) * unit


def _check_subjects(
    dataset: Dataset, subjects: Sequence[str], counts: Int[np.ndarray, " subject"], length: int
) -> None:
    without = [name for name, count in zip(subjects, counts.tolist(), strict=True) if count == 0]
    if without:
        raise DataError(
            "D104",
            "a subject without a window",
            where=f"{dataset.source}: no window of {length} rows fits into the recording of {', '.join(without[:10])}",
            why="the parameters of a subject are learned from its own windows",
            fix="choose shorter windows with --window, or leave the subject out",
        )


def _starts(series: Series, length: int) -> Int[np.ndarray, " window"]:
    n = len(series) - length + 1
    if series.mask is None:
        return np.arange(max(n, 0))
    seen = np.cumsum(np.concatenate([[0], series.mask.any(axis=1)]))
    places = np.flatnonzero(seen[length:] > seen[:-length]) if n > 0 else np.arange(0)
    gap = _longest_gap(series.mask)[places]
    return places[gap <= np.quantile(gap, _KEPT, method="inverted_cdf")] if len(places) else places


def _longest_gap(mask: Bool[np.ndarray, "time obs"]) -> Int[np.ndarray, " time"]:
    """For every row, the length of the longest gap that it lies in, in any channel; 0 if all channels were observed."""
    rows = np.arange(len(mask))[:, None]
    before = np.maximum.accumulate(np.where(mask, rows, -1), axis=0)
    after = np.minimum.accumulate(np.where(mask, rows, len(mask))[::-1], axis=0)[::-1]
    return np.where(mask, 0, after - before - 1).max(axis=1)

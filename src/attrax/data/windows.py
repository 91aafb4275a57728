"""Windows: recordings laid end to end, and every place where a window of them begins.

Training reads short windows from anywhere in the data. The rows are stored once, however much the windows overlap.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.typing import DTypeLike

from attrax.core.errors import DataError
from attrax.data.diagnosis.checks import check_length
from attrax.data.repair.lines import drawn_through
from attrax.data.series import Dataset, Series

_KEPT = 0.1


class Windows(NamedTuple):
    """Contiguous arrays, ready for the device; a tuple, so that JAX maps over it without knowing it.

    Attributes:
        x: Rows of all series, one series after another, with straight lines through the gaps.
        mask: True where a value was observed; None if nothing is missing.
        inputs: External inputs, row by row, or none.
        starts: First row of every window; windows never reach from one series into the next.
        counts: How many of the windows are of each subject, one subject after another; None if all are alike.
        durations: Time before each row since the row before it; None where rows are evenly spaced.
        counted: True where a value may be compared with a prediction; None if all of `mask` may.
    """

    x: Float[np.ndarray, "total obs"]
    mask: Bool[np.ndarray, "total obs"] | None
    inputs: Float[np.ndarray, "total input"] | None
    starts: Int[np.ndarray, " window"]
    counts: Int[np.ndarray, " subject"] | None = None
    durations: Float[np.ndarray, " total"] | None = None
    counted: Bool[np.ndarray, "total obs"] | None = None


def windows(
    dataset: Dataset,
    length: int,
    dtype: DTypeLike = np.float32,
    *,
    subjects: Sequence[str] = (),
    measured: Dataset | None = None,
) -> Windows:
    """All windows of `length` consecutive rows that lie inside one series, hold a value, and begin near one.

    Nobody corrects the first state of a window before it has been stepped on from. Where values are missing, a window
    begins where all channels were observed, or next to it if such rows are rare: of all windows at least the tenth
    whose first rows lie in the shortest gaps is kept.

    Args:
        dataset: The recordings, scaled.
        length: Rows in a window.
        dtype: Floating-point type of the values on the device.
        subjects: Subjects whose windows are to be told apart, in this order; none lays all windows together.
        measured: The same recordings before their gaps were filled; only values that it holds will count.

    Raises: DataError D104 if no window fits, or none of a subject.
    Cost: One copy of the data.

    Example:
        >>> from attrax.data.reading.load import load
        >>> windows(load([np.arange(4.0), np.arange(3.0)]), 3).starts
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
            where=f"{dataset.source}: every window of {length} rows is missing altogether",
            why="there is nothing to learn from",
            fix="choose longer windows, or fill the gaps in the file",
        )
    masked = any(series.mask is not None for series in dataset)
    inputs = [series.inputs for series in dataset if series.inputs is not None]
    durations = [series.stamps.durations for series in dataset if series.stamps is not None]
    return Windows(
        x=np.concatenate([drawn_through(series) for series in dataset], dtype=dtype, casting="same_kind"),
        mask=np.concatenate([_mask(series) for series in dataset]) if masked else None,
        inputs=np.concatenate(inputs, dtype=dtype, casting="same_kind") if inputs else None,
        starts=starts.astype(np.int32),
        counts=counts,
        durations=np.concatenate(durations).astype(dtype) if durations else None,
        counted=None if measured is None else np.concatenate([_mask(series) for series in measured]),
    )


def _check_subjects(
    dataset: Dataset, subjects: Sequence[str], counts: Int[np.ndarray, " subject"], length: int
) -> None:
    without = [name for name, count in zip(subjects, counts.tolist(), strict=True) if count == 0]
    if without:
        raise DataError(
            "D104",
            "a subject without a window",
            where=f"{dataset.source}: no window of {length} rows fits into the recording of {', '.join(without[:10])}",
            why="what tells a subject from the others is learned from its own windows",
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
    """The length of the gap that a row lies in, in the channel where it is longest; 0 where all were observed."""
    rows = np.arange(len(mask))[:, None]
    before = np.maximum.accumulate(np.where(mask, rows, -1), axis=0)
    after = np.minimum.accumulate(np.where(mask, rows, len(mask))[::-1], axis=0)[::-1]
    return np.where(mask, 0, after - before - 1).max(axis=1)


def _mask(series: Series) -> Bool[np.ndarray, "time obs"]:
    return np.ones(series.x.shape, dtype=bool) if series.mask is None else series.mask

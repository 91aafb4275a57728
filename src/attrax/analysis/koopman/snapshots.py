"""Snapshots: pairs of a state and the state that follows it, taken from recordings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from attrax.analysis.argument_checks import impossible

HELD_OUT = 1 / 3
"""Share of the pairs, the last ones, that residuals are measured on and nothing is fitted to."""


@dataclass(frozen=True, eq=False)
class Snapshots:
    """Pairs of states in standardised recordings.

    Attributes:
        x: The rows of all recordings, one recording after the other, in standard deviations from the mean.
        fitted: Present rows of the pairs that the operator is fitted to.
        held_out: Present rows of the pairs that residuals are measured on.
        every: Number of rows from a state to the state that follows it, and between the rows of a state.
        history: Number of rows of a state.
        n_dropped: Number of pairs left out because a value is missing.
        mean: Mean of each channel.
        std: Standard deviation of each channel; 1 where it is constant.
    """

    x: Float[np.ndarray, "row obs"]
    fitted: Int[np.ndarray, " pair"]
    held_out: Int[np.ndarray, " other"]
    every: int
    history: int
    n_dropped: int
    mean: Float[np.ndarray, " obs"]
    std: Float[np.ndarray, " obs"]

    def states(self, rows: Int[np.ndarray, " state"]) -> Float[np.ndarray, "state history obs"]:
        """The states at these present rows: the present row, then the rows before it, the latest first."""
        return self.x[rows[:, None] - self.every * np.arange(self.history)]


def take_snapshots(recordings: Sequence[Float[np.ndarray, "_ obs"]], every: int, history: int) -> Snapshots:
    """All pairs of states in recordings; the last third is held out.

    Args:
        recordings: Rows in the order of time, NaN where a value is missing.
        every: Number of rows from a state to the next, and between the rows of a state.
        history: Number of rows of a state.
    """
    x = np.concatenate(recordings)
    mean, std = np.nanmean(x, axis=0), np.nanstd(x, axis=0)
    std = np.where(std > 0, std, 1.0)
    present = present_rows([len(r) for r in recordings], every, history)
    complete = _complete(np.asarray(np.isfinite(x).all(axis=1)), present, every, history)
    rows = present[complete]
    n_fitted = len(rows) - int(len(rows) * HELD_OUT)
    standardised = (np.nan_to_num(x) - mean) / std
    dropped = len(present) - len(rows)
    return Snapshots(standardised, rows[:n_fitted], rows[n_fitted:], every, history, dropped, mean, std)


def present_rows(lengths: Sequence[int], every: int, history: int) -> Int[np.ndarray, " pair"]:
    """The rows that have enough rows of their own recording before them and one after them.

    Args:
        lengths: Number of rows of each recording.
        every: Number of rows from a state to the next.
        history: Number of rows of a state.

    Example:
        >>> present_rows([4, 3], every=1, history=2)
        array([1, 2, 5])
    """
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(int)
    first = (history - 1) * every
    return np.concatenate([start + np.arange(first, n - every) for start, n in zip(starts, lengths, strict=True)])


def _complete(
    known: Bool[np.ndarray, " row"], present: Int[np.ndarray, " pair"], every: int, history: int
) -> Bool[np.ndarray, " pair"]:
    """Whether no value is missing in a pair."""
    complete = np.ones(len(present), bool)
    for k in range(-1, history):
        complete &= known[present - k * every]
    return complete


def as_recordings(x: Any) -> tuple[list[Float[np.ndarray, "_ obs"]], float | None]:
    """Recordings as arrays with NaN where a value is missing, and their time step if they say it.

    Args:
        x: An array (rows, or rows and channels, or recordings, rows and channels), anything that holds one as `x`, such
            as a `Series` or a `Simulation`, or several of these.

    Raises:
        ConfigError: C531 for an array of another number of axes, or for recordings of different channels.
    """
    if hasattr(x, "shape"):
        values = np.asarray(x, np.float64)
        if values.ndim not in (1, 2, 3):
            why = "a recording has rows and channels, and there may be several of equal length"
            where, fix = f"x has shape {values.shape}", "x of shape (rows, channels)"
            raise impossible("recording", where=where, why=why, fix=fix)
        return list(values) if values.ndim == 3 else [values.reshape(len(values), -1)], None
    if hasattr(x, "x"):
        values = np.asarray(x.x, np.float64)
        mask = getattr(x, "mask", None)
        return [values if mask is None else np.where(mask, values, np.nan)], getattr(x, "dt", None)
    parts = [as_recordings(one) for one in x]
    recordings = [recording for part, _ in parts for recording in part]
    widths = sorted({recording.shape[1] for recording in recordings})
    if len(widths) != 1:
        why = "all recordings must have the same channels"
        raise impossible("recordings", where=f"numbers of channels {widths}", why=why, fix="the columns that all have")
    return recordings, next((dt for _, dt in parts if dt is not None), None)

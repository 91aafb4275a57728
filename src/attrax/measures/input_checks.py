"""Checks of the input of a measure: rows that cannot be used are left out, counted and flagged."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from attrax.core.errors import ConfigError, DataError
from attrax.measures.score import Flag, Score

# Larger values count as diverged: fourth powers, which measures compute, would overflow.
_BOUND = np.float64(1e50)


@dataclass(frozen=True)
class Pair:
    """A recording and a simulation of the same channels, with finite values only.

    Attributes:
        x: Complete rows of the recording.
        x_sim: Finite rows of the simulation; there may be none.
        n_dropped: Number of rows of the simulation that were left out.
        flags: `diverged` and `missing`, where they apply.
    """

    x: Float[np.ndarray, "time obs"]
    x_sim: Float[np.ndarray, "n obs"]
    n_dropped: int
    flags: tuple[str, ...]

    def empty(self, protocol: str, n_outside: int = 0) -> Score:
        """The score for a simulation without a row that can be measured.

        Args:
            protocol: Protocol of the measure.
            n_outside: Number of finite rows that could not be used either.
        """
        return Score(np.inf, None, protocol, 0, self.n_dropped + n_outside, (*self.flags, Flag.EMPTY))


def finite(x: np.ndarray) -> Bool[np.ndarray, "..."]:
    """Whether each value is a number small enough to compute with.

    Args:
        x: The values.
    """
    return np.asarray(np.abs(x) < _BOUND)


def complete_rows(x: Float[np.ndarray, "time obs"]) -> Bool[np.ndarray, " time"]:
    """Whether all channels of each row are finite.

    Args:
        x: The rows.
    """
    # Column after column: NumPy is many times slower along an axis of a few channels.
    kept = np.ones(len(x), bool)
    for column in x.T:
        kept &= finite(column)
    return kept


def comparable_pair(x: np.ndarray, x_sim: np.ndarray) -> Pair:
    """Keep the complete rows of both arrays, for measures that do not depend on the order of rows.

    Args:
        x: The recording.
        x_sim: The simulation.

    Raises:
        DataError: D110 or D111 if the arrays do not have the same channels; D104 or D103 if the recording has fewer
            than two complete rows or a constant channel.
    """
    _check_channels(x, x_sim)
    kept, kept_sim = complete_rows(x), complete_rows(x_sim)
    reference = _rows(x, kept)
    _check_varies(reference)
    diverged = () if kept_sim.all() else (Flag.DIVERGED,)
    missing = () if kept.all() else (Flag.MISSING,)
    return Pair(
        x=reference,
        x_sim=_rows(x_sim, kept_sim),
        n_dropped=int(np.count_nonzero(~kept_sim)),
        flags=diverged + missing,
    )


def gap_free_pair(x: np.ndarray, x_sim: np.ndarray) -> Pair:
    """Keep the complete rows of both arrays, for measures that need consecutive rows.

    Only rows at the end may be missing.

    Args:
        x: The recording.
        x_sim: The simulation.

    Raises:
        DataError: D101 if there are complete rows after a missing one; others as in `comparable_pair`.
    """
    _check_channels(x, x_sim)
    for label, rows in (("x", x), ("x_sim", x_sim)):
        _check_gap_free(label, complete_rows(rows))
    return comparable_pair(x, x_sim)


def check_aligned(x: np.ndarray, x_sim: np.ndarray, axes: tuple[str, ...]) -> None:
    """Check that targets and forecasts have the same shape.

    Args:
        x: The targets.
        x_sim: The forecasts.
        axes: Names of the axes that both must have.

    Raises:
        DataError: D111 if the number of axes is wrong or there are no values; D110 if the shapes differ.
    """
    if x.ndim != len(axes) or x.size == 0:
        raise DataError(
            "D111",
            "targets of the wrong shape",
            where=f"x has shape {x.shape}, expected {' x '.join(axes)}, none of them empty",
            why="every axis has a meaning of its own, even if its length is one",
            fix=f"np.expand_dims for a missing axis, so that x.ndim == {len(axes)}",
        )
    if x.shape != x_sim.shape:
        raise DataError(
            "D110",
            "targets and forecasts differ in shape",
            where=f"x has shape {x.shape}, x_sim has shape {x_sim.shape}",
            why="every forecast is compared with the target of the same row and channel",
            fix="measure(x[horizon:], simulator.forecast(x, horizon))",
        )


def require(holds: bool, setting: str, value: object, rule: str) -> None:
    """Check a setting of a measure.

    Args:
        holds: Whether the setting is allowed.
        setting: Its name.
        value: Its value.
        rule: What is allowed, for example `at least 1`.

    Raises:
        ConfigError: C520 if the setting is not allowed.
    """
    if not holds:
        raise ConfigError(
            "C520",
            "impossible setting of a measure",
            where=f"{setting}={value!r}",
            why=f"{setting} must be {rule}",
            fix=f"leave {setting} out to use its default, or pass a value that is {rule}",
        )


def _rows(x: np.ndarray, kept: Bool[np.ndarray, " time"]) -> Float[np.ndarray, "kept obs"]:
    return np.asarray(x if kept.all() else x[kept], dtype=np.float64)


def _check_channels(x: np.ndarray, x_sim: np.ndarray) -> None:
    for label, array in (("x", x), ("x_sim", x_sim)):
        if array.ndim != 2:
            raise DataError(
                "D111",
                "not a table of time by channel",
                where=f"{label} has shape {array.shape}",
                why="rows are time steps and columns are channels, even if there is only one channel",
                fix=f"{label}.reshape(-1, 1) for a single channel",
            )
    if x.shape[1] != x_sim.shape[1]:
        raise DataError(
            "D110",
            "different channels",
            where=f"x has {x.shape[1]} columns, x_sim has {x_sim.shape[1]}",
            why="a measure compares a channel with its own simulation",
            fix="pass the same columns of both, for example x[:, :k] and x_sim[:, :k]",
        )


def _check_varies(x: np.ndarray) -> None:
    if len(x) < 2:
        raise DataError(
            "D104",
            "reference too short",
            where=f"x has {len(x)} complete rows",
            why="the spread of the reference sets the scale of every measure",
            fix="pass a longer recording as x",
        )
    column = next((i for i, values in enumerate(x.T) if (values == values[0]).all()), None)
    if column is not None:
        raise DataError(
            "D103",
            "constant channel",
            where=f"column {column} of x: the same value {x[0, column]!r} in all {len(x)} rows",
            why="a constant has no spread, and the spread of the reference sets the scale of the measure",
            fix=f"drop it from both: np.delete(x, {column}, axis=1), np.delete(x_sim, {column}, axis=1)",
        )


def _check_gap_free(label: str, kept: Bool[np.ndarray, " time"]) -> None:
    runs = np.flatnonzero(np.diff(kept, prepend=False, append=False)).reshape(-1, 2)
    if len(runs) == 0 or (len(runs) == 1 and runs[0, 0] == 0):
        return
    start, stop = runs[np.argmax(runs[:, 1] - runs[:, 0])]
    raise DataError(
        "D101",
        "missing rows inside a recording",
        where=f"{label}: first missing row {np.argmin(kept)} of {len(kept)} (counted from 0)",
        why="a spectrum needs consecutive rows; without the missing ones there would be a jump in the data",
        fix=f"measure the longest part without a gap: {label}[{start}:{stop}]",
    )

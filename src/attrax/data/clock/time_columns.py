"""Time columns: recognised by their names, converted to numbers, checked for order."""

import re

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.data.clock.durations import spelled
from attrax.data.clock.order_advice import order_advice
from attrax.data.clock.row_times import TOLERANCE, Stamps
from attrax.data.column_names import option

# "time", "t", "Time (s)", "time_ms"; `T` is a temperature or an electrode more often than a clock.
_CLOCK = re.compile(
    r"(?:(?i:time|timestamps?|date|datetime|seconds|secs?|elapsed(?:[ _]time)?|frames?|index|unnamed: 0)|t)"
    r"(?:\s*[(\[](?P<bracket>[^)\]]*)[)\]]|[ _](?P<suffix>s|sec|ms|us|ns|min|h))?"
)
_LATEST = 1e300


def is_clock(name: str) -> bool:
    """Whether a column of this name holds time.

    Example:
        >>> is_clock("Time (s)"), is_clock("elapsed_ms"), is_clock("Frame"), is_clock("T")
        (True, True, True, False)
    """
    return _CLOCK.fullmatch(name.strip()) is not None


def clock_unit(name: str) -> str:
    """The unit in the name of a time column, such as `ms` in `time (ms)`; empty if there is none."""
    match = _CLOCK.fullmatch(name.strip())
    if match is None:
        return ""
    if name.strip().lower() in {"seconds", "sec", "secs"}:
        return "s"
    return match["bracket"] or match["suffix"] or ""


def seconds(column: np.ndarray) -> tuple[Float[np.ndarray, " time"], str, np.datetime64 | None]:
    """A time column as numbers.

    Returns: The times; their unit, `s` for dates and empty for numbers; and for dates the first one, which is time 0.
    """
    epoch = None
    if column.dtype.kind == "M":
        dated = column[~np.isnat(column)]
        epoch = dated[0] if len(dated) else column[0]
        column = column - epoch
    if column.dtype.kind == "m":
        return column / np.timedelta64(1, "s"), "s", epoch
    # Beyond this the difference of two times may not be a number.
    return np.where(np.abs(column) < _LATEST, column, np.nan), "", None


def time_step(stamps: Stamps, unit: str) -> float:
    """The time between two rows of an evenly sampled recording.

    Args:
        stamps: The time of every row.
        unit: Unit of time, for messages.

    Raises: DataError D104, D107 as `check_forward`; D106 if a step differs from the median by more than 1 %.
    """
    t = stamps.t
    check_forward(stamps)
    off = stamps.uneven
    if off.any():
        steps, median, first = np.diff(t), stamps.median_step, int(np.argmax(off))
        raise DataError(
            "D106",
            "non-uniform time step",
            where=f"{_column(stamps)}: steps from {steps.min():.6g} to {steps.max():.6g}, median {median:.6g}; "
            f"{off.mean():.2%} are off by more than {TOLERANCE:.0%}, first from {stamps.row(first)} to "
            f"{stamps.row(first + 1)} ({steps[first]:.6g})",
            why="the model is a map with one time step; uneven rows would be learned as dynamics",
            fix="--dynamics continuous  # takes the rows as they are; or "
            f"{option('--resample', spelled(median, unit))}, which interpolates between them"
            f"; or --dt {median:.6g} if the rows are even and only the times are off",
        )
    # Twelve digits undo the rounding of decimal times: 0.004, not 0.004000000000000001.
    return float(f"{(t[-1] - t[0]) / (len(t) - 1):.12g}")


def check_forward(stamps: Stamps) -> None:
    """Check that time increases from every row to the next.

    Raises: DataError D104 for a single row, D107 if a time is missing, repeated or out of order.
    """
    t = stamps.t
    if len(t) < 2:
        raise DataError(
            "D104",
            "DATA TOO SHORT",
            where=f"{_column(stamps)}: {len(t)} row",
            why="a time step needs two rows",
            fix="record longer, or give the step with --dt",
        )
    steps = np.diff(t)
    if (steps > 0).all() and np.isfinite(t).all():
        return
    bad = int(np.argmin(steps > 0))
    raise DataError(
        "D107",
        "time does not increase",
        where=f"{_column(stamps)}: {stamps.row(bad)} has {t[bad]:.12g}, {stamps.row(bad + 1)} has {t[bad + 1]:.12g}",
        why="rows in the wrong order, repeated or without a time would be learned as jumps",
        fix=order_advice(stamps),
    )


def _column(stamps: Stamps) -> str:
    return f"{stamps.place}, time column '{stamps.name}'"

"""Clock: the time step of a recording, measured from its time column instead of believed.

A map with a time step needs rows that are evenly spaced; a gap or a repeated row that goes unnoticed becomes dynamics.
"""

from collections.abc import Callable, Sequence

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.data.columns import option

TOLERANCE = 0.01
_LATEST = 1e300


def seconds(column: np.ndarray) -> tuple[Float[np.ndarray, " time"], str]:
    """Times as numbers, dates counted from the first row; and the unit, which is `s` for dates and else not known."""
    if column.dtype.kind == "M":
        column = column - column[:1]
    if column.dtype.kind == "m":
        return column / np.timedelta64(1, "s"), "s"
    # Beyond this the difference of two times may not be a number.
    return np.where(np.abs(column) < _LATEST, column, np.nan), ""


def time_step(t: Float[np.ndarray, " time"], name: str, where: str, row: Callable[[int], str]) -> float:
    """The time between two rows of an evenly sampled recording.

    Args:
        t: Time of every row.
        name: Name of the time column.
        where: The file or array, for messages.
        row: How people find a row, given its index.

    Raises: DataError D104 for a single row, D107 if time stands still, runs backward or is missing, D106 if a step is
        off the median by more than 1 %.
    """
    place = f"{where}, time column '{name}'"
    if len(t) < 2:
        raise DataError(
            "D104",
            "too short",
            where=f"{place}: {len(t)} row",
            why="a time step needs two rows",
            fix="record longer, or give the step with --dt",
        )
    _check_forward(t, name, place, row)
    steps = np.diff(t)
    median = float(np.median(steps))
    off = np.abs(steps - median) > TOLERANCE * median
    if off.any():
        first = int(np.argmax(off))
        raise DataError(
            "D106",
            "non-uniform time step",
            where=f"{place}: steps from {steps.min():.6g} to {steps.max():.6g}, median {median:.6g}; {off.mean():.2%} "
            f"are off by more than {TOLERANCE:.0%}, first from {row(first)} to {row(first + 1)} ({steps[first]:.6g})",
            why="the model is a map with one time step; uneven rows would be learned as dynamics",
            fix=f"resample the file to even steps; or --dt {median:.6g} if the rows are even and only the times off",
        )
    # Twelve digits undo the rounding of decimal times: 0.004, not 0.004000000000000001.
    return float(f"{(t[-1] - t[0]) / (len(t) - 1):.12g}")


def common_step(steps: Sequence[float], places: Sequence[str]) -> float:
    """The time step that several recordings share.

    Raises: DataError D106 if they differ by more than 1 %.
    """
    for step, place in zip(steps, places, strict=True):
        if abs(step - steps[0]) > TOLERANCE * steps[0]:
            raise DataError(
                "D106",
                "different time steps",
                where=f"{places[0]}: {steps[0]:.6g}; {place}: {step:.6g}",
                why="a model is a map with one time step",
                fix=f"resample one of them; or --dt {steps[0]:.6g} if the times are wrong and the rows are not",
            )
    return steps[0]


def _check_forward(t: np.ndarray, name: str, place: str, row: Callable[[int], str]) -> None:
    forward = np.diff(t) > 0
    if forward.all():
        return
    bad = int(np.argmin(forward))
    raise DataError(
        "D107",
        "time does not increase",
        where=f"{place}: {row(bad)} has {t[bad]:.12g}, {row(bad + 1)} has {t[bad + 1]:.12g}",
        why="rows in the wrong order, repeated or without a time would be learned as jumps",
        fix=f"sort the file and delete repeated rows; or {option('--drop', name)} --dt 1 if this is not the time",
    )

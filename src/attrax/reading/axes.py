"""Axes: an array of three or more axes becomes recordings of time by channel."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from attrax.core.errors import DataError
from attrax.reading.read_options import TIME, TRIAL

PLAINLY = 2
"""How many times longer than all others the axis of time must be, to be recognised."""

_GUESSES = {
    (2, 0): (TIME, "channel"),
    (2, 1): ("channel", TIME),
    (3, 0): (TIME, "y", "x"),
    (3, 1): (TRIAL, TIME, "channel"),
    (3, 2): (TRIAL, "channel", TIME),
    (4, 0): (TIME, "z", "y", "x"),
    (4, 1): (TRIAL, TIME, "y", "x"),
    (4, 3): (TRIAL, "y", "x", TIME),
}
"""Likely names of the axes, by their number and the place of the longest one."""


def split_axes(array: np.ndarray, axes: Sequence[str], place: str) -> list[np.ndarray]:
    """The recordings in an array: one for each trial, or only one. All axes but trial and time become channels.

    Args:
        array: The array.
        axes: A name for each of its axes; `time` is one of them.
        place: What to call the array in messages.

    Raises: DataError D111 if there are not as many names as axes.
    """
    if len(axes) != array.ndim:
        raise DataError(
            "D111",
            "axes and names differ in number",
            where=f"{place}: shape {array.shape}, --axes {','.join(axes)}",
            why="each axis of the array needs one name",
            fix=axes_advice(array.shape),
        )
    order = [axes.index(name) for name in (TRIAL, TIME) if name in axes]
    array = np.transpose(array, [*order, *(k for k in range(array.ndim) if k not in order)])
    trials = array if TRIAL in axes else array[None]
    return [trial.reshape(len(trial), -1) for trial in trials]


def stacked_names(name: str, labels: Sequence[Sequence[str]]) -> list[str]:
    """Names of channels, such as `temp_10_20`, for every combination of labels, in the order of `reshape`."""
    return ["_".join((name, *combination)) for combination in product(*labels)]


def guessed_axes(shape: tuple[int, ...]) -> str:
    """Likely names of the axes of an array of this shape, the one that is plainly the longest being time, for messages.

    Example:
        >>> guessed_axes((2, 2000, 3)), guessed_axes((5000, 8, 8)), guessed_axes((40, 64, 1000))
        ('trial,time,channel', 'time,y,x', 'trial,channel,time')
    """
    longest = shape.index(max(shape))
    if len(shape) > 2 and max(shape) < PLAINLY * sorted(shape)[-2]:
        longest = 1
    names = _GUESSES.get((len(shape), longest))
    return ",".join(names or (TIME if k == longest else f"axis{k}" for k in range(len(shape))))


def axes_advice(shape: tuple[int, ...]) -> str:
    """The fix of an array whose axes have no names, with the choices that only its owner can make."""
    likely = guessed_axes(shape)
    if len(shape) < 3:
        return f"--axes {likely}"
    names = likely.split(",")
    other = names[:]
    if TRIAL in names:
        other[names.index(TRIAL)] = "place"
        remark = f"each trial is a series of its own; or --axes {','.join(other)}, all of them channels at one time"
    else:
        other[1] = TRIAL
        remark = f"all places are channels; or --axes {','.join(other)}, each trial a series of its own"
    return f"--axes {likely}  # {remark}"

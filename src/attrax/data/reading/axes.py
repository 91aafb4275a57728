"""Axes: an array of three or more axes becomes recordings of time by channel."""

from collections.abc import Sequence
from itertools import product

import numpy as np

from attrax.core.errors import DataError
from attrax.data.reading.read_options import TIME, TRIAL

_GUESSES = {1: (TIME,), 2: (TIME, "channel"), 3: (TRIAL, TIME, "channel"), 4: (TRIAL, TIME, "lat", "lon")}


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
            fix=f"--axes {guessed_axes(array.shape)}",
        )
    order = [axes.index(name) for name in (TRIAL, TIME) if name in axes]
    array = np.transpose(array, [*order, *(k for k in range(array.ndim) if k not in order)])
    trials = array if TRIAL in axes else array[None]
    return [trial.reshape(len(trial), -1) for trial in trials]


def stacked_names(name: str, labels: Sequence[Sequence[str]]) -> list[str]:
    """Names of channels, such as `temp_10_20`, for every combination of labels, in the order of `reshape`."""
    return ["_".join((name, *combination)) for combination in product(*labels)]


def guessed_axes(shape: tuple[int, ...]) -> str:
    """Likely names of the axes of an array of this shape, for messages."""
    names = _GUESSES.get(len(shape)) or (TRIAL, TIME, *(f"axis{k}" for k in range(2, len(shape))))
    return ",".join(names)

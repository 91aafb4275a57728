"""Coarse ticks: a clock that moves on more rarely than rows are recorded, so that neighbours share a time."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

_FEWEST = 20
_LONGEST_STEP = 5.0
"""In ticks; after a longer one, a pause, rows are not even."""
_EVENLY = 0.5
"""Repeated times that come at random are spread by about their mean distance."""


class Ticks(NamedTuple):
    """A clock that ticks coarsely.

    Attributes:
        tick: The usual time from one tick to the next.
        step: The mean time from row to row.
        repeated: How many rows have the time of the row before.
    """

    tick: float
    step: float
    repeated: int


def coarse_ticks(t: Float[np.ndarray, " time"]) -> Ticks | None:
    """The ticks of a clock whose repeated times are spread evenly over the rows; None for other times.

    Rows of which each has the time of exactly one other may be those of two recordings, and are no such clock.

    Args:
        t: The time of every row.

    Example:
        >>> coarse_ticks(np.floor(np.arange(100) * 0.6))
        Ticks(tick=1.0, step=0.5959595959595959, repeated=40)
        >>> coarse_ticks(np.repeat(np.arange(50.0), 2)) is None
        True
    """
    steps = np.diff(t)
    again = steps == 0
    if len(t) < _FEWEST or not again.any() or again.all() or not (steps >= 0).all():
        return None
    tick = float(np.median(steps[~again]))
    # Rows between two of the rarer kind: those that repeat a time, or those that begin a new one.
    rare = np.flatnonzero(again if 2 * again.sum() <= len(steps) else ~again)
    between = np.diff(rare)
    if len(rare) < _FEWEST or steps.max() > _LONGEST_STEP * tick or between.std() == 0:
        return None
    if between.std() > _EVENLY * between.mean():
        return None
    return Ticks(tick, float((t[-1] - t[0]) / (len(t) - 1)), int(again.sum()))

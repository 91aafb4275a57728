r"""Angles: channels on which the dynamics depends only up to whole turns.

A wrapped angle has the range of one turn and jumps by a turn at its ends. For an angle that grows over
whole turns, the increments of the channels must depend on its sine and cosine, more than for a turn of any other
length, and not on the angle itself.
"""

import numpy as np
from jaxtyping import Float

from attrax.data.phases.phase_kinds import FULL_TURN, Angle
from attrax.data.phases.turn_dependence import depends_on_itself, depends_on_turns
from attrax.data.series import Series

TURNS = (FULL_TURN, 360.0)
WIDEST_STEP = 0.25
FEWEST_JUMPS = 3
FEWEST_TURNS = 4


def find_angle(series: Series, k: int, turn: float | None = None) -> Angle | None:
    """The angle in a channel, if it is one.

    Args:
        series: The rows to search in, with the drives among its channels as inputs.
        k: The channel.
        turn: The length of a turn; if it is given, the channel is an angle and only its ends are looked for.

    Example:
        >>> t = np.arange(4000) / 20
        >>> x = np.cumsum(np.sin(t) + np.sin(1.618 * t))[:, None] / 4
        >>> find_angle(Series(np.mod(x + np.pi, 2 * np.pi) - np.pi), 0)
        Angle(channel='x0', turn=6.283185307179586, lowest=-3.141592653589793)
    """
    x, name = series.x[:, k], series.channels[k]
    if series.mask is not None and not series.mask[:, k].all():
        return None
    low, high = (float(ends[k]) for ends in series.extremes)
    for length in TURNS if turn is None else (turn,):
        edge = _edge(low, high, length)
        if edge is not None and _jumps_back(np.asarray(x, dtype=np.float64), length):
            return Angle(name, length, edge)
    if turn is not None:
        return Angle(name, turn)
    others = [other for other in range(series.obs_dim) if other != k]
    found = [
        length
        for length in TURNS
        if _winds(x, high - low, length)
        and depends_on_turns(x, series.x, others, length, series.inputs)
        and not depends_on_itself(x, series.x, others, length, series.inputs)
    ]
    return Angle(name, found[0]) if len(found) == 1 else None


def _edge(low: float, high: float, turn: float) -> float | None:
    """Where the turns of a wrapped angle with these extremes begin; None if they are not those of one."""
    edge = next((e for e in (0.0, -turn / 2) if -1e-6 * turn <= low - e < 0.02 * turn), None)
    return edge if 0.96 * turn < high - low <= turn * (1 + 1e-6) else None


def _jumps_back(x: Float[np.ndarray, " time"], turn: float) -> bool:
    """Whether a channel jumps by a turn at its ends, and its motion goes on there."""
    steps = np.diff(x)
    jumps = np.abs(steps) > turn / 2
    steps = steps - turn * np.round(steps / turn)
    if jumps.sum() < FEWEST_JUMPS or np.abs(steps).max() > WIDEST_STEP * turn:
        return False
    # At a jump the motion continues as before and after it. A reset, as of a neuron that fires, is another motion.
    inner = np.flatnonzero(jumps[1:-1]) + 1
    bend = steps[inner] - (steps[inner - 1] + steps[inner + 1]) / 2
    usual = np.abs(steps[1:-1] - (steps[:-2] + steps[2:]) / 2)
    return bool(np.median(np.abs(bend)) <= max(3 * np.quantile(usual, 0.9), 1e-6 * turn))


def _winds(x: Float[np.ndarray, " time"], extent: float, turn: float) -> bool:
    """Whether a channel with this extent passes several turns in small steps."""
    return extent > FEWEST_TURNS * turn and bool(np.abs(np.diff(x)).max() < WIDEST_STEP * turn)

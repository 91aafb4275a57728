r"""Whether the dynamics of a recording depends on an angle, and on it only up to whole turns.

The increments of all channels are regressed on the channels, their squares and cubes, and then also on sines and
cosines of the angle. These must explain more of what was left than sines and cosines for a turn of any other length.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from attrax.data.phases.phase_kinds import FULL_TURN

MOST_ROWS = 4_000
ARC = 0.04
"""Increments are taken over this share of a turn, so that noise of single rows does not hide them."""

GAIN = 0.05
"""Least share of what was left that sines and cosines must explain."""

AHEAD = 2.0
"""How many times as much they must explain as for a turn of another length."""

OTHER_TURNS = (0.37, 0.61, 0.73, 0.84, 0.91, 1.1, 1.2, 1.37, 1.61, 2.3, 2.9, 4.1)
LEFT = 0.05
"""Largest share of what is left then that the angle itself may explain."""

STEADY = 1e-9
"""Increments that differ by less than this share are those of a channel that rises evenly."""

Angles = Float[np.ndarray, " time"]
Columns = Float[np.ndarray, "time channel"]
Inputs = Float[np.ndarray, "time input"]


def depends_on_turns(
    angle: Angles, x: Columns, others: Sequence[int], turn: float, driven: Inputs | None = None
) -> bool:
    """Whether increments depend on the sine and cosine of an angle more than for turns of other lengths.

    Args:
        angle: The angle, counted on over whole turns.
        x: The channels.
        others: Which of them may depend on the angle.
        turn: The length of a turn.
        driven: External inputs; None if there are none.

    Example:
        >>> t = np.arange(4000)
        >>> x = np.cumsum(np.sin(0.03 * t) + np.cumsum(np.random.default_rng(0).normal(size=4000)) / 99)[:, None]
        >>> depends_on_turns(0.03 * t, x, [0], 2 * np.pi), depends_on_turns(0.03 * t, x, [0], 5.0)
        (True, False)
    """
    rows, increments, base = _problem(angle, x, others, turn, driven)
    plain = _unexplained(base, increments)

    def gain(length: float) -> float:
        left = _unexplained(np.concatenate([base, _harmonics(angle[rows], length)], axis=1), increments)
        return float(np.max((plain - left) / plain))

    found = gain(turn)
    return bool(found > GAIN and found > AHEAD * max(gain(turn * other) for other in OTHER_TURNS))


def depends_on_itself(
    angle: Angles, x: Columns, others: Sequence[int], turn: float, driven: Inputs | None = None
) -> bool:
    """Whether increments also depend on an angle itself, as on a position with friction; arguments as above."""
    rows, increments, base = _problem(angle, x, others, turn, driven)
    known = np.concatenate([base, _harmonics(angle[rows], turn)], axis=1)
    more = np.concatenate([known, _powers(angle[rows, None])], axis=1)
    before, after = _unexplained(known, increments), _unexplained(more, increments)
    return bool(np.max((before - after) / before) > LEFT)


def _problem(
    angle: Angles, x: Columns, others: Sequence[int], turn: float, driven: Inputs | None
) -> tuple[np.ndarray, Float[np.ndarray, "row response"], Float[np.ndarray, "row term"]]:
    """Some rows, the increments that follow them, and what is known in them without the angle."""
    ahead = max(1, int(ARC * turn / (np.median(np.abs(np.diff(angle))) + 1e-300)))
    ahead = min(ahead, len(angle) // 10)
    rows = np.arange(0, len(angle) - ahead, max(1, len(angle) // MOST_ROWS))
    # Rows first: a copy of all rows may be large.
    now, later = (
        np.concatenate([x[at][:, others], angle[at, None]], axis=1).astype(float) for at in (rows, rows + ahead)
    )
    increments = later - now
    increments = increments[:, increments.std(axis=0) > STEADY * np.abs(increments).max(axis=0)]
    inputs = [] if driven is None else [driven[rows]]
    return rows, increments, np.concatenate([np.ones((len(rows), 1)), _powers(now[:, :-1]), *inputs], axis=1)


def _powers(x: Columns) -> Float[np.ndarray, "time term"]:
    x = (x - x.mean(axis=0)) / (x.std(axis=0) + 1e-300)
    return np.concatenate([x, x**2, x**3], axis=1)


def _harmonics(x: Angles, turn: float) -> Float[np.ndarray, "time 4"]:
    angle = FULL_TURN * x / turn
    return np.stack([np.cos(angle), np.sin(angle), np.cos(2 * angle), np.sin(2 * angle)], axis=1)


def _unexplained(design: Float[np.ndarray, "time term"], y: Columns) -> Float[np.ndarray, " channel"]:
    """The variance of each column that least squares leave unexplained; rounding counts as such."""
    fitted = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return np.mean((y - fitted) ** 2, axis=0) + 1e-9 * np.var(y, axis=0)

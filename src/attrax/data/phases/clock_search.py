"""Clocks: channels that rise or fall evenly, row by row, for ever or from turn to turn."""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.data.phases.phase_kinds import FULL_TURN, ClockPhase
from attrax.data.phases.rounding import resolution
from attrax.data.phases.turn_dependence import depends_on_turns
from attrax.data.phases.wave_search import FEWEST_ROWS, FEWEST_TURNS
from attrax.data.series import Series

USUAL_TURNS = (FULL_TURN, 360.0, 1.0)
FEWEST_LEVELS = 4
_SAMPLE, _STRETCH = 256, 2_000


@dataclass(frozen=True)
class EvenLine:
    """A straight line through a channel: its rise in a row, and its value in row 0."""

    rise: float
    start: float


def even_line(x: Float[np.ndarray, " time"]) -> EvenLine | None:
    """The straight line that a channel follows, if it rises or falls evenly up to rounding or small white noise.

    Example:
        >>> even_line(np.arange(50) / 4).rise, even_line(np.arange(50.0) ** 2)
        (0.25, None)
    """
    n = len(x)
    if n < 20 or not _may_be_even(x):
        return None
    x = np.asarray(x, dtype=np.float64)
    largest = float(np.abs(x).max())
    if largest == 0 or not np.isfinite(largest):
        return None
    # In units near the largest value, because its square may overflow; a power of two changes no digit.
    unit = math.ldexp(1.0, math.frexp(largest)[1] - 1)
    rounded, x = resolution(x) / unit, x / unit
    # Two or three levels lie on any line up to their rounding.
    if x[-1] == x[0] or np.ptp(x) < FEWEST_LEVELS * rounded:
        return None
    t = np.arange(n) - (n - 1) / 2
    rise = float(t @ x / (t @ t))
    off = x - x.mean() - rise * t
    if np.abs(off).max() > max(rounded, 1e-7 * np.ptp(x)):
        memory = (off[1:] @ off[:-1]) / (off @ off)
        if off.std() > 0.3 * abs(rise) or memory > 0.3:
            return None
    return EvenLine(unit * rise, unit * float(x.mean() - rise * (n - 1) / 2))


def _may_be_even(x: Float[np.ndarray, " time"]) -> bool:
    """Whether some rows are near a straight line; most channels are told from clocks by this alone."""
    rows = np.linspace(0, len(x) - 1, min(len(x), _SAMPLE)).astype(int)
    some = np.asarray(x[rows], dtype=np.float64)
    some = some / (np.abs(some).max() or 1.0)
    t = rows - rows.mean()
    off = some - some.mean() - (t @ some / (t @ t)) * t
    # Rounded to four levels, a line is a quarter of its range away from them at most.
    return not np.abs(off).max() > 0.35 * np.ptp(some)


def find_clock_phase(series: Series, k: int, others: list[int], turn: float | None = None) -> ClockPhase | None:
    """The clock in a channel, if it is one whose turns drive other channels.

    A sawtooth is always a clock. A channel that always rises is a clock if others depend on it up to whole turns of
    2 pi, 360 or 1.

    Args:
        series: The rows to search in.
        k: The channel.
        others: The channels that it may drive.
        turn: The length of a turn if it is known.
    """
    x = series.x[:, k]
    if series.mask is not None and not series.mask[:, k].all():
        return None
    line = even_line(x)
    if line is not None:
        lengths = USUAL_TURNS if turn is None else (turn,)
        driving = [length for length in lengths if turn is not None or _drives(series, k, others, length)]
        if len(driving) != 1:
            return None
        length = float(np.copysign(driving[0], line.rise))
        return ClockPhase(series.channels[k], length / line.rise, line.start / length % 1.0, turn=length)
    return _sawtooth(x, series.channels[k], turn)


def _sawtooth(x: Float[np.ndarray, " time"], name: str, turn: float | None) -> ClockPhase | None:
    """The clock in a channel that rises evenly and jumps back by a whole turn."""
    start = max(len(x) - _STRETCH, 0) // 2
    some = np.diff(x[start : start + _STRETCH])
    # A turn has several rows, so a sawtooth goes back in a quarter of the steps at most.
    if min(np.mean(some > 0), np.mean(some < 0)) > 0.3:
        return None
    x = np.asarray(x, dtype=np.float64)
    steps = np.diff(x)
    usual = float(np.median(steps)) if len(steps) else 0.0
    jumps = np.abs(steps - usual) > 0.5 * np.ptp(x)
    n_turns = int(jumps.sum())
    if n_turns < FEWEST_TURNS or usual == 0 or len(x) / n_turns < FEWEST_ROWS or n_turns == len(steps):
        return None
    even = float(steps[~jumps].mean())
    length = _usual(float(np.median(even - steps[jumps]))) if turn is None else float(np.copysign(turn, even))
    turns = np.concatenate([[0], np.cumsum(jumps)])
    line = even_line(x / length + turns)
    if line is None or np.sign(length) != np.sign(even) or not 0.9 < np.ptp(x) / abs(length) <= 1.001:
        return None
    lowest = _edge(float(x.min()), abs(length))
    return ClockPhase(name, 1 / line.rise, line.start % 1.0, turn=length, lowest=lowest)


def _usual(length: float) -> float:
    """The usual turn that is nearest to a measured one, if it is near."""
    near = [np.copysign(turn, length) for turn in (*USUAL_TURNS, 24.0) if abs(abs(length) / turn - 1) < 2e-3]
    return float(near[0]) if near else length


def _edge(lowest: float, turn: float) -> float:
    """Where a turn begins: at 0 or half a turn below it, if the lowest value is near; else at the lowest value."""
    return next((edge for edge in (0.0, -turn / 2) if 0 <= lowest - edge < 0.1 * turn), lowest)


def _drives(series: Series, k: int, others: list[int], turn: float) -> bool:
    """Whether the increments of other channels depend on a clock up to whole turns."""
    x = series.x[:, k].astype(np.float64)
    rows = len(x) * turn / np.ptp(x)
    if not others or rows < FEWEST_ROWS or len(x) < FEWEST_TURNS * rows:
        return False
    return depends_on_turns(x, series.x, others, turn, series.inputs)

r"""Regularity: the lengths of cycles vary as much in the free runs as in the recording.

From a row $t$, the stretch of one period $P$ of a coordinate $y$ is compared with the stretches that begin between half
a period and one and a half periods later. The most similar one begins one cycle later:

$$\ell_t = \operatorname{argmin}_\ell \; \langle (y_{t+s} - y_{t+\ell+s})^2 \rangle_{0 \le s < P}$$

The mean deviation of these lengths is compared. The intervals between heartbeats, for example, are never
equal. A model that has learned only the mean beat is a limit cycle and repeats it for ever; `D_stsp` hardly changes.
"""

import numpy as np
from jaxtyping import Bool, Float

from attrax.core.number_text import share_text
from attrax.measures.gates.compared import Compared
from attrax.measures.gates.long_run_average import Averages, averages_of

FACTOR = 2.0
"""Ratio of the deviations that does not count."""

LEAST = 0.02
"""Difference of the deviations that does not count, in periods: noise makes lengths uncertain."""

SHORTEST = 5
"""Rows in a period: with fewer, lengths of cycles cannot be distinguished."""

POINTS, LAGS = 24, 60
PLACES = 1_500
"""Most rows at which cycles are compared, of all recordings and of all free runs."""

_BATCH = 100


def regularity(compared: Compared) -> str:
    """The most significant difference between the spreads of cycle lengths, as a sentence; empty if there is none."""
    spreads = _spreads(compared)
    if spreads is None:
        return ""
    found, off = spreads
    ours, theirs, error = found.simulated, found.recorded, found.recorded_error
    i = int(np.argmax(np.where(off, np.abs(ours - theirs) / (error + 1e-9), -1)))
    return (
        f"the cycles of the free runs are {'more' if ours[i] < theirs[i] else 'less'} regular than those of the "
        f"recording: in {compared.names[i]} their lengths deviate by {share_text(ours[i])} on average, those of the "
        f"recording by {share_text(theirs[i], error[i])}"
    )


def less_regular(compared: Compared) -> bool:
    """Whether the cycles of the free runs are less regular than those of the recording, in any coordinate."""
    spreads = _spreads(compared)
    return spreads is not None and bool((spreads[1] & (spreads[0].simulated > spreads[0].recorded)).any())


def _spreads(compared: Compared) -> tuple[Averages, Bool[np.ndarray, " coordinate"]] | None:
    """The mean deviations of cycle lengths, and in which coordinates they differ; None if they differ in none."""
    period = compared.period
    shortest = min(map(len, (*compared.recordings, *compared.runs)))
    if period is None or period < SHORTEST or shortest < 4 * period:
        return None
    rows = round(period)
    places = PLACES // max(len(compared.recordings), len(compared.runs))
    recorded, runs = (
        _deviations([_lengths(z, rows, places) for z in part])
        for part in (compared.recorded_coordinates, compared.run_coordinates)
    )
    found = averages_of(recorded, runs, longest=max(compared.lags))
    ours, theirs = found.simulated, found.recorded
    share = np.where(ours < theirs, 1 - 1 / FACTOR, FACTOR - 1)
    off = found.differs(np.maximum(share * theirs, LEAST))
    return (found, off) if off.any() else None


def _deviations(lengths: list[Float[np.ndarray, "_ coordinate"]]) -> list[Float[np.ndarray, "_ coordinate"]]:
    mean = np.concatenate(lengths).mean(axis=0)
    return [np.abs(length - mean) for length in lengths]


def _lengths(z: Float[np.ndarray, "time coordinate"], period: int, places: int) -> Float[np.ndarray, "row coordinate"]:
    """Lengths of cycles in periods, for every row that is followed by two and a half periods.

    They are computed at about `places` rows; the rows between them repeat the values.
    """
    points = np.arange(0, period, max(1, period // POINTS))
    lags = np.arange(period // 2, period + period // 2 + 1, max(1, period // LAGS))
    n = len(z) - lags[-1] - period
    every = -(-n // places)
    begins = np.arange(0, n, every)
    parts = [begins[i : i + _BATCH] for i in range(0, len(begins), _BATCH)]
    squares = np.concatenate([_squares(z, part, lags, points) for part in parts])
    best = np.clip(squares.argmin(axis=1), 1, len(lags) - 2)
    before, least, after = (np.take_along_axis(squares, best[:, None] + k, axis=1)[:, 0] for k in (-1, 0, 1))
    # The minimum of a parabola through three neighbouring lags: a period is rarely a whole number of rows.
    slope, curvature = before - after, before - 2 * least + after
    shift = 0.5 * np.sign(slope)
    np.divide(slope, 2 * curvature, out=shift, where=curvature > np.abs(slope))
    return np.repeat((lags[best] + shift * (lags[1] - lags[0])) / period, every, axis=0)[:n]


def _squares(z: np.ndarray, begins: np.ndarray, lags: np.ndarray, points: np.ndarray) -> np.ndarray:
    here = z[begins[:, None] + points]
    later = z[begins[:, None, None] + lags[:, None] + points]
    return np.mean((later - here[:, None]) ** 2, axis=2)

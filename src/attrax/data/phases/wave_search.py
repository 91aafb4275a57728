r"""Waves: channels that are a sinusoid of one constant frequency, apart from noise.

The frequency is fitted to all rows. What is left must be white noise, or be as small as the rounding of the values. So
a limit cycle with harmonics is no wave, and neither is an oscillation whose phase drifts at random.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.data.phases.phase_kinds import FULL_TURN, Wave
from attrax.data.phases.rounding import resolution
from attrax.data.series import Series

FEWEST_TURNS = 8
FEWEST_ROWS = 4.5
"""Fewest rows in a turn. Every motion of period 3 is a sinusoid, and a map may have a cycle of that period."""

MOST_NOISE = 0.05
"""Largest share of the variance that may be noise."""

EXACT = 1e-5
"""Residuals below this share of the amplitude are the errors of a simulation."""

STEPS = 12
_EXAMINED = 16_384
_RATIO = 60
"""A stretch of e rows, and e rows spread evenly over all n, show every wave if e ** 2 is at least 36 n; 60 is safe."""


class _Sinusoid(NamedTuple):
    r"""A fit $c + b \cos(\omega t + \phi)$ to one channel, with the standard deviation of its residuals."""

    column: int
    omega: float
    center: float
    amplitude: float
    phase: float
    noise: float


def find_waves(series: Series) -> tuple[Wave, ...]:
    """The channels of a series that are pure sinusoids; those of equal frequency follow one drive.

    Args:
        series: The rows to search in, without those that a model is tested on.

    Cost: One Fourier transform for each channel.

    Example:
        >>> t = np.arange(3000)
        >>> x = np.stack([np.cos(t / 9), np.sin(t / 9) ** 3], axis=1)
        >>> [(w.channel, round(w.rows, 3)) for w in find_waves(Series(x, channels=("force", "y")))]
        [('force', 56.549)]
    """
    found = [fitted for k in range(series.obs_dim) if (fitted := _sinusoid(series, k)) is not None]
    return tuple(wave for group in _alike(found, len(series)) for wave in _following(series, group))


def _sinusoid(series: Series, k: int) -> _Sinusoid | None:
    """The sinusoid in a channel; None if it is no wave."""
    x = series.x[:, k]
    if series.mask is not None and not series.mask[:, k].all():
        return None
    examined = max(_EXAMINED, math.isqrt(_RATIO * len(x)))
    if len(x) > 2 * examined:
        start = (len(x) - examined) // 2
        # A stretch holds eight turns of a fast wave. Of a slow one, rows spread evenly hold enough in a turn.
        parts = x[start : start + examined], x[:: len(x) // examined]
        if all(_fitted(np.asarray(part, dtype=np.float64), k, 2 * MOST_NOISE) is None for part in parts):
            return None
    return _fitted(x.astype(np.float64), k, MOST_NOISE)


def _fitted(x: Float[np.ndarray, " time"], k: int, most_noise: float) -> _Sinusoid | None:
    """The sinusoid in the values of channel k; None if something else than noise is left, or too much of it."""
    omega = _peak(x)
    if omega is None:
        return None
    t = np.arange(len(x)) - (len(x) - 1) / 2
    design, (c, a, b) = _regression(t, x, omega)
    for _ in range(STEPS):
        slope = t * (b * design[:, 1] - a * design[:, 2])
        full = np.concatenate([design, slope[:, None]], axis=1)
        change = np.linalg.lstsq(full, x - design @ [c, a, b], rcond=None)[0][3]
        omega += change
        design, (c, a, b) = _regression(t, x, omega)
        if abs(change) * len(x) < 1e-10:
            break
    residual = x - design @ [c, a, b]
    amplitude, turns = float(np.hypot(a, b)), omega * len(x) / FULL_TURN
    if (
        turns < FEWEST_TURNS
        or FULL_TURN / omega < FEWEST_ROWS
        or not _is_noise(residual, x, amplitude, omega, most_noise)
    ):
        return None
    # The phase of the first row; `t` counts from the middle.
    phase = float(np.arctan2(-b, a) + omega * t[0])
    return _Sinusoid(k, float(omega), float(c), amplitude, phase, float(residual.std()))


def _regression(
    t: Float[np.ndarray, " time"], x: Float[np.ndarray, " time"], omega: float
) -> tuple[Float[np.ndarray, "time 3"], Float[np.ndarray, " 3"]]:
    """A constant, a cosine and a sine as columns, and their coefficients."""
    design = np.stack([np.ones_like(t), np.cos(omega * t), np.sin(omega * t)], axis=1)
    return design, np.linalg.lstsq(design, x, rcond=None)[0]


def _peak(x: Float[np.ndarray, " time"]) -> float | None:
    """The frequency of the largest peak in radians per row, if the peak holds most of the variance."""
    n = len(x)
    # In units of the largest value, so that no square overflows.
    x = x / max(float(np.abs(x).max()), np.finfo(float).tiny)
    power = np.abs(np.fft.rfft((x - x.mean()) * np.hanning(n))) ** 2
    at = int(power.argmax())
    if at < 3 or at + 3 >= len(power) or power[at - 3 : at + 4].sum() < (1 - 2 * MOST_NOISE) * power.sum():
        return None
    left, middle, right = np.log(power[at - 1 : at + 2] + 1e-300)
    return FULL_TURN / n * (at + 0.5 * (left - right) / (left - 2 * middle + right))


def _is_noise(
    residual: Float[np.ndarray, " time"],
    x: Float[np.ndarray, " time"],
    amplitude: float,
    omega: float,
    most_noise: float,
) -> bool:
    """Whether a residual is white, or no larger than rounding."""
    if residual.std() <= EXACT * amplitude or np.abs(residual).max() <= resolution(x):
        return True
    if residual.var() > most_noise * x.var():
        return False
    power = np.abs(np.fft.rfft(residual)[1:-1]) ** 2
    # The periodogram of white noise is exponential: its maximum exceeds the mean log(m) + 10 times with p = 5e-5, and
    # a single harmonic 9 times with p = 1e-4.
    harmonics = np.round(np.arange(2, 6) * omega * len(x) / FULL_TURN).astype(int) - 1
    around = [power[max(h - 1, 0) : h + 2].max() for h in harmonics if h < len(power)]
    limit = power.mean() * np.array([np.log(len(power)) + 10, 9.0 + np.log(12)])
    return bool(power.max() < limit[0] and max(around, default=0.0) < limit[1])


def _alike(found: Sequence[_Sinusoid], rows: int) -> Iterator[list[_Sinusoid]]:
    """Sinusoids whose phases differ by less than a tenth of a radian over the recording, with their mean frequency."""
    rest = sorted(found, key=lambda s: s.omega)
    while rest:
        group = [s for s in rest if (s.omega - rest[0].omega) * rows < 0.1 + rows * _error(s, rest[0], rows)]
        weights = np.array([(s.amplitude / (s.noise + EXACT * s.amplitude)) ** 2 for s in group])
        omega = float(np.average([s.omega for s in group], weights=weights))
        yield [s._replace(omega=omega, phase=s.phase + (omega - s.omega) * -rows / 2) for s in group]
        rest = rest[len(group) :]


def _error(one: _Sinusoid, other: _Sinusoid, rows: int) -> float:
    """Five standard errors of the difference of two frequencies."""
    return float(5 * np.sqrt(24 / rows**3 * sum((s.noise / s.amplitude) ** 2 for s in (one, other))))


def _following(series: Series, group: Sequence[_Sinusoid]) -> Iterator[Wave]:
    first = min(group, key=lambda s: s.column)
    for s in sorted(group, key=lambda s: s.column):
        shift = (s.phase - first.phase) / FULL_TURN
        wave = Wave(series.channels[s.column], FULL_TURN / s.omega, center=s.center, amplitude=s.amplitude)
        yield replace(wave, shift=float(shift - np.round(shift)))

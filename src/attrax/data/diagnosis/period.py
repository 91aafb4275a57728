"""Period: the number of rows after which a recording is most similar to itself."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

CLEAR = 0.3
NEARLY = 0.6
FEWEST_PERIODS = 3


@dataclass(frozen=True)
class Period:
    """The period of a channel.

    Attributes:
        rows: Number of rows in a period.
        strength: The autocorrelation at that delay: 1 for a periodic signal, 0 for noise.
    """

    rows: float
    strength: float


def dominant_period(x: Float[np.ndarray, "time obs"]) -> Period | None:
    """The first peak of the autocorrelations that is at least 0.6 times as high as the highest peak of all channels.

    Peaks before the first zero do not count, and neither do periods longer than a third of the recording.

    Args:
        x: Standardised channels.

    Returns: The period; None if no channel has a peak above 0.3.
    Cost: Two Fourier transforms for each channel.

    Example:
        >>> round(dominant_period(np.sin(2 * np.pi * np.arange(1000)[:, None] / 40)).rows, 1)
        40.0
    """
    longest = len(x) // FEWEST_PERIODS
    if longest < 3:
        return None
    peaks = [peak for column in x.T for peak in _peaks(autocorrelation(column, longest))]
    highest = max((peak.strength for peak in peaks), default=0.0)
    if highest < CLEAR:
        return None
    return min((peak for peak in peaks if peak.strength >= NEARLY * highest), key=lambda peak: peak.rows)


def autocorrelation(x: Float[np.ndarray, " time"], longest: int) -> Float[np.ndarray, " lag"]:
    """Autocorrelation of a standardised channel at the lags 0 to `longest`, each a mean over all pairs of rows."""
    n = len(x)
    size = 1 << (2 * n - 1).bit_length()
    products = np.fft.irfft(np.abs(np.fft.rfft(x, size)) ** 2, size)[: longest + 1]
    return products / np.arange(n, n - longest - 1, -1)


def _peaks(r: Float[np.ndarray, " lag"]) -> list[Period]:
    """Peaks after the first zero, each at the maximum of the parabola through it and its neighbours."""
    negative = np.flatnonzero(r < 0)
    if len(negative) == 0:
        return []
    lags = np.arange(max(negative[0], 1), len(r) - 1)
    before, at, after = r[lags - 1], r[lags], r[lags + 1]
    top = (at >= before) & (at > after) & (at >= NEARLY * CLEAR)
    shift = 0.5 * (before[top] - after[top]) / (before[top] - 2 * at[top] + after[top])
    return [Period(*map(float, peak)) for peak in zip(lags[top] + shift, at[top], strict=True)]

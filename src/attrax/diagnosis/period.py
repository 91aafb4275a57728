"""Period: the number of rows after which a recording is most similar to itself."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.diagnosis.cycle_count import around_trend, count_cycles, running_mean

CLEAR = 0.3
NEARLY = 0.6
FEWEST_PERIODS = 3
SMOOTHED = 2
LOUDEST = 8


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

    Peaks before the first zero do not count, and neither do periods longer than a third of the recording. Where no
    channel has a peak above 0.3, the same is done for the channels without their trend, and then for their activity:
    how much they change, smoothed over half a cycle. The activity of an ECG, for example, has one pulse for each beat.
    Its autocorrelation has a peak even if beats are irregular; that of the narrow spikes themselves has none.

    Args:
        x: Standardised channels.

    Returns: The period; None if no channel has a peak above 0.3.
    Cost: Two Fourier transforms for each channel, three times if there is no period.

    Example:
        >>> round(dominant_period(np.sin(2 * np.pi * np.arange(1000)[:, None] / 40)).rows, 1)
        40.0
    """
    for shown in (lambda column: column, around_trend, _activity):
        peaks = [peak for column in x.T for peak in _peaks(shown(column))]
        highest = max((peak.strength for peak in peaks), default=0.0)
        if highest >= CLEAR:
            return min((peak for peak in peaks if peak.strength >= NEARLY * highest), key=lambda peak: peak.rows)
    return None


def autocorrelation(x: Float[np.ndarray, " time"], longest: int) -> Float[np.ndarray, " lag"]:
    """Autocorrelation of a standardised channel at the lags 0 to `longest`, each a mean over all pairs of rows."""
    n = len(x)
    size = 1 << (2 * n - 1).bit_length()
    products = np.fft.irfft(np.abs(np.fft.rfft(x, size)) ** 2, size)[: longest + 1]
    return products / np.arange(n, n - longest - 1, -1)


def _activity(x: Float[np.ndarray, " time"]) -> Float[np.ndarray, " change"]:
    """How much a channel changes from row to row, smoothed over half a cycle; hardly anything for few cycles."""
    cycles = count_cycles(x)
    if cycles < FEWEST_PERIODS:
        return x[:1]
    change = np.abs(np.diff(x))
    # A single artefact must not outweigh all pulses.
    change = np.minimum(change, LOUDEST * change.mean())
    return running_mean(change, max(len(x) // (SMOOTHED * cycles), 1))


def _peaks(x: Float[np.ndarray, " time"]) -> list[Period]:
    """Peaks of the autocorrelation after its first zero, each the maximum of a parabola through three lags."""
    longest = len(x) // FEWEST_PERIODS
    if longest < 3 or x.std() == 0:
        return []
    r = autocorrelation((x - x.mean()) / x.std(), longest)
    negative = np.flatnonzero(r < 0)
    if len(negative) == 0:
        return []
    lags = np.arange(max(negative[0], 1), len(r) - 1)
    before, at, after = r[lags - 1], r[lags], r[lags + 1]
    top = (at >= before) & (at > after) & (at >= NEARLY * CLEAR)
    shift = 0.5 * (before[top] - after[top]) / (before[top] - 2 * at[top] + after[top])
    return [Period(*map(float, peak)) for peak in zip(lags[top] + shift, np.minimum(at[top], 1.0), strict=True)]

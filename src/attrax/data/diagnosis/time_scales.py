"""Time scales: how fast the fastest events of a recording are, and how slowly it repeats itself."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.data.diagnosis.cycle_count import running_mean
from attrax.data.diagnosis.period import autocorrelation, dominant_period

FAR_APART = 8
QUIET = 0.5
DECORRELATED = np.exp(-1)
FEWEST_ROWS = 30
NOISY = 0.1
BUSY_SHARE = 0.9


@dataclass(frozen=True)
class TimeScales:
    r"""The fast and the slow time scale of a recording, in rows; the two are equal for a sine.

    Attributes:
        fast: $2\pi$ times the lag at which the increments of the fastest channel are decorrelated: the length of a
            full turn as fast as its fastest events.
        slow: The dominant period; without one, $2\pi$ times the lag at which the slowest channel is decorrelated.
        busy: Share of the rows in which nine tenths of the squared change happens, in the channel where it is least.
    """

    fast: float
    slow: float
    busy: float

    @property
    def ratio(self) -> float:
        """How far the scales are apart."""
        return self.slow / self.fast

    @property
    def far_apart(self) -> bool:
        """Whether short events are rare: spikes, bursts, beats, jumps."""
        return self.ratio > FAR_APART and self.busy < QUIET

    @property
    def sentence(self) -> str:
        """Both scales in words; empty if they are not far apart."""
        if not self.far_apart:
            return ""
        return (
            f"time scales far apart: events of about {self.fast:.3g} rows, about {self.slow:,.3g} rows from one to the "
            f"next; {self.busy:.0%} of the rows hold {BUSY_SHARE:.0%} of the change"
        )


def time_scales(x: Float[np.ndarray, "time obs"]) -> TimeScales:
    """The fast and the slow time scale of a recording.

    Args:
        x: Standardised channels, evenly sampled.

    Returns: The scales; both are one row for recordings of fewer than thirty rows.
    Cost: A few Fourier transforms for each channel.

    Example:
        >>> scales = time_scales(np.sqrt(2) * np.sin(np.arange(2000)[:, None] * 2 * np.pi / 100))
        >>> round(scales.slow), 0.8 < scales.ratio < 1.2, scales.sentence
        (100, True, '')
    """
    if len(x) < FEWEST_ROWS or x.shape[1] == 0:
        return TimeScales(1.0, 1.0, 1.0)
    fast = min(2 * np.pi * _decorrelation(_without_noise(_products(np.diff(column)))) for column in x.T)
    period = dominant_period(x)
    longest = len(x) // 3
    slow = period.rows if period else max(2 * np.pi * _decorrelation(autocorrelation(c, longest)) for c in x.T)
    busy = min(_busy(event_activity(column, round(fast))) for column in x.T)
    return TimeScales(float(fast), float(max(slow, fast)), busy)


def event_activity(x: Float[np.ndarray, " time"], rows: int) -> Float[np.ndarray, " time"]:
    """Mean squared change around each row, over `rows` rows: large in events, small between them.

    Use it to weight the rows or windows of a recording with rare events; its mean over all rows is the mean square of
    the increments.
    """
    change = np.diff(x, append=x[-1:]) ** 2
    return np.maximum(running_mean(change, rows), 0.0)


def _products(x: Float[np.ndarray, " time"]) -> Float[np.ndarray, " lag"]:
    scale = x.std()
    return autocorrelation((x - x.mean()) / scale, len(x) // 3) if scale > 0 else np.ones(1)


def _without_noise(r: Float[np.ndarray, " lag"]) -> Float[np.ndarray, " lag"]:
    """Autocorrelations of increments without the share of white noise, which is in the lags 0 and 1 alone.

    The value at 0 follows from a parabola through the lags 2 and 3.
    """
    if len(r) < 4 or r[1] > DECORRELATED or r[2] <= NOISY:
        return r
    at_zero = r[2] + 4 * max(r[2] - r[3], 0.0) / 5
    return np.concatenate([[1.0, (1 + r[2] / at_zero) / 2], r[2:] / at_zero])


def _decorrelation(r: Float[np.ndarray, " lag"]) -> float:
    """The lag at which an autocorrelation falls below 1/e, between rows; its length if it never does."""
    below = np.flatnonzero(r < DECORRELATED)
    if not len(below):
        return float(len(r))
    k = int(below[0])
    return k - 1 + float((r[k - 1] - DECORRELATED) / (r[k - 1] - r[k]))


def _busy(activity: Float[np.ndarray, " time"]) -> float:
    """Share of the rows that hold nine tenths of the activity."""
    total = activity.sum()
    if total <= 0:
        return 1.0
    held = np.cumsum(np.sort(activity)[::-1])
    return float(np.searchsorted(held, BUSY_SHARE * total) + 1) / len(activity)

"""Time scales: how fast the fastest events of a recording are, and how slowly it repeats itself."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text, share_text
from attrax.data.clock.durations import worded
from attrax.diagnosis.cycle_count import running_mean
from attrax.diagnosis.period import Period, autocorrelation, dominant_period

FAR_APART = 8
QUIET = 0.5
DECORRELATED = np.exp(-1)
FEWEST_ROWS = 30
NOISY = 0.03
NOISE_ALONE = 0.3
BUSY_SHARE = 0.9


@dataclass(frozen=True)
class TimeScales:
    r"""The fast and the slow time scale of a recording, in rows; the two are equal for a sine.

    Attributes:
        fast: $2\pi$ times the lag at which the increments of the fastest channel are decorrelated: the length of a
            full turn as fast as its fastest events.
        slow: The dominant period of the channels or of their activity, whichever is longer; without one, $2\pi$ times
            the lag at which the slowest channel is decorrelated.
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

    def sentence(self, dt: float = 1.0, unit: str = "") -> str:
        """Both scales in words, in time if the time step has a unit, else in rows; empty if they are not far apart."""
        if not self.far_apart:
            return ""
        fast, slow = (worded(n * dt, unit) if unit else f"{number_text(n)} rows" for n in (self.fast, self.slow))
        return (
            f"time scales far apart: events of about {fast}, about {slow} from one to the next; "
            f"{share_text(self.busy)} of the rows hold {share_text(BUSY_SHARE)} of the change"
        )


def time_scales(x: Float[np.ndarray, "time obs"], period: Period | None) -> TimeScales:
    """The fast and the slow time scale of a recording.

    Args:
        x: Standardised channels, evenly sampled.
        period: Their dominant period; None if there is none.

    Returns: The scales; both are one row for recordings of fewer than thirty rows.
    Cost: A few Fourier transforms for each channel.

    Example:
        >>> wave = np.sqrt(2) * np.sin(np.arange(2000)[:, None] * 2 * np.pi / 100)
        >>> scales = time_scales(wave, dominant_period(wave))
        >>> 90 < scales.slow < 130, 0.8 < scales.ratio < 1.2, scales.sentence()
        (True, True, '')
    """
    if len(x) < FEWEST_ROWS or x.shape[1] == 0:
        return TimeScales(1.0, 1.0, 1.0)
    fast = min(map(_fast, x.T))
    activity = np.stack([event_activity(column, round(fast)) for column in x.T], axis=1)
    # Waves within a burst hide the interval between bursts, which their activity shows.
    periods = [found.rows for found in (period, dominant_period(activity)) if found is not None]
    longest = len(x) // 3
    slow = max(periods or [2 * np.pi * _decorrelation(autocorrelation(column, longest)) for column in x.T])
    return TimeScales(fast, float(max(slow, fast)), min(map(_busy, activity.T)))


def event_activity(x: Float[np.ndarray, " time"], rows: int) -> Float[np.ndarray, " time"]:
    """Mean squared change around each row, over `rows` rows: large in events, small between them.

    Use it to weight the rows or windows of a recording with rare events; its mean over all rows is the mean square of
    the increments.
    """
    change = np.diff(x, append=x[-1:]) ** 2
    return np.maximum(running_mean(change, rows), 0.0)


def _fast(x: Float[np.ndarray, " time"]) -> float:
    r"""$2\pi$ times the lag at which the increments are decorrelated; a third of the rows if they are noise alone.

    White noise changes the autocorrelation of increments at the lags 0 and 1 alone. Where it is seen, the value at 0
    follows from a parabola through the lags 2 and 3.
    """
    change = np.diff(x)
    r = autocorrelation((change - change.mean()) / change.std(), len(x) // 3) if change.std() > 0 else np.ones(4)
    if r[1] > DECORRELATED:
        return 2 * np.pi * _decorrelation(r)
    if r[1] < -NOISE_ALONE and r[2] < NOISY:
        return len(x) / 3
    if r[2] >= NOISY:
        at_zero = r[2] + 4 * max(r[2] - r[3], 0.0) / 5
        r = np.concatenate([[1.0, (1 + r[2] / at_zero) / 2], r[2:] / at_zero])
    return 2 * np.pi * _decorrelation(r)


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

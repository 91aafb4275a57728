"""Slow baseline: a channel whose level changes much more slowly than its cycles, as in an ECG with loose electrodes."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.diagnosis.period import Period

PERIODS = 8
"""What is slower than eight dominant periods counts as slow."""
ADVISED_PERIODS = 4
LEAST_SHARE = 0.3
LEAST_KEPT = 0.75
"""Noise and irregular motion are as strong at all low frequencies: half of what is slower than four periods is slower
than eight. For a slow baseline, most of it is."""
FEWEST_PERIODS = 4 * PERIODS
MOST_CHANNELS = 16


@dataclass(frozen=True)
class SlowBaseline:
    """A channel with a slow baseline.

    Attributes:
        channel: Its name.
        share: Share of its variance that is slower than eight dominant periods.
        rows: The period in rows for a high-pass filter: four dominant periods.
    """

    channel: str
    share: float
    rows: float


def slow_baselines(
    x: Float[np.ndarray, "time moving"], names: tuple[str, ...], period: Period | None
) -> tuple[SlowBaseline, ...]:
    """The channels, of the first sixteen, of which at least 30 % of the variance is a slow baseline.

    A straight line is no baseline: it is a trend.

    Args:
        x: Standardised channels, consecutive rows.
        names: Names of the channels.
        period: The dominant period of the channels; None if there is none.

    Returns: The baselines; none without a dominant period, or for fewer than 32 of them.
    """
    x = x[:, :MOST_CHANNELS]
    if period is None or len(x) < FEWEST_PERIODS * period.rows:
        return ()
    t = np.linspace(-1.0, 1.0, len(x))[:, None]
    level = x - x.mean(axis=0) - t * (t * x).mean(axis=0) / (t**2).mean()
    some, most = (_slow_variance(level, k * period.rows) for k in (ADVISED_PERIODS, PERIODS))
    slow = (most >= LEAST_SHARE * x.var(axis=0)) & (most >= LEAST_KEPT * some)
    shares = most / x.var(axis=0)
    rows = ADVISED_PERIODS * period.rows
    return tuple(SlowBaseline(names[k], float(shares[k]), rows) for k in np.flatnonzero(slow))


def _slow_variance(x: Float[np.ndarray, "time moving"], rows: float) -> Float[np.ndarray, " moving"]:
    """Variance of the slow part that the high-pass filter with that period in rows would remove."""
    n = len(x)
    passed = 1 / (1 + (rows * np.fft.rfftfreq(n)[1:, None]) ** 4)
    return 2 * np.sum((passed * np.abs(np.fft.rfft(x, axis=0)[1:]) / n) ** 2, axis=0)

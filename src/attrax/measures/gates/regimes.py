"""Regimes: whether training and test recording behave alike, so that a model of one can be judged by the other."""

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text, share_text
from attrax.measures.gates.compared import Compared
from attrax.measures.gates.long_run_average import UNLIKELY, averages
from attrax.measures.gates.stationarity import level_spread_speed

LEVEL, SHARE = 0.3, 0.3
"""Differences that do not count: of the mean in standard deviations, of the variance and of the speed in shares."""


def regimes(
    train: Float[np.ndarray, "time obs"],
    test: Float[np.ndarray, "n obs"],
    lags: tuple[int, ...],
    channels: tuple[str, ...],
    unlikely: float = UNLIKELY,
) -> str:
    """The largest difference between two recordings that chance does not explain, as a sentence; empty if none.

    Mean, variance and speed of the test recording are tested as if it were a free run.

    Args:
        train: The training recording, without gaps.
        test: The test recording.
        lags: Parts of the decorrelation time, in rows.
        channels: Names of the channels.
        unlikely: Probability with which two recordings of one regime are told apart by chance. The default limits a
            verdict; a larger one is right where a difference is only mentioned.
    """
    compared = Compared((train,), (test,), (test,), train, lags, channels)
    found, n = averages(compared, level_spread_speed(compared.quarter)), len(compared.names)
    size = np.concatenate([np.ones(2 * n), found.recorded[2 * n :]])
    tolerance = np.concatenate([np.full(n, LEVEL), np.full(2 * n, SHARE)]) * size
    off = found.differs(tolerance, unlikely)
    if not off.any():
        return ""
    change = (found.simulated - found.recorded) / np.maximum(size, 1e-12)
    i = int(np.argmax(np.where(off, np.abs(change), -1)))
    what = ("mean", "variance", "speed")[i // n]
    amount = f"{number_text(abs(change[i]))} standard deviations" if i < n else share_text(abs(change[i]))
    return (
        f"training and test recording are of different regimes: the {what} of {compared.names[i % n]} is {amount} "
        f"{'higher' if change[i] > 0 else 'lower'} in the test recording"
    )

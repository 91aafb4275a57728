"""Decorrelation time: after how many rows a recording has lost most of its memory."""

import numpy as np
from jaxtyping import Float

_FEWEST_TIMES = 8


def decorrelation_time(x: Float[np.ndarray, "time obs"]) -> int:
    r"""The first lag at which the autocorrelation of a channel is below $1/e$, in rows; the median over channels.

    The median, because one slow or noisy channel says little about the others. For an oscillation it is about a fifth
    of a period. It is at least 1 and at most an eighth of the recording.

    Args:
        x: A recording without missing values.

    Cost: Two Fourier transforms for each channel.

    Example:
        >>> decorrelation_time(np.sin(np.arange(1_000)[:, None] * 2 * np.pi / 100))
        20
    """
    n = len(x)
    covariance = autocovariance(x, n // _FEWEST_TIMES + 1)
    forgotten = covariance <= np.exp(-1.0) * covariance[0]
    first = np.where(forgotten.any(axis=0), forgotten.argmax(axis=0), n // _FEWEST_TIMES)
    return int(np.clip(np.median(first), 1, max(1, n // _FEWEST_TIMES)))


def autocovariance(x: Float[np.ndarray, "time obs"], longest: int) -> Float[np.ndarray, "lag obs"]:
    r"""The sums $\sum_t (x_t - \bar x)(x_{t+k} - \bar x)$ of each channel, for the lags k from 0 to `longest`.

    Args:
        x: A recording without missing values.
        longest: The largest lag in rows.
    """
    n = len(x)
    power = np.abs(np.fft.rfft(x - x.mean(axis=0), 2 * n, axis=0)) ** 2
    return np.fft.irfft(power, axis=0)[: longest + 1]

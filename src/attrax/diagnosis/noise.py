"""Noise: an upper bound of the measurement noise in a recording."""

from math import comb

import numpy as np
from jaxtyping import Float

ORDERS = range(1, 7)


def difference_noise(x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, " obs"]:
    r"""An upper bound of the standard deviation of white noise, in standard deviations, for each channel.

    $$\hat\sigma^2 = \min_p \; \overline{(\Delta^p x)^2} \Big/ \binom{2p}{p}$$

    The $p$-th difference of white noise has $\binom{2p}{p}$ times its variance; that of a smooth signal is small, and
    can only increase the result. For maps, and for flows with a large time step, the bound is much too high.

    Args:
        x: Standardised channels.

    Example:
        >>> rng = np.random.default_rng(0)
        >>> x = np.sin(np.arange(10_000) / 20)[:, None] + 0.05 * rng.normal(size=(10_000, 1))
        >>> difference_noise(x).round(2)
        array([0.05])
    """
    bounds, difference = [np.ones(x.shape[1])], x
    for p in ORDERS:
        difference = np.diff(difference, axis=0)
        if len(difference):
            bounds.append((difference**2).mean(axis=0) / comb(2 * p, p))
    return np.sqrt(np.min(bounds, axis=0))

"""Time averages along an orbit, and their standard errors.

The plain mean of a quantity that oscillates converges like $1/n$, because the last period is incomplete. Weights that
rise smoothly from 0 and fall smoothly back to 0 remove this error: for periodic and quasi-periodic orbits the weighted
mean converges faster than any power of $n$ (Das et al. 2017); for chaotic orbits its standard error is a few percent
larger.
"""

import numpy as np
from jaxtyping import Float

# Share of the orbit on which the weights rise, and again on which they fall.
_EDGE = 0.1
_BLOCKS = 32


def weights(n: int) -> Float[np.ndarray, " n"]:
    r"""Weights that sum to 1, constant in the middle and falling to 0 at both ends with all derivatives.

    On the first tenth, with $u \in (0, 1)$ the position in it, $w \propto 1 / (1 + e^{1/u - 1/(1 - u)})$; the last
    tenth is its mirror image.

    Args:
        n: Number of weights.

    Example:
        >>> w = weights(1000)
        >>> bool(w[0] < 1e-9 * w[500]), round(float(w.sum()), 12)
        (True, 1.0)
    """
    position = (np.arange(n) + 0.5) / n
    edge = np.minimum(position, 1 - position) / _EDGE
    u = np.clip(edge, 2e-3, 1 - 2e-3)
    w = np.where(edge < 1, 1 / (1 + np.exp(np.clip(1 / u - 1 / (1 - u), -500, 500))), 1.0)
    return w / w.sum()


def orbit_mean(values: Float[np.ndarray, "*start n axis"]) -> Float[np.ndarray, "*start axis"]:
    r"""The smoothly weighted mean over time, $\sum_t w_t v_t$.

    Args:
        values: The values $v_t$; time is the second last axis.

    Returns:
        The means; minus infinity where a value is minus infinity.

    Example:
        >>> t = np.arange(2000.0)[:, None]
        >>> bool(abs(orbit_mean(np.cos(0.5 * t))[0]) < 1e-8 < abs(np.cos(0.5 * t).mean()))
        True

    References:
        Das, Saiki, Sander & Yorke, Quantitative quasiperiodicity, Nonlinearity 2017 [@das2017].
    """
    lost = np.isneginf(values)
    mean = np.einsum("n,...na->...a", weights(values.shape[-2]), np.where(lost, 0.0, values))
    return np.where(lost.any(axis=-2), -np.inf, mean)


def orbit_mean_error(values: Float[np.ndarray, "start n axis"]) -> Float[np.ndarray, " axis"]:
    r"""Standard error of `orbit_mean`, averaged over the orbits, by the block bootstrap.

    The block bootstrap draws $b$ blocks of consecutive values with replacement. For a mean, the variance over
    infinitely many draws is $\frac{1}{b - 1} \operatorname{Var}(m_j)$ with $m_j$ the means of all blocks, so nothing is
    drawn here. The length of a block is chosen so that there are $b = 32$ blocks, but no block is longer than an orbit:
    for 32 or more orbits, the blocks are the orbits. Neighboring blocks overlap by three quarters. A block must be
    longer than the correlation time of the values. The smooth weights enlarge the variance by the factor $n \sum_t
    w_t^2$, about 1.08.

    Args:
        values: The values, at most one orbit a row.

    Returns:
        The standard errors; NaN where a value is minus infinity, or for fewer than 64 values in all.

    References:
        Künsch, The jackknife and the bootstrap for general stationary observations, The Annals of Statistics 1989
        [@kunsch1989].
    """
    starts, n, _ = values.shape
    length = min(n, starts * n // _BLOCKS)
    if length < 2:
        return np.full(values.shape[-1], np.nan)
    lost = np.isneginf(values).any(axis=(0, 1))
    total = np.cumsum(np.where(np.isneginf(values), 0.0, values), axis=1)
    total = np.concatenate([np.zeros_like(total[:, :1]), total], axis=1)
    first = np.arange(0, n - length + 1, max(length // 4, 1))
    means = (total[:, first + length] - total[:, first]) / length
    variance = means.var(axis=(0, 1)) / (starts * n / length - 1)
    return np.where(lost, np.nan, np.sqrt(variance * n * np.sum(weights(n) ** 2)))

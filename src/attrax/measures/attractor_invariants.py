"""Invariants of an attractor, estimated from a recording: its correlation dimension and its largest Lyapunov exponent.

Estimates from finite data are biased. To compare a simulation with a recording, use the difference between the
estimates for both.
"""

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

MOST_STATES = 2_000
"""Largest number of states from which the dimension is estimated."""
NEAREST, FARTHEST = 0.002, 0.1
"""The dimension is estimated from the distances between these two quantiles of all distances."""


def correlation_dimension(x: Float[np.ndarray, "time obs"]) -> float:
    r"""Estimate the correlation dimension $d$: how fast the number of pairs of states grows with their distance.

    $C(r) \propto r^{d}$ with $C(r)$ the share of pairs with a distance below $r$. The maximum-likelihood estimate uses
    distances up to their 0.1-quantile. Pairs below the 0.002-quantile, where noise and rounding dominate, only count as
    nearer than that. At most 2,000 states are used, evenly spread over the recording.

    Args:
        x: States, or delay coordinates of one channel. The units matter: standardize channels of different kinds.

    Returns:
        The dimension; NaN if all states are equal.

    Cost: All pairs of 2,000 states; half a second.

    Example:
        >>> t = np.random.default_rng(0).uniform(0, 2 * np.pi, 2_000)
        >>> round(correlation_dimension(np.stack([np.cos(t), np.sin(t)], axis=1)), 1)
        1.0

    References:
        Grassberger & Procaccia, Measuring the strangeness of strange attractors, Physica D 1983 [@grassberger1983].
        Takens, On the numerical determination of the dimension of an attractor, in Dynamical Systems and Bifurcations,
        Springer 1985 [@takens1985].
    """
    states = x[:: -(-len(x) // MOST_STATES)]
    squared = np.maximum(_squared_distances(states)[np.triu_indices(len(states), 1)], 0.0)
    low, high = np.sqrt(np.quantile(squared, [NEAREST, FARTHEST]))
    if not 0 < low < high:
        return np.nan
    within = np.sqrt(squared[(squared > low**2) & (squared <= high**2)])
    nearer = np.count_nonzero(squared <= low**2)
    return float(len(within) / (np.log(high / within).sum() + nearer * np.log(high / low)))


def largest_lyapunov_exponent(x: Float[np.ndarray, "time obs"], rows: int, apart: int) -> float:
    r"""Estimate the largest Lyapunov exponent, the mean exponential rate per row at which close states move apart.

    The slope of $\langle \log |x_{i+k} - x_{j(i)+k}| \rangle_i$ over $k$ = 0, 1, ... `rows`, with $j(i)$ the nearest
    neighbor of state $i$ among the states that are at least `apart` rows away in time.

    Args:
        x: States.
        rows: Number of rows over which the slope is measured; about a Lyapunov time.
        apart: Smallest distance of neighbors in time, in rows; about a period.

    Returns:
        The exponent; NaN if the recording is too short or no state has a neighbor.

    Cost: A search for nearest neighbors; a tenth of a second for 3,000 rows.

    Example:
        >>> x = [0.3]
        >>> for _ in range(3_000):
        ...     x.append(1 - abs(1 - 1.99999 * x[-1]))
        >>> bool(abs(largest_lyapunov_exponent(np.array(x)[:, None], 5, 10) - np.log(2)) < 0.1)
        True

    References:
        Rosenstein, Collins & De Luca, A practical method for calculating largest Lyapunov exponents from small data
        sets, Physica D 1993 [@rosenstein1993].
    """
    last = len(x) - rows
    if last <= 2 * apart:
        return np.nan
    tree = KDTree(x[:last])
    distances, neighbors = map(np.asarray, tree.query(x[:last], k=min(2 * apart + 2, last)))
    valid = (np.abs(neighbors - np.arange(last)[:, None]) > apart) & (distances > 0)
    found = valid.any(axis=1)
    if not found.any():
        return np.nan
    i = np.flatnonzero(found)
    j = neighbors[i, valid[i].argmax(axis=1)]
    steps = np.arange(rows + 1)
    gaps = np.linalg.norm(x[i[:, None] + steps] - x[j[:, None] + steps], axis=2)
    return float(np.polyfit(steps, np.log(np.maximum(gaps, 1e-12)).mean(axis=0), 1)[0])


def _squared_distances(x: Float[np.ndarray, "state obs"]) -> Float[np.ndarray, "state state"]:
    size = (x**2).sum(axis=1)
    return size[:, None] + size[None] - 2 * x @ x.T

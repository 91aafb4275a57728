r"""Invariants of an attractor, estimated from a recording of it: how many dimensions it has, how fast orbits part.

Estimates from finite data are biased. What compares a simulation with a recording is the difference between the same
estimate of both.
"""

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

MOST_STATES = 2_000
NEAREST, FARTHEST = 0.002, 0.1
"""Shares of all pairs of states between whose distances the dimension is read."""


def correlation_dimension(x: Float[np.ndarray, "time obs"]) -> float:
    r"""How fast the number of pairs of states grows with their distance, $C(r) \propto r^{d}$.

    The maximum-likelihood estimate of the power law up to a quantile of all distances; below a smaller one, where noise
    and rounding rule, pairs only count as nearer. Of at most 2,000 states, evenly spread over the recording. NaN if the
    states do not differ.

    Args:
        x: States, or delays of a channel; their units matter, so standardise channels of different kinds.

    Cost: All pairs of 2,000 states; half a second.

    Example:
        >>> t = np.random.default_rng(0).uniform(0, 2 * np.pi, 2_000)
        >>> round(correlation_dimension(np.stack([np.cos(t), np.sin(t)], axis=1)), 1)
        1.0

    References: [@grassberger1983], [@takens1985].
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
    r"""The mean rate at which neighbouring states part, per row: an estimate of the largest Lyapunov exponent.

    The slope of $\langle \log |x_{i+k} - x_{j(i)+k}| \rangle_i$ over $k$, with j(i) the nearest neighbour of i
    that is not near it in time. NaN if the states do not differ.

    Args:
        x: States.
        rows: Rows over which the slope is taken; about a Lyapunov time.
        apart: Rows by which neighbours must differ in time; about a cycle.

    Cost: A nearest-neighbour search; a tenth of a second for 3,000 rows.

    Example:
        >>> x = [0.3]
        >>> for _ in range(3_000):
        ...     x.append(1 - abs(1 - 1.99999 * x[-1]))
        >>> bool(abs(largest_lyapunov_exponent(np.array(x)[:, None], 5, 10) - np.log(2)) < 0.1)
        True

    References: [@rosenstein1993].
    """
    last = len(x) - rows
    if last <= 2 * apart:
        return np.nan
    tree = KDTree(x[:last])
    distances, neighbours = map(np.asarray, tree.query(x[:last], k=min(2 * apart + 2, last)))
    valid = (np.abs(neighbours - np.arange(last)[:, None]) > apart) & (distances > 0)
    found = valid.any(axis=1)
    if not found.any():
        return np.nan
    i = np.flatnonzero(found)
    j = neighbours[i, valid[i].argmax(axis=1)]
    steps = np.arange(rows + 1)
    gaps = np.linalg.norm(x[i[:, None] + steps] - x[j[:, None] + steps], axis=2)
    return float(np.polyfit(steps, np.log(np.maximum(gaps, 1e-12)).mean(axis=0), 1)[0])


def _squared_distances(x: Float[np.ndarray, "state obs"]) -> Float[np.ndarray, "state state"]:
    size = (x**2).sum(axis=1)
    return size[:, None] + size[None] - 2 * x @ x.T

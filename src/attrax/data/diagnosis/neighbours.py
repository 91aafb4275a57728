"""Nearest neighbours of states: Cao's method, and local predictions.

Distances are maximum norms, so that distances with one more delayed copy follow from those with one less.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

STATES = 1_200
LARGEST = 9
ASKED = 400
NEIGHBOURS = 30
NOISE_FLOOR = 3


class Cao(NamedTuple):
    r"""How the distance of nearest neighbours grows with one more delayed copy [@cao1997].

    Attributes:
        e1: $E_1(m) = E(m+1)/E(m)$ with $E(m)$ the mean factor by which the distance of nearest neighbours grows when an
            $(m+1)$-th copy is added, $m = 1, 2, \dots$ It stops changing, near 1, once $m$ copies are enough.
        e2: $E_2(m) = E^*(m+1)/E^*(m)$ with $E^*(m)$ the mean distance in the added copy alone. It is 1 for every $m$ if
            the future does not depend on the past.
    """

    e1: Float[np.ndarray, " m"]
    e2: Float[np.ndarray, " m"]


def cao(x: Float[np.ndarray, "time obs"], lag: int, apart: int, noise: float = 0.0, largest: int = LARGEST) -> Cao:
    """Cao's two curves for delay copies of one channel, or of several at once.

    Args:
        x: Standardised channels.
        lag: Rows between copies.
        apart: Neighbours fewer rows apart do not count: they are near because little time has passed.
        noise: Standard deviation of the noise. Smaller distances than three times the noise are replaced by this value,
            since they are random and would make noise look like further dimensions.
        largest: Largest number of copies that is tried.

    Cost: All distances between 1,200 states, once for each copy.

    References: [@cao1997], [@cao1998].
    """
    at = _spread(len(x) - (largest + 1) * lag, STATES)
    distance = np.where(abs(at[:, None] - at) > apart, _parted(x, at, 0), np.inf)
    growth, parted = [], []
    for copies in range(1, largest + 2):
        added = _parted(x, at, copies * lag)
        nearest = distance.argmin(axis=1)
        near, new = (table[np.arange(len(at)), nearest] for table in (distance, added))
        blurred = np.maximum(near, NOISE_FLOOR * noise)
        usable = (blurred > 0) & np.isfinite(near)
        growth.append((np.maximum(blurred, new)[usable] / blurred[usable]).mean() if usable.any() else np.nan)
        parted.append(new[usable].mean() if usable.any() else np.nan)
        np.maximum(distance, added, out=distance)
    e, e_star = np.array(growth), np.array(parted)
    return Cao(e[1:] / e[:-1], e_star[1:] / e_star[:-1])


def prediction_error(z: Float[np.ndarray, "time state"], x: Float[np.ndarray, "time obs"], apart: int) -> np.ndarray:
    """Root mean square error of predictions of the next row by local affine maps, for each channel.

    For each of 400 states, an affine map is fitted to its 30 nearest neighbours among 1,200 states. Since the predicted
    rows contain measurement noise, the error is an upper bound of that noise.

    Args:
        z: States: the channels themselves or a delay embedding, in standard deviations.
        x: The rows that are predicted, at the same times.
        apart: Neighbours fewer rows apart do not count.
    """
    rows = _spread(min(len(z), len(x) - 1), STATES)
    asked = rows[:: len(rows) // ASKED or 1]
    distance = np.max(np.abs(z[asked][:, None] - z[rows]), axis=2, initial=0.0)
    distance[abs(asked[:, None] - rows) <= apart] = np.inf
    k = min(NEIGHBOURS, len(rows) - 1)
    near = rows[np.argpartition(distance, k, axis=1)[:, :k]]
    ones = np.ones((len(asked), k, 1))
    design = np.concatenate([z[near] - z[asked][:, None], ones], axis=2)
    gram = design.mT @ design + 1e-9 * np.eye(design.shape[2])
    map_ = np.linalg.solve(gram, design.mT @ x[near + 1])
    # In coordinates relative to the state, the prediction is the constant of the map.
    return np.sqrt(np.mean((map_[:, -1] - x[asked + 1]) ** 2, axis=0))


def _parted(x: Float[np.ndarray, "time obs"], at: Int[np.ndarray, " state"], lag: int) -> np.ndarray:
    """Distances of all pairs of states in the copy that is `lag` rows later."""
    there = x[at + lag]
    distance = np.abs(there[:, None, 0] - there[:, 0])
    for k in range(1, x.shape[1]):
        np.maximum(distance, np.abs(there[:, None, k] - there[:, k]), out=distance)
    return distance


def _spread(n: int, states: int) -> Int[np.ndarray, " state"]:
    """At most `states` row numbers, evenly spread over `n` rows."""
    return np.unique(np.linspace(0, n - 1, min(n, states)).astype(int))

"""How neighboring states of a recording move apart: their mean logarithmic distance, row by row."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.interpolate import CubicSpline
from scipy.spatial import KDTree

from attrax.measures.invariant_estimate import BLOCKS

REFERENCES = 2_000
"""Largest number of states whose neighbors are followed."""
FOLLOWED = 20
"""Neighbors are followed for so many times the smallest distance in time."""
FINE = 8
"""Positions between two rows of a smooth recording at which a neighbor may lie."""
SMOOTH = 0.5
"""A recording is smooth, so that of a flow, if successive steps have a mean cosine above this."""
TINY = 1e-10
"""States that are closer than this are equal up to rounding."""


@dataclass(frozen=True, eq=False)
class Divergence:
    r"""The curve $S(k) = \langle \log d_i(k) \rangle_i$, with $d_i(k)$ the distance of state $i$ from its neighbor.

    Both are taken $k$ rows after the moment at which they are neighbors.

    Attributes:
        curve: $S(k)$ for $k$ = 0, 1, ...; the data have unit variance.
        without: The same curve without each of 16 stretches of the recording, for standard errors.
        saturation: The mean logarithmic distance of states that are far apart in time.
        smooth: Whether the recording is that of a flow.
        states: Number of states that were followed.
    """

    curve: Float[np.ndarray, " row"]
    without: Float[np.ndarray, "block row"]
    saturation: float
    smooth: bool
    states: int


def neighbor_divergence(x: Float[np.ndarray, "time obs"], apart: int) -> Divergence | None:
    """Follow the nearest neighbors of up to 2,000 states; None if too few states have a neighbor.

    In a smooth recording, the neighbor is looked for also between the rows (cubic spline), and only the part of the
    distance across the direction of motion counts. The part along it neither grows nor shrinks on average, and as large
    as half a step, it would hide the growth of the rest.

    Args:
        x: States, one a row, standardized.
        apart: Smallest distance of neighbors in time, in rows (Theiler window); about a period.

    Cost: A search for nearest neighbors; half a second for 10,000 rows.
    """
    n, rows = len(x), min(len(x) // 4, FOLLOWED * apart)
    last = n - rows - 2
    if last <= 2 * apart + 2 or rows < 2:
        return None
    direction = _directions(x) if _is_smooth(x) else None
    i, j = _neighbors(x, last, apart)
    if len(i) < 2 * BLOCKS:
        return None
    path, step = (
        (x, 1) if direction is None else (CubicSpline(np.arange(n), x)(np.arange((n - 1) * FINE + 1) / FINE), FINE)
    )
    j = _between_rows(x[i], path, j) if step > 1 else j
    logs = np.stack(
        [_log_distance(path[j + k * step], x[i + k], _at(direction, i + k)) for k in range(rows + 1)], axis=1
    )
    block = i * BLOCKS // (i[-1] + 1)
    count = np.bincount(block, minlength=BLOCKS)[:, None]
    if (count == count.sum()).any():
        return None
    sums = np.stack([logs[block == b].sum(axis=0) for b in range(BLOCKS)])
    return Divergence(
        curve=sums.sum(axis=0) / count.sum(),
        without=(sums.sum(axis=0) - sums) / (count.sum() - count),
        saturation=_saturation(x, apart, direction),
        smooth=direction is not None,
        states=len(i),
    )


def _is_smooth(x: Float[np.ndarray, "time obs"]) -> bool:
    steps = np.diff(x, axis=0)
    length = np.linalg.norm(steps, axis=1)
    moving = (length[1:] > 0) & (length[:-1] > 0)
    cosine = (steps[1:] * steps[:-1]).sum(axis=1)[moving] / (length[1:] * length[:-1])[moving]
    return bool(len(cosine)) and float(cosine.mean()) > SMOOTH


def _directions(x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, "time obs"]:
    velocity = CubicSpline(np.arange(len(x)), x)(np.arange(len(x)), 1)
    return velocity / (np.linalg.norm(velocity, axis=1, keepdims=True) + 1e-300)


def _at(direction: Float[np.ndarray, "time obs"] | None, i: Int[np.ndarray, " state"]) -> np.ndarray | None:
    return None if direction is None else direction[i]


def _neighbors(
    x: Float[np.ndarray, "time obs"], last: int, apart: int
) -> tuple[Int[np.ndarray, " state"], Int[np.ndarray, " state"]]:
    """States and their nearest neighbors among the rows 1 to `last`."""
    i = np.unique(np.linspace(1, last - 1, min(REFERENCES, last - 1)).astype(int))
    distance, j = map(np.asarray, KDTree(x[1:last]).query(x[i], k=min(2 * apart + 2, last - 1)))
    valid = (np.abs(j + 1 - i[:, None]) > apart) & (distance > TINY)
    found = valid.any(axis=1)
    return i[found], j[found, valid[found].argmax(axis=1)] + 1


def _between_rows(
    states: Float[np.ndarray, "state obs"], path: Float[np.ndarray, "fine obs"], j: Int[np.ndarray, " state"]
) -> Int[np.ndarray, " state"]:
    """The index of the nearest point of the refined path within one row of each neighbor."""
    near = j[:, None] * FINE + np.arange(-FINE, FINE + 1)
    nearest = ((path[near] - states[:, None]) ** 2).sum(axis=2).argmin(axis=1)
    return near[np.arange(len(j)), nearest]


def _log_distance(
    a: Float[np.ndarray, "state obs"],
    b: Float[np.ndarray, "state obs"],
    direction: Float[np.ndarray, "state obs"] | None,
) -> Float[np.ndarray, " state"]:
    gap = a - b
    if direction is not None:
        gap = gap - (gap * direction).sum(axis=1, keepdims=True) * direction
    return np.log(np.maximum(np.linalg.norm(gap, axis=1), TINY))


def _saturation(x: Float[np.ndarray, "time obs"], apart: int, direction: np.ndarray | None) -> float:
    a, b = np.random.default_rng(0).integers(0, len(x), (2, 20_000))
    a, b = (side[np.abs(a - b) > apart] for side in (a, b))
    return float(_log_distance(x[b], x[a], _at(direction, a)).mean())

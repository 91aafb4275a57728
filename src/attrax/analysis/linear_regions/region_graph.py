"""The graph of possible steps between linear regions.

A region can follow another one only if it meets the image of that region. The image is spanned by the images of the
corners, so these decide on which sides of the borders it lies. Every cycle of the map is a closed walk in this graph.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.sparse import csr_array, eye_array

from attrax.analysis.linear_regions.existing_regions import ExistingRegions

# An image that comes closer to a border than this, relative to the size of its corner, counts as reaching it.
_TOUCH = 1e-7


def possible_steps(
    regions: ExistingRegions,
    matrices: Float[np.ndarray, "region latent latent"],
    offsets: Float[np.ndarray, "region latent"],
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]],
) -> Bool[np.ndarray, "region region"]:
    """For all pairs of regions, whether the second may be reached from the first in one step.

    Args:
        regions: The regions.
        matrices: Matrix of the map in each region.
        offsets: Offset of the map in each region.
        borders: Normals and offsets of the planes between regions.

    Returns:
        The graph as a matrix. It contains all steps that an orbit can take; it may contain others, since each border is
        tested separately.

    Cost: O(region ** 2 * bits).
    """
    normals, shifts = borders
    z, t = regions.corners[:, :-1], regions.corners[:, -1:]
    image = np.einsum("rij,rj->ri", matrices[regions.owner], z) + offsets[regions.owner] * t
    value = image @ normals.T + shifts * t
    doubt = _TOUCH * (np.abs(image) @ np.abs(normals).T + np.abs(shifts) * t)
    start = np.searchsorted(regions.owner, np.arange(len(regions.bits)))
    above = np.minimum.reduceat(value - doubt, start) > 0
    below = np.maximum.reduceat(value + doubt, start) < 0
    if len(regions.lines):
        tilt = np.abs(np.einsum("bi,rij,lj->rbl", normals, matrices, regions.lines)).max(axis=2) > _TOUCH
        above, below = above & ~tilt, below & ~tilt
    bits = regions.bits.astype(np.float32)
    contradictions = above.astype(np.float32) @ (1 - bits).T + below.astype(np.float32) @ bits.T
    return contradictions == 0


def count_closed_walks(steps: Bool[np.ndarray, "region region"], order: int) -> float:
    """The number of closed walks of `order` steps, counted once for each point of a walk: the trace of a matrix power.

    Args:
        steps: The graph.
        order: Number of steps.

    Example:
        >>> count_closed_walks(np.array([[True, True], [True, False]]), 2)
        3.0
    """
    graph = csr_array(steps, dtype=np.float64)
    half = eye_array(len(steps), format="csr")
    for _ in range(order // 2):
        half = csr_array(half @ graph)
    other = csr_array(half @ graph) if order % 2 else half
    return float(other.multiply(csr_array(half.T)).sum())


def closed_walks(
    steps: Bool[np.ndarray, "region region"], order: int, chunk: int = 262_144
) -> Iterator[Int[np.ndarray, "walk order"]]:
    """All closed walks of `order` steps, each once, starting at its region with the lowest index.

    Args:
        steps: The graph of possible steps.
        order: Number of steps.
        chunk: Largest number of walks in an array, apart from the branches of a single walk.

    Example:
        >>> [walks.tolist() for walks in closed_walks(np.array([[True, True], [True, False]]), 2)]
        [[[0, 0], [0, 1]]]
    """
    graph = csr_array(steps, dtype=np.float32)
    # Two steps before the end, walks that can no longer return to their start are dropped.
    home = {1: steps, 2: csr_array(graph @ graph).toarray() > 0} if order > 2 else {1: steps}
    starts = np.arange(len(steps))[steps.any(axis=1)]
    yield from _extended(starts[:, None], order, _successors(steps), home, chunk)


def _successors(steps: Bool[np.ndarray, "region region"]) -> tuple[Int[np.ndarray, " step"], Int[np.ndarray, " bound"]]:
    """The regions that can follow each region, in one list, and where the part of each region begins."""
    counts = steps.sum(axis=1)
    return np.nonzero(steps)[1], np.concatenate([[0], np.cumsum(counts)])


def _extended(
    walks: Int[np.ndarray, "walk length"],
    order: int,
    successors: tuple[Int[np.ndarray, " step"], Int[np.ndarray, " bound"]],
    home: dict[int, Bool[np.ndarray, "region region"]],
    chunk: int,
) -> Iterator[Int[np.ndarray, "walk order"]]:
    """Complete the walks, depth first, so that few are in memory; `home[n]` says which pairs are n steps apart."""
    remaining = order + 1 - walks.shape[1]
    if remaining in home:
        walks = walks[home[remaining][walks[:, -1], walks[:, 0]]]
    if remaining == 1 or not len(walks):
        if len(walks):
            yield walks
        return
    targets, first = successors
    counts = np.diff(first)[walks[:, -1]]
    ends = np.cumsum(counts)
    cuts = np.searchsorted(ends, np.arange(chunk, ends[-1], chunk))
    for part, n in zip(np.split(walks, cuts), np.split(counts, cuts), strict=True):
        within = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        following = targets[np.repeat(first[part[:, -1]], n) + within]
        origin = np.repeat(part, n, axis=0)
        longer = np.concatenate([origin, following[:, None]], axis=1)[following >= origin[:, 0]]
        yield from _extended(longer, order, successors, home, chunk)

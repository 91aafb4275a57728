"""Itineraries: the orders in which an orbit can visit linear regions.

A region can follow another only if it meets its image. The image of a region is spanned by the images of its corners,
so that the corners decide which borders it reaches. Every cycle is a closed walk in the graph of possible steps.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.sparse import csr_array, eye_array

from attrax.analysis.existing_regions import Cells

# Borders that an image comes closer to than this, relative to its corner's size, count as reached.
_TOUCH = 1e-7


def possible_steps(
    cells: Cells,
    matrices: Float[np.ndarray, "cell latent latent"],
    offsets: Float[np.ndarray, "cell latent"],
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]],
) -> Bool[np.ndarray, "cell cell"]:
    """Whether the second region may be reached from the first in one step; true in doubt.

    Args:
        cells: The regions.
        matrices: The linear part of the map in each region.
        offsets: Its constant part.
        borders: Normals and offsets of the planes between regions.

    Returns: The graph. No step that an orbit can take is missing; some that none takes may be there, since an image is
        judged by each border alone.
    Cost: O(cell ** 2 * bits).
    """
    normals, shifts = borders
    z, t = cells.corners[:, :-1], cells.corners[:, -1:]
    image = np.einsum("rij,rj->ri", matrices[cells.owner], z) + offsets[cells.owner] * t
    value = image @ normals.T + shifts * t
    doubt = _TOUCH * (np.abs(image) @ np.abs(normals).T + np.abs(shifts) * t)
    start = np.searchsorted(cells.owner, np.arange(len(cells.bits)))
    above = np.minimum.reduceat(value - doubt, start) > 0
    below = np.maximum.reduceat(value + doubt, start) < 0
    if len(cells.lines):
        tilt = np.abs(np.einsum("bi,cij,lj->cbl", normals, matrices, cells.lines)).max(axis=2) > _TOUCH
        above, below = above & ~tilt, below & ~tilt
    bits = cells.bits.astype(np.float32)
    contradictions = above.astype(np.float32) @ (1 - bits).T + below.astype(np.float32) @ bits.T
    return contradictions == 0


def count_closed_walks(steps: Bool[np.ndarray, "cell cell"], order: int) -> float:
    """Number of closed walks of `order` steps, each counted once for each of its starts: the trace of a power."""
    graph = csr_array(steps, dtype=np.float64)
    half = eye_array(len(steps), format="csr")
    for _ in range(order // 2):
        half = csr_array(half @ graph)
    other = csr_array(half @ graph) if order % 2 else half
    return float(other.multiply(csr_array(half.T)).sum())


def closed_walks(
    steps: Bool[np.ndarray, "cell cell"], order: int, chunk: int = 262_144
) -> Iterator[Int[np.ndarray, "walk order"]]:
    """All closed walks of `order` steps, each given once, from its region of lowest number.

    Args:
        steps: The graph of possible steps.
        order: Number of steps.
        chunk: Largest number of walks in a piece, apart from the branches of a single one.
    """
    graph = csr_array(steps, dtype=np.float32)
    # Walks that cannot come home in time are dropped where it pays: two steps before the end.
    home = {1: steps, 2: csr_array(graph @ graph).toarray() > 0} if order > 2 else {1: steps}
    starts = np.arange(len(steps))[steps.any(axis=1)]
    yield from _extended(starts[:, None], order, _successors(steps), home, chunk)


def _successors(steps: Bool[np.ndarray, "cell cell"]) -> tuple[Int[np.ndarray, " step"], Int[np.ndarray, " bound"]]:
    """The regions that can follow each region, one after another, and where each list begins."""
    counts = steps.sum(axis=1)
    return np.nonzero(steps)[1], np.concatenate([[0], np.cumsum(counts)])


def _extended(
    walks: Int[np.ndarray, "walk length"],
    order: int,
    successors: tuple[Int[np.ndarray, " step"], Int[np.ndarray, " bound"]],
    home: dict[int, Bool[np.ndarray, "cell cell"]],
    chunk: int,
) -> Iterator[Int[np.ndarray, "walk order"]]:
    """The walks completed, depth first so that few are held at a time; `home[n]` tells what is n steps away."""
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

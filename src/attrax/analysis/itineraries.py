"""Itineraries: the orders in which an orbit can visit linear regions.

A region can follow another only if it meets its image. The image of a region is spanned by the images of its corners, so
that the corners decide which borders it reaches. Every cycle is a closed walk in the graph of possible steps.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float, Int

from attrax.analysis.cells import Cells

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
        matrices, offsets: The affine map of each region.
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
    power = np.eye(len(steps))
    for _ in range(order - 1):
        power = power @ steps
    return float((power * steps.T).sum())


def closed_walks(
    steps: Bool[np.ndarray, "cell cell"], order: int, chunk: int = 262_144
) -> Iterator[Int[np.ndarray, "walk order"]]:
    """All closed walks of `order` steps, each given once, from its region of lowest number.

    Args:
        steps: The graph of possible steps.
        order: Number of steps.
        chunk: Largest number of walks in a piece, apart from the branches of a single one.
    """
    back = [np.eye(len(steps), dtype=bool)]
    for _ in range(order - 1):
        back.append((steps.astype(np.float32) @ back[-1].astype(np.float32)) > 0)
    tables = [_successors(steps)] * order
    starts = np.flatnonzero((steps & back[order - 1].T).any(axis=1))
    yield from _extended(starts[:, None], order, tables[0], steps, back, chunk)


def _successors(steps: Bool[np.ndarray, "cell cell"]) -> tuple[Int[np.ndarray, " step"], Int[np.ndarray, " cell+1"]]:
    """The regions that can follow each region, one after another, and where each list begins."""
    counts = steps.sum(axis=1)
    return np.nonzero(steps)[1], np.concatenate([[0], np.cumsum(counts)])


def _extended(walks, order, successors, steps, back, chunk) -> Iterator[Int[np.ndarray, "walk order"]]:
    targets, first = successors
    length = walks.shape[1]
    if length == order:
        closed = steps[walks[:, -1], walks[:, 0]]
        if closed.any():
            yield walks[closed]
        return
    counts = np.diff(first)[walks[:, -1]]
    ends = np.cumsum(counts)
    cuts = np.searchsorted(ends, np.arange(chunk, ends[-1] if len(ends) else 0, chunk))
    for part, n in zip(np.split(walks, cuts), np.split(counts, cuts), strict=True):
        if not n.sum():
            continue
        within = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        following = targets[np.repeat(first[part[:, -1]], n) + within]
        origin = np.repeat(part, n, axis=0)
        possible = (following >= origin[:, 0]) & back[order - length][following, origin[:, 0]]
        longer = np.concatenate([origin[possible], following[possible, None]], axis=1)
        if len(longer):
            yield from _extended(longer, order, successors, steps, back, chunk)

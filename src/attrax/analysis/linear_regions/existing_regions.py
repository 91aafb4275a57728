"""The linear regions that exist: of all bit patterns, those that belong to some state.

The borders are hyperplanes. Every region of an arrangement of hyperplanes has a vertex, and around a vertex where M
planes meet there are 2^M regions, one for each combination of sides. So a list of all vertices, with those at infinity,
gives a list of all regions.
"""

from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

# Borders are moved by this much, relative to their range, so that no more than M of them meet in a point. This can add
# regions that are thinner than the move, but no thicker region is lost.
_SHIFT = 1e-9

# Regions with all vertices beyond this many times the range of the borders are artifacts of that move.
_HORIZON = 1e6


class ExistingRegions(NamedTuple):
    """The linear regions of a map and their corners.

    Attributes:
        bits: The bits of each region.
        owner: Index of the region that each corner belongs to, ascending.
        corners: Corners in homogeneous coordinates $(z, t)$: the point $z / t$, or the direction $z$ if $t = 0$.
        lines: Directions, one a row, in which all regions are unbounded on both sides.
    """

    bits: Bool[np.ndarray, "region bits"]
    owner: Int[np.ndarray, " corner"]
    corners: Float[np.ndarray, "corner homogeneous"]
    lines: Float[np.ndarray, "line latent"]


def existing_regions(
    normals: Float[np.ndarray, "bits latent"],
    offsets: Float[np.ndarray, " bits"],
    *,
    limit: int = 4_000_000,
    most: float = np.inf,
) -> ExistingRegions | None:
    r"""List all regions with an interior into which the planes $w_i \cdot z + h_i = 0$ divide the space.

    Args:
        normals: $w_i$, one a row.
        offsets: $h_i$.
        limit: Largest number of pairs of a region and a corner; each takes about a microsecond and 100 bytes.
        most: Largest number of regions. If there are certainly more, they are not listed, which saves most of the work.

    Returns:
        The `ExistingRegions`; None if there are too many. For regions thinner than about 1e-9 of the range of the
        planes, the list is not reliable.

    Cost: O(bits ** latent * 2 ** latent).

    Example:
        >>> len(existing_regions(np.eye(2), np.zeros(2)).bits)
        4
    """
    length = np.linalg.norm(normals, axis=1)
    moving = length > 1e-12 * length.max(initial=1.0)
    w, h = normals[moving] / length[moving, None], offsets[moving] / length[moving]
    _, singular, basis = np.linalg.svd(w, full_matrices=True)
    rank = int((singular > 1e-10).sum())
    spread = np.abs(h).max(initial=0.0) or 1.0
    planes = _generic(w @ basis[:rank].T, h / spread)
    rows, signs = _vertices(planes, limit, most)
    if rows is None:
        return None
    flat = np.concatenate([rows[:, :-1] @ basis[:rank] * spread, rows[:, -1:]], axis=1)
    bits = np.broadcast_to(offsets > 0, (len(signs), len(offsets))).copy()
    bits[:, moving] = signs
    return _grouped(bits, flat, np.asarray(rows[:, -1] > 1 / _HORIZON), basis[rank:])


def _generic(
    w: Float[np.ndarray, "plane rank"], h: Float[np.ndarray, " plane"]
) -> Float[np.ndarray, "planes homogeneous"]:
    """The planes in homogeneous coordinates, moved a little; the last row is the plane at infinity."""
    rank = w.shape[1]
    planes = np.concatenate([w, h[:, None]], axis=1)
    planes = planes + _SHIFT * np.random.default_rng(0).uniform(-1, 1, planes.shape)
    return np.concatenate([planes, np.eye(rank + 1)[-1:]])


def _vertices(
    planes: Float[np.ndarray, "plane homogeneous"], limit: int, most: float
) -> tuple[Float[np.ndarray, "row homogeneous"] | None, Bool[np.ndarray, "row bits"]]:
    """All pairs of a vertex and a region around it; None for the vertices if there are too many pairs or regions."""
    n, rank = len(planes) - 1, planes.shape[1] - 1
    nothing = np.zeros((0, n), bool)
    if rank == 0:
        return np.ones((1, 1)), np.zeros((1, 0), bool)
    if _choices(n + 1, rank) * 2**rank > limit:
        return None, nothing
    chosen = np.array(list(combinations(range(n + 1), rank)))
    vertex = _crossing(planes[chosen])
    size = np.linalg.norm(vertex, axis=1)
    proper = size > 1e-14
    chosen, vertex = chosen[proper], vertex[proper] / size[proper, None]
    infinite = (chosen == n).any(axis=1)
    # Every vertex is the lowest corner of one region, so there are at least as many regions as vertices.
    if (~infinite & (np.abs(vertex[:, -1]) > 1 / _HORIZON)).sum() > most:
        return None, nothing
    vertex = np.where(~infinite[:, None] & (vertex[:, -1:] < 0), -vertex, vertex)
    vertex[infinite, -1] = 0.0
    vertex, chosen = np.concatenate([vertex, -vertex[infinite]]), np.concatenate([chosen, chosen[infinite]])
    signs = vertex @ planes[:-1].T > 0
    around = np.array(list(product([False, True], repeat=rank)))
    signs = np.repeat(np.pad(signs, ((0, 0), (0, 1))), len(around), axis=0)
    np.put_along_axis(signs, np.repeat(chosen, len(around), axis=0), np.tile(around, (len(chosen), 1)), axis=1)
    return np.repeat(vertex, len(around), axis=0), signs[:, :-1]


def _choices(n: int, k: int) -> int:
    return int(np.prod([(n - i) / (i + 1) for i in range(k)]).round())


def _crossing(planes: Float[np.ndarray, "set rank homogeneous"]) -> Float[np.ndarray, "set homogeneous"]:
    """The point that lies on all planes of a set, in homogeneous coordinates, by Cramer's rule."""
    columns = range(planes.shape[-1])
    minors = [(-1) ** j * np.linalg.det(np.delete(planes, j, axis=-1)) for j in columns]
    return np.stack(minors, axis=-1)


def _grouped(
    bits: Bool[np.ndarray, "row bits"],
    corners: Float[np.ndarray, "row homogeneous"],
    near: Bool[np.ndarray, " row"],
    lines: Float[np.ndarray, "line latent"],
) -> ExistingRegions:
    """Group rows with equal bits; leave out regions without a corner at finite distance."""
    first, owner = distinct_rows(bits)
    real = np.zeros(len(first), bool)
    np.logical_or.at(real, owner, near)
    kept = real[owner]
    renamed = np.cumsum(real) - 1
    order = np.argsort(renamed[owner[kept]], kind="stable")
    return ExistingRegions(bits[first[real]], renamed[owner[kept]][order], corners[kept][order], lines)


def distinct_rows(bits: Bool[np.ndarray, "row bits"]) -> tuple[Int[np.ndarray, " region"], Int[np.ndarray, " row"]]:
    """The distinct rows of a table of bits.

    Args:
        bits: The table.

    Returns:
        The index of one row of each pattern, and the number of the pattern of every row.
    """
    packed = np.packbits(np.pad(bits, ((0, 0), (0, -bits.shape[1] % 64 or 64 * (bits.shape[1] == 0)))), axis=1)
    words = packed.view(np.uint64)
    order = np.lexsort(words.T)
    new = np.concatenate([[True], (np.diff(words[order], axis=0) != 0).any(axis=1)])[: len(order)]
    owner = np.empty(len(order), np.int64)
    owner[order] = np.cumsum(new) - 1
    return order[new], owner

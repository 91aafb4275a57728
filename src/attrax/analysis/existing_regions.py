"""Cells: the linear regions that exist, which are far fewer than the bit patterns that name them.

Borders are hyperplanes. Every region of an arrangement of hyperplanes has a vertex, and around a vertex of M planes lie
the 2^M regions of their signs, so that listing the vertices lists the regions. Vertices at infinity count as well.
"""

from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

# Borders are moved by this much, relative to their spread, so that never more than M of them meet. It can only add
# regions thinner than the move itself, never lose a thicker one.
_SHIFT = 1e-9

# Regions all of whose vertices lie beyond this many times the spread of the borders are artefacts of that move.
_HORIZON = 1e6


class Cells(NamedTuple):
    """The linear regions of a map and the corners that span them.

    Attributes:
        bits: The bits of each region.
        owner: Index of the region that each corner belongs to, ascending.
        corners: Corners in homogeneous coordinates $(z, t)$: the point $z / t$, or the direction $z$ if t is 0.
        lines: Directions along which every region is unbounded to both sides, one a row.
    """

    bits: Bool[np.ndarray, "cell bits"]
    owner: Int[np.ndarray, " corner"]
    corners: Float[np.ndarray, "corner homogeneous"]
    lines: Float[np.ndarray, "line latent"]


def cells(
    normals: Float[np.ndarray, "bits latent"], offsets: Float[np.ndarray, " bits"], limit: int = 4_000_000
) -> Cells | None:
    r"""All regions with an interior into which the planes $w_i \cdot z + h_i = 0$ divide the space.

    Args:
        normals: $w_i$, one a row.
        offsets: $h_i$.
        limit: Give up beyond this many pairs of a region and a corner; each costs about a microsecond and 100 bytes.

    Returns: The `Cells`, or None if there are too many. Regions thinner than about 1e-9 of the planes' spread may be
        listed although they are empty, or be missing.
    Cost: O(bits ** latent * 2 ** latent).

    Example:
        >>> len(cells(np.eye(2), np.zeros(2)).bits)
        4
    """
    length = np.linalg.norm(normals, axis=1)
    moving = length > 1e-12 * length.max(initial=1.0)
    w, h = normals[moving] / length[moving, None], offsets[moving] / length[moving]
    _, singular, basis = np.linalg.svd(w, full_matrices=True)
    rank = int((singular > 1e-10).sum())
    spread = np.abs(h).max(initial=0.0) or 1.0
    planes = _generic(w @ basis[:rank].T, h / spread)
    rows, signs = _vertices(planes, limit)
    if rows is None:
        return None
    flat = np.concatenate([rows[:, :-1] @ basis[:rank] * spread, rows[:, -1:]], axis=1)
    bits = np.broadcast_to(offsets > 0, (len(signs), len(offsets))).copy()
    bits[:, moving] = signs
    return _grouped(bits, flat, np.asarray(rows[:, -1] > 1 / _HORIZON), basis[rank:])


def _generic(
    w: Float[np.ndarray, "plane rank"], h: Float[np.ndarray, " plane"]
) -> Float[np.ndarray, "planes homogeneous"]:
    """The planes in homogeneous coordinates, moved a little; the plane at infinity comes last."""
    rank = w.shape[1]
    planes = np.concatenate([w, h[:, None]], axis=1)
    planes = planes + _SHIFT * np.random.default_rng(0).uniform(-1, 1, planes.shape)
    return np.concatenate([planes, np.eye(rank + 1)[-1:]])


def _vertices(
    planes: Float[np.ndarray, "plane homogeneous"], limit: int
) -> tuple[Float[np.ndarray, "row homogeneous"] | None, Bool[np.ndarray, "row bits"]]:
    """Every vertex paired with every region around it; no vertices if there are more pairs than `limit`."""
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
    """The homogeneous point on all planes of a set, by Cramer's rule."""
    columns = range(planes.shape[-1])
    minors = [(-1) ** j * np.linalg.det(np.delete(planes, j, axis=-1)) for j in columns]
    return np.stack(minors, axis=-1)


def _grouped(
    bits: Bool[np.ndarray, "row bits"],
    corners: Float[np.ndarray, "row homogeneous"],
    near: Bool[np.ndarray, " row"],
    lines: Float[np.ndarray, "line latent"],
) -> Cells:
    """Rows of equal bits put together; regions without a near corner are left out."""
    first, owner = distinct_rows(bits)
    real = np.zeros(len(first), bool)
    np.logical_or.at(real, owner, near)
    kept = real[owner]
    renamed = np.cumsum(real) - 1
    order = np.argsort(renamed[owner[kept]], kind="stable")
    return Cells(bits[first[real]], renamed[owner[kept]][order], corners[kept][order], lines)


def distinct_rows(bits: Bool[np.ndarray, "row bits"]) -> tuple[Int[np.ndarray, " cell"], Int[np.ndarray, " row"]]:
    """Index of one row of each bit pattern, and the number of the pattern in every row."""
    packed = np.packbits(np.pad(bits, ((0, 0), (0, -bits.shape[1] % 64 or 64 * (bits.shape[1] == 0)))), axis=1)
    words = packed.view(np.uint64)
    order = np.lexsort(words.T)
    new = np.concatenate([[True], (np.diff(words[order], axis=0) != 0).any(axis=1)])[: len(order)]
    owner = np.empty(len(order), np.int64)
    owner[order] = np.cumsum(new) - 1
    return order[new], owner

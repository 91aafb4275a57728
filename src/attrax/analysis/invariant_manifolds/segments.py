"""Straight segments of curves under a piecewise-linear map: they are cut at the borders and mapped exactly.

Every segment keeps the points near the cycle that it came from, so that its accuracy can be checked.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Bool, Float, Int
from scipy.spatial import KDTree

from attrax.analysis.padded_batches import apply_padded
from attrax.core.dynamics import AbstractDynamics

# Parts shorter than this share of a segment are left out: they come from rounding errors of the cuts.
_SLIVER = 1e-12

# Numbers in memory at once when the preimages of segments in all regions are computed.
_AT_ONCE = 2_000_000

# Borders that are compared at once with the preimages.
_COMPARED = 4

# Segments of one curve compared at once with all segments of the other.
_BLOCK = 500

# Crossings closer than this are one.
_SAME = 1e-9


class Segments(NamedTuple):
    """Straight segments of a curve.

    Attributes:
        ends: First and last point of each segment.
        root: The points near the cycle that these points came from.
        age: Number of steps from there.
    """

    ends: Float[np.ndarray, "segment 2 latent"]
    root: Float[np.ndarray, "segment 2 latent"]
    age: Int[np.ndarray, " segment"]

    def at(self, rows: Int[np.ndarray, " row"] | Bool[np.ndarray, " segment"]) -> "Segments":
        """A selection of the segments."""
        return Segments(*(field[rows] for field in self))

    def part(self, low: Float[np.ndarray, " segment"], high: Float[np.ndarray, " segment"]) -> "Segments":
        """The part of each segment between two fractions of its length."""
        share = np.stack([low, high], axis=1)[:, :, None]

        def between(x):
            return x[:, :1] + share * (x[:, 1:] - x[:, :1])

        return Segments(between(self.ends), between(self.root), self.age)

    def lengths(self) -> Float[np.ndarray, " segment"]:
        """Length of each segment."""
        return np.linalg.norm(self.ends[:, 1] - self.ends[:, 0], axis=1)


def concatenated(parts: list[Segments]) -> Segments:
    """The segments of several parts, in one."""
    return Segments(*(np.concatenate(fields) for fields in zip(*parts, strict=True)))


def cut_at_borders(
    segments: Segments, borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]]
) -> Segments:
    """Cut the segments where they cross a border, so that each one lies in a single region.

    Args:
        segments: The segments.
        borders: Normals and offsets of the planes between regions.
    """
    normals, offsets = borders
    value = segments.ends @ normals.T + offsets
    first, last = value[:, 0], value[:, 1]
    crossing = first * last < 0
    share = np.where(crossing, first / np.where(crossing, first - last, 1.0), 1.0)
    n = len(segments.ends)
    marks = np.sort(np.concatenate([np.zeros((n, 1)), share, np.ones((n, 1))], axis=1), axis=1)
    row, column = np.nonzero(np.diff(marks, axis=1) > _SLIVER)
    return segments.at(row).part(marks[row, column], marks[row, column + 1])


@eqx.filter_jit
def _stepped(dynamics: AbstractDynamics, ends: Float[Array, "segment 2 latent"]) -> Float[Array, "segment 2 latent"]:
    return jax.vmap(jax.vmap(dynamics.step))(ends)


def image(
    dynamics: AbstractDynamics,
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]],
    segments: Segments,
) -> Segments:
    """The images of the segments after one step.

    Args:
        dynamics: The map.
        borders: Normals and offsets of the planes between regions.
        segments: The segments.
    """
    pieces = cut_at_borders(segments, borders)
    return pieces._replace(ends=apply_padded(_stepped, dynamics, pieces.ends), age=pieces.age + 1)


class RegionInverses(NamedTuple):
    """The inverse of the map in each region in which it is invertible, $A^{-1} (z - b)$.

    Attributes:
        inverse: $A^{-1}$ of each region.
        offset: $b$ of each region.
        bits: Bits of each region.
    """

    inverse: Float[np.ndarray, "region latent latent"]
    offset: Float[np.ndarray, "region latent"]
    bits: Bool[np.ndarray, "region bits"]


def preimage(
    inverses: RegionInverses,
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]],
    segments: Segments,
) -> Segments:
    """The preimages of the segments: everything that the map carries onto them.

    Each region contributes the part of the inverse image that lies inside the region.

    Args:
        inverses: The inverse of the map in each region.
        borders: Normals and offsets of the planes between regions.
        segments: The segments.
    """
    size = max(1, _AT_ONCE // (2 * _COMPARED * max(len(inverses.bits), 1)))
    parts = [segments.at(np.arange(i, min(i + size, len(segments.age)))) for i in range(0, len(segments.age), size)]
    return concatenated([_preimage(inverses, borders, part) for part in parts])


def _preimage(
    inverses: RegionInverses,
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]],
    segments: Segments,
) -> Segments:
    region, row, back = _not_outside(inverses, borders, segments.ends)
    first, last = np.moveaxis(_inner_side(back, inverses.bits[region], borders), 1, 0)
    slope = last - first
    with np.errstate(divide="ignore", invalid="ignore"):
        root = -first / slope
    low = np.where(slope > 0, root, np.where((slope == 0) & (first < 0), np.inf, -np.inf)).max(axis=-1, initial=0.0)
    high = np.where(slope < 0, root, np.inf).min(axis=-1, initial=1.0)
    inside = high - low > _SLIVER
    region, row = region[inside], row[inside]
    found = segments.at(row)._replace(ends=back[inside], age=segments.age[row] + 1)
    return found.part(low[inside], high[inside])


def _not_outside(
    inverses: RegionInverses,
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]],
    ends: Float[np.ndarray, "segment 2 latent"],
) -> tuple[Int[np.ndarray, " pair"], Int[np.ndarray, " pair"], Float[np.ndarray, "pair 2 latent"]]:
    """The pairs of a region and a segment whose inverse image does not lie beyond a border with both ends; that image.

    Few borders are compared at a time, first those that divide the regions most evenly, since those few rule out most
    pairs. The first few are carried forward by the map, $n A^{-1} (z - b) + o$, so that all pairs take one matrix
    product, and inverse images are computed of the pairs that are left.
    """
    order = np.argsort(np.abs(inverses.bits.mean(axis=0) - 0.5), kind="stable")
    bits, normals, offsets = inverses.bits[:, order], borders[0][order], borders[1][order]
    some = slice(0, _COMPARED)
    side = np.where(bits[:, some], 1.0, -1.0)
    normal = side[:, :, None] * (normals[some] @ inverses.inverse)
    offset = side * offsets[some] - np.einsum("rki,ri->rk", normal, inverses.offset)
    latent = ends.shape[2]
    value = normal.reshape(-1, latent) @ ends.reshape(-1, latent).T + offset.reshape(-1, 1)
    beyond = (value < 0).reshape(*offset.shape, *ends.shape[:2]).all(axis=3).any(axis=1)
    region, row = np.nonzero(~beyond)
    back = np.einsum("pij,pej->pei", inverses.inverse[region], ends[row] - inverses.offset[region, None])
    for start in range(_COMPARED, len(normals), _COMPARED):
        some = slice(start, start + _COMPARED)
        value = _inner_side(back, bits[region, some], (normals[some], offsets[some]))
        kept = ~np.any((value < 0).all(axis=1), axis=1)
        region, row, back = region[kept], row[kept], back[kept]
    return region, row, back


def _inner_side(
    ends: Float[np.ndarray, "pair 2 latent"],
    bits: Bool[np.ndarray, "pair bits"],
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]],
) -> Float[np.ndarray, "pair 2 bits"]:
    """How far the ends of segments are from the borders of their regions; negative beyond a border."""
    return (ends @ borders[0].T + borders[1]) * np.where(bits, 1.0, -1.0)[:, None]


def crossings(
    a: Float[np.ndarray, "a 2 latent"], b: Float[np.ndarray, "b 2 latent"], z: Float[np.ndarray, "point latent"]
) -> Float[np.ndarray, "crossing latent"]:
    """The points where segments of one set cross segments of another, in the plane, except at the points `z`.

    In other dimensions than two curves do not cross in general, and the result is empty.

    Args:
        a: Ends of the segments of one set.
        b: Ends of the segments of the other set.
        z: Points that do not count.

    Example:
        >>> a, b = np.array([[[0.0, 0.0], [2.0, 2.0]]]), np.array([[[0.0, 2.0], [2.0, 0.0]]])
        >>> crossings(a, b, np.zeros((0, 2)))
        array([[1., 1.]])
    """
    if a.shape[2] != 2:
        return np.zeros((0, a.shape[2]))
    found = [_crossings(a[i : i + _BLOCK], b) for i in range(0, len(a), _BLOCK)]
    points = np.concatenate([np.zeros((0, 2)), *found])
    apart = np.linalg.norm(points[:, None] - z, axis=2).min(axis=1, initial=np.inf)
    points = points[apart > 1e-9 * (1 + np.linalg.norm(points, axis=1))]
    # Neighboring segments share an end, so a crossing there is found twice.
    again = np.array([later for _, later in KDTree(points).query_pairs(_SAME)], int)
    return np.delete(points, again, axis=0)


def _crossings(a: Float[np.ndarray, "a 2 2"], b: Float[np.ndarray, "b 2 2"]) -> Float[np.ndarray, "crossing 2"]:
    r, s = a[:, 1] - a[:, 0], b[:, 1] - b[:, 0]
    apart = b[None, :, 0] - a[:, None, 0]
    cross = r[:, None, 0] * s[None, :, 1] - r[:, None, 1] * s[None, :, 0]
    parallel = cross == 0
    safe = np.where(parallel, 1.0, cross)
    t = (apart[..., 0] * s[None, :, 1] - apart[..., 1] * s[None, :, 0]) / safe
    u = (apart[..., 0] * r[:, None, 1] - apart[..., 1] * r[:, None, 0]) / safe
    i, j = np.nonzero(~parallel & (t >= 0) & (t <= 1) & (u >= 0) & (u <= 1))
    return a[i, 0] + t[i, j, None] * r[i]

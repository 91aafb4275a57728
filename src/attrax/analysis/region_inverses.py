"""Inverses of the affine maps of all regions: the ways back of a map that may have several."""

import jax
import numpy as np
from jaxtyping import Bool, Float

from attrax.analysis.batching import by_rows
from attrax.analysis.cells import cells, distinct_rows
from attrax.analysis.exhaustive import region_maps
from attrax.analysis.segments import Pieces
from attrax.analysis.stability import regions_of
from attrax.analysis.starts import find_starts
from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.core.result import Result

# Matrices worse conditioned than this have no inverse that deserves the name.
_WORST = 1e10

# Beyond this many regions, only those that orbits visit are taken back through.
_MOST = 20_000


def region_inverses(dynamics: AbstractPiecewiseLinear, z: Float[np.ndarray, "order latent"]) -> tuple[Pieces, Result]:
    """The invertible regions of a map, and whether these are all.

    Args:
        dynamics: The map, in float64.
        z: Points around which orbits start if there are too many regions to list them.

    Returns: The `Pieces`, and `SUCCESSFUL`, `NOT_INVERTIBLE` if a region was left out because its matrix is singular,
        or `NOT_EXHAUSTIVE` if only regions that are visited were considered.
    """
    normals, offsets = (np.asarray(x) for x in dynamics.borders())
    space = cells(normals, offsets)
    listed = space is not None and len(space.bits) <= _MOST
    bits = space.bits if space is not None and listed else _visited(dynamics, z)
    matrices, shifts = by_rows(region_maps, dynamics, bits)
    sound = np.linalg.cond(matrices) < _WORST
    pieces = Pieces(np.linalg.inv(matrices[sound]), shifts[sound], bits[sound])
    if not listed:
        return pieces, Result.NOT_EXHAUSTIVE
    return pieces, Result.SUCCESSFUL if sound.all() else Result.NOT_INVERTIBLE


def _visited(dynamics: AbstractPiecewiseLinear, z: Float[np.ndarray, "order latent"]) -> Bool[np.ndarray, "cell bits"]:
    """The regions that orbits from around the cycle visit."""
    runs = find_starts(dynamics, np.stack([z.min(axis=0) - 1, z.max(axis=0) + 1]), z[:0], key=jax.random.key(0)).runs
    bits = regions_of(dynamics, np.concatenate([runs.reshape(1, -1, z.shape[1]), z[None]], axis=1))[0]
    first, _ = distinct_rows(bits)
    return bits[first]

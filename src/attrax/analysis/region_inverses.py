"""Inverses of the affine maps of all regions: the ways back of a map that may have several."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from attrax.analysis.batching import by_rows
from attrax.analysis.exhaustive import region_maps
from attrax.analysis.existing_regions import cells, distinct_rows
from attrax.analysis.segments import Pieces
from attrax.analysis.stability import regions_of
from attrax.analysis.starts import find_starts
from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.core.result import Result

# Matrices worse conditioned than this have no inverse that deserves the name.
_WORST = 1e10

# Beyond this many regions, only those that orbits visit or come from are taken back through.
_MOST = 20_000

# A state is followed back by Newton's method, which ends after a few steps in the region it came from.
_NEWTON = 20


def region_inverses(
    dynamics: AbstractPiecewiseLinear,
    z: Float[np.ndarray, "order latent"],
    *,
    ends: Float[np.ndarray, "end latent"],
    steps: int,
    extent: float,
) -> tuple[Pieces, Result]:
    """The invertible regions of a map, and whether these are all.

    Args:
        dynamics: The map, in float64.
        z: Points around which orbits start if there are too many regions to list them.
        ends: States that are followed back in that case, as those before them lie where orbits seldom are.
        steps: How many steps back.
        extent: How far from the points at most.

    Returns: The `Pieces`, and `SUCCESSFUL`, `NOT_INVERTIBLE` if a region was left out because its matrix is singular,
        or `NOT_EXHAUSTIVE` if only regions that are visited were considered.
    """
    normals, offsets = (np.asarray(x) for x in dynamics.borders())
    space = cells(normals, offsets)
    listed = space is not None and len(space.bits) <= _MOST
    bits = space.bits if space is not None and listed else _met(dynamics, z, ends, steps, extent)
    matrices, shifts = by_rows(region_maps, dynamics, bits)
    sound = np.linalg.cond(matrices) < _WORST
    pieces = Pieces(np.linalg.inv(matrices[sound]), shifts[sound], bits[sound])
    if not listed:
        return pieces, Result.NOT_EXHAUSTIVE
    return pieces, Result.SUCCESSFUL if sound.all() else Result.NOT_INVERTIBLE


def _met(
    dynamics: AbstractPiecewiseLinear,
    z: Float[np.ndarray, "order latent"],
    ends: Float[np.ndarray, "end latent"],
    steps: int,
    extent: float,
) -> Bool[np.ndarray, "cell bits"]:
    """The regions that orbits from around the cycle visit, and those on the way back from the ends."""
    runs = find_starts(dynamics, np.stack([z.min(axis=0) - 1, z.max(axis=0) + 1]), z[:0], key=jax.random.key(0)).runs
    points = [runs.reshape(-1, z.shape[1]), z]
    for _ in range(steps):
        ends, found = by_rows(_before, dynamics, ends)
        ends = ends[found & (np.linalg.norm(ends[:, None] - z, axis=2).min(axis=1) <= extent)]
        points.append(ends)
    bits = regions_of(dynamics, np.concatenate(points)[None])[0]
    first, _ = distinct_rows(bits)
    return bits[first]


@eqx.filter_jit
def _before(
    dynamics: AbstractPiecewiseLinear, z: Float[Array, "state latent"]
) -> tuple[Float[Array, "state latent"], Bool[Array, " state"]]:
    """A state that the map carries to each of the given ones, and whether it was found."""

    def one(z):
        def improve(_, guess):
            return guess - jnp.linalg.solve(dynamics.jacobian(guess), dynamics.step(guess) - z)

        guess = jax.lax.fori_loop(0, _NEWTON, improve, z)
        return guess, jnp.linalg.norm(dynamics.step(guess) - z) <= 1e-9 * (1 + jnp.linalg.norm(z))

    return jax.vmap(one)(z)

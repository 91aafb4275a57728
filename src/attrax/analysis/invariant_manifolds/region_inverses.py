"""Inverses of a piecewise-linear map in each of its regions; a state may have a preimage in several of them."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from attrax.analysis.invariant_manifolds.segments import RegionInverses
from attrax.analysis.linear_regions.existing_regions import distinct_rows, existing_regions
from attrax.analysis.padded_batches import apply_padded
from attrax.analysis.periodic_orbits.cycle_stability import regions_of
from attrax.analysis.periodic_orbits.exhaustive_search import region_maps
from attrax.analysis.periodic_orbits.initial_guesses import search_space
from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.core.result import Result

# Matrices with a larger condition number count as singular.
_WORST = 1e10

# With more regions than this, only those are used that orbits visit or come from.
_MOST_REGIONS = 20_000

# Newton steps for the preimage of a state; a few are enough to reach the region of the preimage.
_NEWTON = 20


def region_inverses(
    dynamics: AbstractPiecewiseLinear,
    z: Float[np.ndarray, "order latent"],
    *,
    ends: Float[np.ndarray, "end latent"],
    steps: int,
    extent: float,
) -> tuple[RegionInverses, Result]:
    """Invert the map in each of its regions.

    Args:
        dynamics: The map, in float64.
        z: A cycle. If there are too many regions to list them, those are used that orbits from its surroundings visit.
        ends: States that are followed backward in that case, because orbits rarely visit the regions before them.
        steps: Number of steps backward.
        extent: Largest distance from the cycle.

    Returns:
        The inverses, and a result code: `SUCCESSFUL`; `NOT_INVERTIBLE` if the matrix of a region is singular, so that
        it is left out; `NOT_EXHAUSTIVE` if only the visited regions are included.
    """
    normals, offsets = (np.asarray(x) for x in dynamics.borders())
    space = existing_regions(normals, offsets, most=_MOST_REGIONS)
    listed = space is not None and len(space.bits) <= _MOST_REGIONS
    bits = space.bits if space is not None and listed else _met(dynamics, z, ends, steps, extent)
    matrices, shifts = apply_padded(region_maps, dynamics, bits)
    regular = np.linalg.cond(matrices) < _WORST
    inverses = RegionInverses(np.linalg.inv(matrices[regular]), shifts[regular], bits[regular])
    if not listed:
        return inverses, Result.NOT_EXHAUSTIVE
    return inverses, Result.SUCCESSFUL if regular.all() else Result.NOT_INVERTIBLE


def _met(
    dynamics: AbstractPiecewiseLinear,
    z: Float[np.ndarray, "order latent"],
    ends: Float[np.ndarray, "end latent"],
    steps: int,
    extent: float,
) -> Bool[np.ndarray, "region bits"]:
    """The regions that orbits near the cycle visit, and those on the way backward from `ends`."""
    runs = search_space(dynamics, np.stack([z.min(axis=0) - 1, z.max(axis=0) + 1]), z[:0], key=jax.random.key(0)).runs
    points = [runs.reshape(-1, z.shape[1]), z]
    for _ in range(steps):
        ends, found = apply_padded(_before, dynamics, ends)
        ends = ends[found & (np.linalg.norm(ends[:, None] - z, axis=2).min(axis=1) <= extent)]
        points.append(ends)
    bits = regions_of(dynamics, np.concatenate(points)[None])[0]
    first, _ = distinct_rows(bits)
    return bits[first]


@eqx.filter_jit
def _before(
    dynamics: AbstractPiecewiseLinear, z: Float[Array, "state latent"]
) -> tuple[Float[Array, "state latent"], Bool[Array, " state"]]:
    """A preimage of each state by Newton's method, and whether it was found."""

    def one(z):
        def improve(_, guess):
            return guess - jnp.linalg.solve(dynamics.jacobian(guess), dynamics.step(guess) - z)

        guess = jax.lax.fori_loop(0, _NEWTON, improve, z)
        return guess, jnp.linalg.norm(dynamics.step(guess) - z) <= 1e-9 * (1 + jnp.linalg.norm(z))

    return jax.vmap(one)(z)

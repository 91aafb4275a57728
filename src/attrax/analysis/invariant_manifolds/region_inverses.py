"""Inverses of a piecewise-linear map in each of its regions; a state may have a preimage in several of them."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from attrax.analysis.invariant_manifolds.segments import RegionInverses
from attrax.analysis.linear_regions.existing_regions import distinct_rows, existing_regions
from attrax.analysis.padded_batches import apply_padded
from attrax.analysis.periodic_orbits.cycle_stability import regions_of
from attrax.analysis.periodic_orbits.exhaustive_search import region_maps
from attrax.analysis.periodic_orbits.initial_guesses import search_space
from attrax.core import small_matrix
from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.core.result import Result

# Matrices with a larger condition number count as singular.
_WORST = 1e10

# With more regions than this, only those are used that orbits visit or come from.
_MOST_REGIONS = 20_000

# Most Newton steps for the preimage of a state; two or three usually reach its region, in which the last one is exact.
_NEWTON = 20

# Newton's method ends when all states are hit within the first tolerance; those within the second one count as found.
_EXACT, _FOUND = 1e-13, 1e-9

# States that are followed backward at once, and steps in one compiled call.
_ROWS, _CHUNK = 256, 64


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
    box = np.stack([z.min(axis=0) - 1, z.max(axis=0) + 1])
    runs = search_space(dynamics, box, z[:0], np.random.default_rng(0)).runs
    points = [runs.reshape(-1, z.shape[1]), z, *_on_the_way_back(dynamics, z, ends, steps, extent)]
    bits = regions_of(dynamics, np.concatenate(points)[None])[0]
    first, _ = distinct_rows(bits)
    return bits[first]


def _on_the_way_back(
    dynamics: AbstractPiecewiseLinear,
    z: Float[np.ndarray, "order latent"],
    ends: Float[np.ndarray, "end latent"],
    steps: int,
    extent: float,
) -> list[Float[np.ndarray, "state latent"]]:
    """The preimages of `ends` after 1, 2, ... `steps` steps, as long as they are found within `extent` of the cycle."""
    size = -(-len(ends) // _ROWS) * _ROWS
    states, alive = jnp.asarray(np.resize(ends, (size, z.shape[1]))), jnp.arange(size) < len(ends)
    points = []
    for done in range(0, steps, _CHUNK):
        count = jnp.asarray(min(_CHUNK, steps - done))
        states, alive, before, found = _before(dynamics, jnp.asarray(z), states, alive, jnp.asarray(extent), count)
        points.append(np.asarray(before)[np.asarray(found)])
        if not np.asarray(alive).any():
            break
    return points


@eqx.filter_jit
def _before(
    dynamics: AbstractPiecewiseLinear,
    z: Float[Array, "order latent"],
    states: Float[Array, "row latent"],
    alive: Bool[Array, " row"],
    extent: Float[Array, ""],
    count: Int[Array, ""],
) -> tuple[Float[Array, "row latent"], Bool[Array, " row"], Float[Array, "chunk row latent"], Bool[Array, "chunk row"]]:
    """`count` steps backward: the last states, whether each was found, and the same for all states on the way."""
    step = jax.vmap(dynamics.step)

    def newton(carried):
        i, guess, target, alive = carried
        inverses = jax.vmap(small_matrix.inverse)(jax.vmap(dynamics.jacobian)(guess))
        return i + 1, guess - jnp.einsum("rij,rj->ri", inverses, step(guess) - target), target, alive

    def unfinished(carried):
        i, guess, target, alive = carried
        missed = jnp.linalg.norm(step(guess) - target, axis=1) > _EXACT * (1 + jnp.linalg.norm(target, axis=1))
        return (i < _NEWTON) & (missed & alive).any()

    def back(i, carried):
        states, alive, before, found = carried
        _, guess, _, _ = jax.lax.while_loop(unfinished, newton, (0, states, states, alive))
        hit = jnp.linalg.norm(step(guess) - states, axis=1) <= _FOUND * (1 + jnp.linalg.norm(states, axis=1))
        near = jnp.linalg.norm(guess[:, None] - z, axis=2).min(axis=1) <= extent
        alive = alive & hit & near
        return guess, alive, before.at[i].set(guess), found.at[i].set(alive)

    nothing = jnp.zeros((_CHUNK, *states.shape)), jnp.zeros((_CHUNK, len(states)), bool)
    return jax.lax.fori_loop(0, count, back, (states, alive, *nothing))

"""Exhaustive search: all sequences of regions that an orbit can follow are tried, so that no cycle is missed."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from attrax.analysis.linear_regions.existing_regions import ExistingRegions, existing_regions
from attrax.analysis.linear_regions.region_graph import closed_walks, count_closed_walks, possible_steps
from attrax.analysis.padded_batches import apply_padded
from attrax.analysis.periodic_orbits.closed_orbits import solve_sequences
from attrax.analysis.periodic_orbits.continua import continua
from attrax.analysis.periodic_orbits.distinct_cycles import add_distinct, of_lower_order
from attrax.core.dynamics import AbstractPiecewiseLinear

# Points with a closing gap up to this are a cycle; so a point that lies beyond a border by so little counts as on it.
GAP_TOLERANCE = 1e-9

_BATCH = 32_768

# With more regions than this, the graph of possible steps is not computed: its size is the square of their number.
_MOST_REGIONS = 6_000


class SearchResult(NamedTuple):
    """The cycles that a search found.

    Attributes:
        z: The cycles, all different, none of a lower order.
        continua: Sequences of regions that hold a continuum of cycles.
        singular: Guesses for which Newton's method met a singular system, at most a hundred.
        tried: Number of linear systems that were solved.
        exhaustive: Whether no cycle can be missing.
    """

    z: Float[np.ndarray, "cycle order latent"]
    continua: Bool[np.ndarray, "continuum order bits"]
    singular: Float[np.ndarray, "guess order latent"]
    tried: int
    exhaustive: bool


def exhaustive_search(
    dynamics: AbstractPiecewiseLinear,
    order: int,
    *,
    budget: int,
    progress: Callable[[int, int], None] | None = None,
) -> SearchResult | None:
    """Find all cycles of `order` points by trying every closed walk through the linear regions.

    Args:
        dynamics: A piecewise-linear map in float64.
        order: Number of points of a cycle.
        budget: Largest number of sequences of regions.
        progress: Called with the number of sequences tried and their total.

    Returns:
        The cycles; None if there are more sequences than `budget`, or too many regions to list them.

    Cost: O(order * latent ** 3 + order * latent * hidden) a sequence; about 300,000 sequences a second on one core.
    """
    normals, shifts = (np.asarray(x) for x in dynamics.borders())
    most = budget if order == 1 else min(budget, _MOST_REGIONS)
    space = existing_regions(normals, shifts, most=most)
    if space is None or len(space.bits) > most:
        return None
    matrices, offsets = apply_padded(region_maps, dynamics, space.bits)
    walks, total = _sequences(space, matrices, offsets, (normals, shifts), order, budget)
    if total > budget:
        return None
    z, singular, tried = np.zeros((0, order, dynamics.latent_dim)), [np.zeros((0, order), int)], 0
    for batch in _in_batches(walks, _BATCH):
        orbit, gap = apply_padded(solve_sequences, dynamics, matrices[batch], offsets[batch])
        closed = orbit.z[(gap <= GAP_TOLERANCE) & ~orbit.singular]
        singular.append(batch[orbit.singular])
        z = add_distinct(z, closed[~of_lower_order(closed)])
        tried += len(batch)
        if progress is not None:
            progress(tried, max(int(total), tried))
    return SearchResult(z, continua(dynamics, space.bits[np.concatenate(singular)]), z[:0], tried, True)


@eqx.filter_jit
def region_maps(
    dynamics: AbstractPiecewiseLinear, bits: Bool[Array, "region bits"]
) -> tuple[Float[Array, "region latent latent"], Float[Array, "region latent"]]:
    """Matrix and offset of the map in each region."""
    return jax.vmap(dynamics.affine)(bits)


def _sequences(
    space: ExistingRegions,
    matrices: Float[np.ndarray, "region latent latent"],
    offsets: Float[np.ndarray, "region latent"],
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]],
    order: int,
    budget: int,
) -> tuple[Iterator[Int[np.ndarray, "walk order"]], float]:
    """The sequences to try and about how many there are; the number is infinite if it is far above the budget."""
    if order == 1:
        return iter([np.arange(len(space.bits))[:, None]]), float(len(space.bits))
    steps = possible_steps(space, matrices, offsets, borders)
    if float(steps.sum(axis=1).mean()) ** order > 100 * order * budget:
        return iter(()), np.inf
    return closed_walks(steps, order), count_closed_walks(steps, order) / order


def _in_batches(pieces: Iterator[Int[np.ndarray, "walk order"]], size: int) -> Iterator[Int[np.ndarray, "walk order"]]:
    """The same rows in batches of `size`, of which only the last is smaller, so that compiled code can be reused."""
    waiting, rows = [], 0
    for piece in pieces:
        waiting.append(piece)
        rows += len(piece)
        if rows >= size:
            together = np.concatenate(waiting)
            for i in range(rows // size):
                yield together[i * size : (i + 1) * size]
            waiting = [together[rows // size * size :]]
            rows = len(waiting[0])
    if rows:
        yield np.concatenate(waiting)

"""Exhaustive search: every sequence of regions that an orbit could follow is solved, so that no cycle is missed."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from attrax.analysis.affine_orbits import sequence_sweep
from attrax.analysis.batching import by_rows
from attrax.analysis.continua import continua
from attrax.analysis.distinct import add_distinct, of_lower_order
from attrax.analysis.existing_regions import Cells, cells
from attrax.analysis.itineraries import closed_walks, count_closed_walks, possible_steps
from attrax.core.dynamics import AbstractPiecewiseLinear

# A solution is real if its gap is at most this: a point beyond a border by so little counts as on it.
REAL = 1e-9

_BATCH = 32_768

# Beyond this many regions the graph of possible steps, which grows with the square, is not drawn.
_MOST_CELLS = 6_000


class Found(NamedTuple):
    """What a search came back with.

    Attributes:
        z: The cycles, all of them different and none of lower order.
        continua: Region sequences that hold a continuum of cycles.
        singular: Guesses at which Newton's method met a singular system, a hundred at most.
        tried: Number of region sequences, or tangent systems, solved.
        exhaustive: Whether nothing can have been missed.
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
) -> Found | None:
    """All cycles of `order` points, by solving every closed walk through the regions.

    Args:
        dynamics: A piecewise-linear map in float64.
        order: Number of points of a cycle.
        budget: Largest number of region sequences to solve.
        progress: Called with the number of sequences solved and their total.

    Returns: What was `Found`, or None if there are more sequences than `budget` or too many regions.
    Cost: O(order * latent ** 3 + order * latent * hidden) a sequence; about 300,000 sequences a second on one core.
    """
    normals, shifts = (np.asarray(x) for x in dynamics.borders())
    space = cells(normals, shifts)
    if space is None or len(space.bits) > (budget if order == 1 else min(budget, _MOST_CELLS)):
        return None
    matrices, offsets = by_rows(region_maps, dynamics, space.bits)
    walks, total = _sequences(space, matrices, offsets, (normals, shifts), order, budget)
    if total > budget:
        return None
    z, singular, tried = np.zeros((0, order, dynamics.latent_dim)), [np.zeros((0, order), int)], 0
    for batch in _rebatched(walks, _BATCH):
        orbit, gaps = by_rows(sequence_sweep, dynamics, matrices[batch], offsets[batch])
        closed = orbit.z[(gaps <= REAL) & ~orbit.singular]
        singular.append(batch[orbit.singular])
        z = add_distinct(z, closed[~of_lower_order(closed)])
        tried += len(batch)
        if progress is not None:
            progress(tried, max(int(total), tried))
    return Found(z, continua(dynamics, space.bits[np.concatenate(singular)]), z[:0], tried, True)


@eqx.filter_jit
def region_maps(
    dynamics: AbstractPiecewiseLinear, bits: Bool[Array, "cell bits"]
) -> tuple[Float[Array, "cell latent latent"], Float[Array, "cell latent"]]:
    """The affine map of each region."""
    return jax.vmap(dynamics.affine)(bits)


def _sequences(
    space: Cells,
    matrices: Float[np.ndarray, "cell latent latent"],
    offsets: Float[np.ndarray, "cell latent"],
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]],
    order: int,
    budget: int,
) -> tuple[Iterator[Int[np.ndarray, "walk order"]], float]:
    """The sequences to try and about how many there are, infinitely many if far too many to count."""
    if order == 1:
        return iter([np.arange(len(space.bits))[:, None]]), float(len(space.bits))
    steps = possible_steps(space, matrices, offsets, borders)
    if float(steps.sum(axis=1).mean()) ** order > 100 * order * budget:
        return iter(()), np.inf
    return closed_walks(steps, order), count_closed_walks(steps, order) / order


def _rebatched(pieces: Iterator[Int[np.ndarray, "walk order"]], size: int) -> Iterator[Int[np.ndarray, "walk order"]]:
    """The same rows in batches of `size`, the last one shorter, so that one compiled program serves them all."""
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

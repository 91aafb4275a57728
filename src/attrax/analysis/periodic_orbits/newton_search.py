"""Search for cycles by Newton's method from many initial guesses.

It is used for maps with too many sequences of regions to try them all, and for maps that are not piecewise linear. In
each step the map is replaced by its tangent maps at the points of the guess; the orbit that closes under these affine
maps is the next guess. For a piecewise-linear map this ends after finitely many steps, as soon as the points lie in the
regions that were assumed (Eisenmann et al. 2023).
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float, PRNGKeyArray

from attrax.analysis.periodic_orbits.distinct_cycles import add_distinct, of_lower_order
from attrax.analysis.periodic_orbits.exhaustive_search import GAP_TOLERANCE, SearchResult
from attrax.analysis.periodic_orbits.guess_queue import Improved, Slots, empty_slots, improve_guesses, step_lengths
from attrax.analysis.periodic_orbits.initial_guesses import (
    SearchSpace,
    border_intersections,
    draw_guesses,
    search_space,
    splice_cycles,
)
from attrax.core.dynamics import AbstractDynamics
from attrax.core.generator import generator_of

# The budget suffices for at least this many steps of every guess.
_ROUNDS = 50

# The search continues until this many times the work it took to find the last new cycle.
_PERSISTENCE = 4

# Number of points where borders meet, used for guesses.
_CORNERS = 4096

# Number of guesses with a singular system that are kept: a continuum is found again and again.
_MOST_SINGULAR = 100


def newton_search(
    dynamics: AbstractDynamics,
    order: int,
    *,
    box: Float[np.ndarray, "2 latent"] | None,
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]],
    reach: float,
    least: int,
    budget: int,
    batch: int = 2048,
    progress: Callable[[int, int], None] | None = None,
    key: PRNGKeyArray,
) -> SearchResult:
    """Find cycles of `order` points by Newton's method from many initial guesses.

    Args:
        dynamics: The map, in float64.
        order: Number of points of a cycle.
        box: Lowest and highest value of each state variable for the initial guesses; from free runs if None.
        borders: Normals and offsets of the planes between regions, near which guesses are drawn, too; no rows for a map
            that is not piecewise linear.
        reach: A guess is given up when it is farther out than `reach` times the box. Initial guesses lie within
            sqrt(reach) times the box. Make it large for piecewise-linear maps, which may have cycles far out, and small
            for flows, which take very long far out.
        least: Smallest number of Newton steps. After that the search ends when three quarters of all steps found
            nothing new. If it is small, rare cycles are missed.
        budget: Largest number of Newton steps; for a piecewise-linear map each step tries one sequence of regions.
        batch: Number of guesses that are improved at the same time; fewer if the budget is small.
        progress: Called with the number of steps done and the budget.
        key: Random key.

    Returns:
        The cycles, never marked as exhaustive, and guesses that may belong to a continuum.

    Cost: O(order * latent ** 3) and `order` Jacobians a step.

    References:
        Eisenmann, Monfared, Göring & Durstewitz, Bifurcations and loss jumps in RNN training, NeurIPS 2023
        [@eisenmann2023].
    """
    batch = max(1, min(batch, budget // _ROUNDS))
    rng = generator_of(key)
    space = search_space(dynamics, box, border_intersections(borders, _CORNERS, rng), rng)
    far = reach * np.abs([space.low, space.high]).max()
    slots = empty = empty_slots(batch, order, dynamics.latent_dim)

    def improve(slots: Slots, queue: Float[np.ndarray, "guess order latent"], steps: int) -> Improved:
        shares = step_lengths(batch, rng)
        return improve_guesses(dynamics, slots, queue, far=far, tolerance=GAP_TOLERANCE, steps=steps, shares=shares)

    singular = np.zeros((0, order, dynamics.latent_dim))
    # Cycles of lower order are kept until the end, since guesses for new cycles are composed of them.
    known, tried, last = np.zeros((0, order, dynamics.latent_dim)), 0, 0
    while tried < (end := min(budget, max(least, _PERSISTENCE * last))):
        queue = _guesses(dynamics, space, known, order, batch, reach**0.5, rng)
        found = improve(slots, queue, end - tried)
        slots, tried = found.slots, tried + found.steps
        singular = np.concatenate([singular, found.z[found.singular]])[:_MOST_SINGULAR]
        union = add_distinct(known, found.z[found.closed])
        last = tried if len(union) > len(known) else last
        known = union
        if progress is not None:
            progress(min(tried, budget), budget)
    known = _refined(known[~of_lower_order(known)], empty, improve)
    return SearchResult(add_distinct(known[:0], known), np.zeros((0, order, 0), bool), singular, tried, False)


def _guesses(
    dynamics: AbstractDynamics,
    space: SearchSpace,
    known: Float[np.ndarray, "known order latent"],
    order: int,
    n: int,
    farthest: float,
    rng: np.random.Generator,
) -> Float[np.ndarray, "n order latent"]:
    """New guesses in random order; a quarter of them are parts of known cycles."""
    fresh = draw_guesses(dynamics, space, order, n, farthest, rng)
    if len(known):
        fresh[: n // 4] = splice_cycles(known, fresh[n - n // 4 :], rng)
    return rng.permutation(fresh)


def _refined(
    cycles: Float[np.ndarray, "cycle order latent"],
    empty: Slots,
    improve: Callable[[Slots, Float[np.ndarray, "guess order latent"], int], Improved],
) -> Float[np.ndarray, "cycle order latent"]:
    """The cycles after one more Newton step, where that is closed and not singular."""
    n, refined = len(empty.age), cycles.copy()
    for start in range(0, len(cycles), n):
        part = cycles[start : start + n]
        found = improve(empty, np.resize(part, (n, *part.shape[1:])), n)
        rows = np.flatnonzero(found.closed[: len(part)])
        refined[start + rows] = found.z[rows]
    return refined

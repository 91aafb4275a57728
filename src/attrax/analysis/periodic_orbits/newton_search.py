"""Guided search: for maps with too many region sequences to try them all, and for smooth ones.

The map is replaced by its affine pieces along a first guess, the orbit that closes under them is the next guess, and so
on: Newton's method. For a piecewise-linear map this ends after finitely many steps, in the regions that the solution
really lies in; the search starts again from another guess [@eisenmann2023].
"""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float, PRNGKeyArray

from attrax.analysis.padded_batches import by_rows
from attrax.analysis.periodic_orbits.closed_orbits import AffineOrbit, tangent_sweep
from attrax.analysis.periodic_orbits.distinct_cycles import add_distinct, of_lower_order
from attrax.analysis.periodic_orbits.exhaustive_search import REAL, Found
from attrax.analysis.periodic_orbits.initial_guesses import Starts, corners_of, draw, find_starts, spliced
from attrax.core.dynamics import AbstractDynamics

# Every guess can be improved at least so many times within the budget.
_ROUNDS = 50

# A guess that has not closed after so many steps is given up for another one.
_PATIENCE = 25

# Steps are shortened at random: full ones arrive at once where they can, but lead round in circles elsewhere.
_LENGTHS = (1.0, 1.0, 0.5, 0.2, 0.05)

# The search goes on until this many times the work it took to find the last new cycle.
_PERSISTENCE = 4

# So many points where borders meet are tried as guesses.
_CORNERS = 4096

# So many guesses with a singular system are remembered: a continuum is met again and again.
_MOST_SINGULAR = 100


def guided_search(
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
) -> Found:
    """Cycles of `order` points that Newton's method finds from many guesses.

    Args:
        dynamics: The map, in float64.
        order: Number of points of a cycle.
        box: Where guesses are drawn; found by free runs if missing.
        borders: Normals and offsets of the planes between regions, near which guesses are drawn; none for a smooth map.
        reach: Guesses this many times farther out than the box are given up; first ones lie within its square root. A
            flow's time map takes for ever far out, a piecewise-linear map has cycles there.
        least: Smallest number of Newton steps. From there on the search ends once three quarters of its work brought
            nothing new; rare cycles are overlooked if it is small.
        budget: Largest number of Newton steps, which for a piecewise-linear map are the region sequences tried.
        batch: Guesses that are improved side by side; fewer if the budget is small.
        progress: Called with the number of steps done and the budget.
        key: Random key.

    Returns: What was `Found`, never exhaustive. Guesses that may lie in continua are named.
    Cost: O(order * latent ** 3) and `order` Jacobians a step.
    """
    batch = max(1, min(batch, budget // _ROUNDS))
    key, k_runs = jax.random.split(key)
    rng = np.random.default_rng(np.asarray(jax.random.key_data(key)))
    starts = find_starts(dynamics, box, corners_of(borders, _CORNERS, rng), key=k_runs)
    far = reach * np.abs([starts.low, starts.high]).max()
    guess, age = draw(dynamics, starts, order, batch, reach**0.5, rng), np.zeros(batch, int)
    singular = np.zeros((0, order, dynamics.latent_dim))
    # Those of lower order are kept until the end, since new cycles are often spliced from them.
    known, tried, last = np.zeros((0, order, dynamics.latent_dim)), 0, 0
    while tried < min(budget, max(least, _PERSISTENCE * last)):
        orbit, gaps = tangent_sweep(dynamics, jnp.asarray(guess))
        if len(singular) < _MOST_SINGULAR:
            singular = np.concatenate([singular, guess[np.asarray(orbit.singular)]])[:_MOST_SINGULAR]
        solved, closed, lost = _sorted_out(orbit, gaps, far)
        tried, age = tried + batch, age + 1
        union = add_distinct(known, solved[closed])
        last = tried if len(union) > len(known) else last
        known = union
        again = closed | lost | (age >= _PATIENCE)
        guess = guess + rng.choice(_LENGTHS, size=(batch, 1, 1)) * (solved - guess)
        guess, age = _renewed(dynamics, starts, known, guess, again, reach**0.5, rng), np.where(again, 0, age)
        if progress is not None:
            progress(min(tried, budget), budget)
    known = _polished(dynamics, known[~of_lower_order(known)])
    return Found(add_distinct(known[:0], known), np.zeros((0, order, 0), bool), singular, tried, False)


def _sorted_out(
    orbit: AffineOrbit, gaps: jax.Array, far: float
) -> tuple[Float[np.ndarray, "batch order latent"], Bool[np.ndarray, " batch"], Bool[np.ndarray, " batch"]]:
    """The next guesses, which of them are cycles, and which lead nowhere."""
    z, gap, singular = np.array(orbit.z), np.asarray(gaps), np.asarray(orbit.singular)
    lost = singular | ~(np.abs(z).max(axis=(1, 2)) < far)
    return z, (gap <= REAL) & ~lost, lost


def _renewed(
    dynamics: AbstractDynamics,
    starts: Starts,
    known: Float[np.ndarray, "known order latent"],
    guess: Float[np.ndarray, "batch order latent"],
    again: Bool[np.ndarray, " batch"],
    farthest: float,
    rng: np.random.Generator,
) -> Float[np.ndarray, "batch order latent"]:
    fresh = draw(dynamics, starts, guess.shape[1], len(guess), farthest, rng)
    if len(known):
        n = len(fresh) // 4
        fresh[:n] = spliced(known, fresh[-n:], rng)
    # Rows are permuted, lest some lanes get guesses of one kind only.
    return np.where(again[:, None, None], rng.permutation(fresh), guess)


def _polished(
    dynamics: AbstractDynamics, cycles: Float[np.ndarray, "cycle order latent"]
) -> Float[np.ndarray, "cycle order latent"]:
    """One more step of Newton's method, kept where it closes the cycle better."""
    orbit, left = by_rows(tangent_sweep, dynamics, cycles)
    return np.where(((left <= REAL) & ~orbit.singular)[:, None, None], orbit.z, cycles)

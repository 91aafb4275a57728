"""Branches: cycles followed while the map changes (numerical continuation).

If two maps differ little, their cycles differ little, and Newton's method that starts at a cycle of one map finds the
cycle of the other. Where this fails, or where an eigenvalue crosses the unit circle, there is a bifurcation.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Complex, Float, Int
from scipy.optimize import linear_sum_assignment

from attrax.analysis.padded_batches import apply_padded
from attrax.analysis.periodic_orbits.closed_orbits import affine_orbit, closing_gap
from attrax.analysis.periodic_orbits.cycle_stability import eigenvalues
from attrax.analysis.periodic_orbits.distinct_cycles import of_lower_order
from attrax.analysis.periodic_orbits.exhaustive_search import GAP_TOLERANCE
from attrax.core.dynamics import AbstractDynamics

_STEPS = 40


@dataclass(frozen=True, eq=False)
class Branch:
    """A cycle over a range of parameter values.

    Attributes:
        order: Number of points of the cycle.
        first: Index of the first parameter value at which it was found.
        z: Its points, at that value and the following ones.
        eigenvalues: Eigenvalues of the Jacobian over one period, at each value.
        stable: Whether all eigenvalues lie inside the unit circle, at each value.

    Example:
        >>> stable = np.array([True, True, False])
        >>> Branch(1, 4, np.full((3, 1, 1), 0.6), np.full((3, 1), -0.9 + 0j), stable).last
        6
    """

    order: int
    first: int
    z: Float[np.ndarray, "value order latent"]
    eigenvalues: Complex[np.ndarray, "value latent"]
    stable: Bool[np.ndarray, " value"]

    @property
    def last(self) -> int:
        """Index of the last parameter value at which it was found."""
        return self.first + len(self.z) - 1


@eqx.filter_jit
def _newton(
    dynamics: AbstractDynamics, z: Float[Array, "guess order latent"]
) -> tuple[Float[Array, "guess order latent"], Bool[Array, " guess"]]:
    """Newton's method from each guess, and whether it converged to a cycle."""

    def step(z):
        matrices = jax.vmap(dynamics.jacobian)(z)
        orbit = affine_orbit(matrices, jax.vmap(dynamics.step)(z) - jnp.einsum("kij,kj->ki", matrices, z))
        return jnp.where(orbit.singular, jnp.nan, orbit.z)

    def improve(state):
        z, n, left, _ = state
        z = step(z)
        return z, n + 1, closing_gap(dynamics, z), left

    def unfinished(state):
        # Continue while the gap shrinks: near a fold, where two cycles meet, it is small long before the error is.
        _, n, left, before = state
        return (n < _STEPS) & ~jnp.isnan(left) & ((left > GAP_TOLERANCE) | ((left > 0) & (left < before / 2)))

    def one(z):
        z, _, left, _ = jax.lax.while_loop(unfinished, improve, (z, 0, jnp.inf, jnp.inf))
        return z, (left <= GAP_TOLERANCE) & jnp.isfinite(z).all()

    return jax.vmap(one)(z)


def follow_cycles(
    here: AbstractDynamics, z: Float[np.ndarray, "cycle order latent"], there: AbstractDynamics, reach: float
) -> tuple[Float[np.ndarray, "cycle order latent"], Bool[np.ndarray, " cycle"]]:
    """Find the cycles of a changed map that continue given cycles, by Newton's method.

    A cycle counts as the same if it moved by at most `reach`, or if Newton's method leads back from it to where it
    started; Newton's method may also jump to another cycle.

    Args:
        here: The map of the given cycles.
        z: The cycles.
        there: The changed map.
        reach: Largest distance.

    Returns:
        The cycles of the changed map, and whether each is the same cycle.
    """
    moved, found = apply_padded(_newton, there, z)
    moved = np.where(found[:, None, None], moved, 0.0)
    back, returned = apply_padded(_newton, here, moved)
    apart = np.abs(np.where(returned[:, None, None], back, np.inf) - z).max(axis=(1, 2), initial=0.0)
    near = np.abs(moved - z).max(axis=(1, 2), initial=0.0) <= reach
    return moved, found & (near | (apart <= 1e-5)) & ~of_lower_order(moved)


def nearby_cycle(
    dynamics: AbstractDynamics, guess: Float[np.ndarray, "order latent"]
) -> Float[np.ndarray, "order latent"] | None:
    """The cycle that Newton's method finds from a guess; None if there is none, or if it is of lower order."""
    z, found = apply_padded(_newton, dynamics, guess[None])
    return z[0] if found[0] and not of_lower_order(z)[0] else None


def continue_cycles(
    dynamics: AbstractDynamics, cycles: Float[np.ndarray, "cycle order latent"]
) -> Float[np.ndarray, "found order latent"]:
    """The cycles of a slightly changed map that Newton's method finds from known cycles."""
    z, found = apply_padded(_newton, dynamics, cycles)
    z = z[found]
    return z[~of_lower_order(z)]


def join_branches(
    maps: Sequence[AbstractDynamics], cycles: Sequence[Float[np.ndarray, "_ order latent"]], reach: float
) -> list[Branch]:
    """Join the cycles of successive maps into branches, so that the sum of the distances between neighbors is smallest.

    The distance is measured from where Newton's method leads, or from where the branch would be if it went on in a
    straight line, whichever is nearer; for the best choice of the first point.

    Args:
        maps: The maps, in float64.
        cycles: The cycles of each map, all of one order.
        reach: Largest distance at which cycles are joined.

    References:
        The assignment problem is solved by the method of Kuhn, The Hungarian method for the assignment problem, Naval
        Research Logistics Quarterly 1955 [@kuhn1955].
    """
    open_, done = [(0, [z]) for z in cycles[0]], []
    for i, now in enumerate(cycles[1:], 1):
        aligned, distance = _distances(maps[i - 1], maps[i], [path for _, path in open_], now)
        pairs = [(a, b) for a, b in zip(*linear_sum_assignment(distance), strict=True) if distance[a, b] <= reach]
        for a, b in pairs:
            open_[a][1].append(aligned[a, b])
        ended = set(range(len(open_))) - {a for a, _ in pairs}
        done += [open_[a] for a in sorted(ended)]
        born = set(range(len(now))) - {b for _, b in pairs}
        open_ = [path for a, path in enumerate(open_) if a not in ended] + [(i, [now[b]]) for b in sorted(born)]
    return [_branch(maps, first, np.array(path)) for first, path in done + open_]


def _distances(
    before: AbstractDynamics,
    after: AbstractDynamics,
    paths: list[list[Float[np.ndarray, "order latent"]]],
    now: Float[np.ndarray, "cycle order latent"],
) -> tuple[Float[np.ndarray, "path cycle order latent"], Float[np.ndarray, "path cycle"]]:
    """The cycles, each aligned with the end of each path, and their distances from where the path leads."""
    ends = np.array([path[-1] for path in paths]).reshape(-1, *now.shape[1:])
    ahead = np.array([2 * path[-1] - path[-2] if len(path) > 1 else path[-1] for path in paths]).reshape(ends.shape)
    taken, sure = follow_cycles(before, ends, after, 0.0)
    aligned, straight = _aligned(ahead, now)
    by_newton, leap = _aligned(taken, now)
    leap = np.where(sure[:, None], leap, np.inf)
    # Where two branches lead to one cycle, the one that was closer before takes it.
    tie = 1e-6 * _aligned(ends, now)[1]
    return np.where((leap < straight)[:, :, None, None], by_newton, aligned), np.minimum(leap, straight) + tie


def _branch(maps: Sequence[AbstractDynamics], first: int, z: Float[np.ndarray, "value order latent"]) -> Branch:
    values = np.array([eigenvalues(maps[first + i], z[i : i + 1])[0] for i in range(len(z))])
    return Branch(z.shape[1], first, z, values, np.abs(values).max(axis=1) < 1)


def _aligned(
    a: Float[np.ndarray, "a order latent"], b: Float[np.ndarray, "b order latent"]
) -> tuple[Float[np.ndarray, "a b order latent"], Float[np.ndarray, "a b"]]:
    """Every cycle of `b`, with the first point that fits each cycle of `a` best, and the largest distance of points."""
    order = b.shape[1]
    shifted = np.stack([np.roll(b, -shift, axis=1) for shift in range(order)])
    apart = np.linalg.norm(a[None, :, None] - shifted[:, None], axis=-1).max(axis=-1)
    best: Int[np.ndarray, "a b"] = apart.argmin(axis=0)
    return shifted[best, np.arange(len(b))], apart.min(axis=0)

"""Continuation: a cycle followed while the map changes.

Between two maps that differ little a cycle moves little, so that Newton's method started at the old one finds the new
one. Where that fails, or where an eigenvalue crosses the unit circle, something happens to the cycle.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Complex, Float, Int
from scipy.optimize import linear_sum_assignment

from attrax.analysis.affine_orbits import affine_orbit, gap
from attrax.analysis.batching import by_rows
from attrax.analysis.distinct import of_lower_order
from attrax.analysis.exhaustive import REAL
from attrax.analysis.stability import eigenvalues
from attrax.core.dynamics import AbstractDynamics

_STEPS = 40


@dataclass(frozen=True, eq=False)
class Branch:
    """A cycle along a range of parameter values.

    Attributes:
        order: Number of points of the cycle.
        first: Index of the first value at which it was found.
        z: Its points at that value and the following ones.
        eigenvalues: Of the map once around, at each value.
        stable: Whether all of them lie inside the unit circle, at each value.
    """

    order: int
    first: int
    z: Float[np.ndarray, "value order latent"]
    eigenvalues: Complex[np.ndarray, "value latent"]
    stable: Bool[np.ndarray, " value"]

    @property
    def last(self) -> int:
        """Index of the last value at which it was found."""
        return self.first + len(self.z) - 1


@eqx.filter_jit
def _newton(
    dynamics: AbstractDynamics, z: Float[Array, "guess order latent"]
) -> tuple[Float[Array, "guess order latent"], Bool[Array, " guess"]]:
    def step(z):
        matrices = jax.vmap(dynamics.jacobian)(z)
        orbit = affine_orbit(matrices, jax.vmap(dynamics.step)(z) - jnp.einsum("kij,kj->ki", matrices, z))
        return jnp.where(orbit.singular, jnp.nan, orbit.z)

    def improve(state):
        z, n, left, _ = state
        z = step(z)
        return z, n + 1, gap(dynamics, z), left

    def unfinished(state):
        # A closed cycle is improved as long as that helps: near a double one the gap is small long before the error is.
        _, n, left, before = state
        return (n < _STEPS) & ~jnp.isnan(left) & ((left > REAL) | ((left > 0) & (left < before / 2)))

    def one(z):
        z, _, left, _ = jax.lax.while_loop(unfinished, improve, (z, 0, jnp.inf, jnp.inf))
        return z, (left <= REAL) & jnp.isfinite(z).all()

    return jax.vmap(one)(z)


def followed(
    here: AbstractDynamics, z: Float[np.ndarray, "cycle order latent"], there: AbstractDynamics, reach: float
) -> tuple[Float[np.ndarray, "cycle order latent"], Bool[np.ndarray, " cycle"]]:
    """What becomes of cycles of one map under another, and whether they are the same cycles.

    They are if they moved less than `reach`, or if Newton's method, which may leap to another cycle, leads back from
    there to where it started.
    """
    moved, found = by_rows(_newton, there, z)
    moved = np.where(found[:, None, None], moved, 0.0)
    back, returned = by_rows(_newton, here, moved)
    apart = np.abs(np.where(returned[:, None, None], back, np.inf) - z).max(axis=(1, 2), initial=0.0)
    near = np.abs(moved - z).max(axis=(1, 2), initial=0.0) <= reach
    return moved, found & (near | (apart <= 1e-5)) & ~of_lower_order(moved)


def nearby_cycle(
    dynamics: AbstractDynamics, guess: Float[np.ndarray, "order latent"]
) -> Float[np.ndarray, "order latent"] | None:
    """The cycle of full order that Newton's method finds from a guess, or None."""
    z, found = by_rows(_newton, dynamics, guess[None])
    return z[0] if found[0] and not of_lower_order(z)[0] else None


def continued(
    dynamics: AbstractDynamics, cycles: Float[np.ndarray, "cycle order latent"]
) -> Float[np.ndarray, "found order latent"]:
    """What becomes of known cycles under a map that differs a little from theirs."""
    z, found = by_rows(_newton, dynamics, cycles)
    z = z[found]
    return z[~of_lower_order(z)]


def branches(
    maps: Sequence[AbstractDynamics], cycles: Sequence[Float[np.ndarray, "_ order latent"]], reach: float
) -> list[Branch]:
    """Cycles of successive maps joined into branches, so that the sum of the distances between neighbors is least.

    Distances are measured from where Newton's method or straight motion take a branch, at the best alignment of points.

    Args:
        maps: The maps, in float64.
        cycles: The cycles of each map, all of one order.
        reach: Largest distance from straight motion that is joined.
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
    """The cycles aligned with the end of each path, and their distances from where it leads."""
    ends = np.array([path[-1] for path in paths]).reshape(-1, *now.shape[1:])
    ahead = np.array([2 * path[-1] - path[-2] if len(path) > 1 else path[-1] for path in paths]).reshape(ends.shape)
    taken, sure = followed(before, ends, after, 0.0)
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
    """Every cycle of `b` started where it is closest to each of `a`, and the largest distance of a point then."""
    order = b.shape[1]
    shifted = np.stack([np.roll(b, -shift, axis=1) for shift in range(order)])
    apart = np.linalg.norm(a[None, :, None] - shifted[:, None], axis=-1).max(axis=-1)
    best: Int[np.ndarray, "a b"] = apart.argmin(axis=0)
    return shifted[best, np.arange(len(b))], apart.min(axis=0)

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
        z, n, _ = state
        z = step(z)
        return z, n + 1, gap(dynamics, z)

    def one(z):
        # A gap that is not a number ends the loop as well.
        z, _, left = jax.lax.while_loop(lambda s: (s[2] > REAL) & (s[1] < _STEPS), improve, (z, 0, jnp.inf))
        better = step(z)
        z = jnp.where(gap(dynamics, better) < left, better, z)
        return z, (left <= REAL) & jnp.isfinite(z).all()

    return jax.vmap(one)(z)


def closest_cycle(
    dynamics: AbstractDynamics, guesses: Float[np.ndarray, "guess order latent"]
) -> Float[np.ndarray, "order latent"] | None:
    """The cycle of full order that Newton's method finds closest to its own guess, or None."""
    z, found = by_rows(_newton, dynamics, guesses)
    found = found & ~of_lower_order(np.where(found[:, None, None], z, 0.0)) if z.shape[1] > 1 else found
    moved = np.where(found, np.abs(z - guesses).max(axis=(1, 2)), np.inf)
    best = int(np.argmin(moved))
    return z[best] if found[best] else None


def continued(
    dynamics: AbstractDynamics, cycles: Float[np.ndarray, "cycle order latent"]
) -> Float[np.ndarray, "found order latent"]:
    """What becomes of known cycles under a map that differs a little from theirs."""
    z, found = by_rows(_newton, dynamics, cycles)
    z = z[found]
    return z[~of_lower_order(z)]


def branches(
    maps: Sequence[AbstractDynamics], cycles: Sequence[Float[np.ndarray, "cycle order latent"]], reach: float
) -> list[Branch]:
    """Cycles of successive maps joined into branches, so that the sum of the distances between neighbors is least.

    Distances are measured from where a branch would be if it went on as before, at the best alignment of the points.

    Args:
        maps: The maps, in float64.
        cycles: The cycles of each map, all of one order.
        reach: Largest distance that is joined.
    """
    open_, done = [(0, [z]) for z in cycles[0]], []
    for i, now in enumerate(cycles[1:], 1):
        ahead = np.array([2 * path[-1] - path[-2] if len(path) > 1 else path[-1] for _, path in open_])
        aligned, distance = _aligned(ahead.reshape(-1, *now.shape[1:]), now)
        pairs = [(a, b) for a, b in zip(*linear_sum_assignment(distance), strict=True) if distance[a, b] <= reach]
        for a, b in pairs:
            open_[a][1].append(aligned[a, b])
        ended = set(range(len(open_))) - {a for a, _ in pairs}
        done += [open_[a] for a in sorted(ended)]
        born = set(range(len(now))) - {b for _, b in pairs}
        open_ = [path for a, path in enumerate(open_) if a not in ended] + [(i, [now[b]]) for b in sorted(born)]
    return [_branch(maps, first, np.array(path)) for first, path in done + open_]


def _branch(maps: Sequence[AbstractDynamics], first: int, z: Float[np.ndarray, "value order latent"]) -> Branch:
    values = np.array([eigenvalues(maps[first + i], z[i : i + 1])[0] for i in range(len(z))])
    return Branch(z.shape[1], first, z, values, (np.abs(values) < 1).all(axis=1))


def _aligned(
    a: Float[np.ndarray, "a order latent"], b: Float[np.ndarray, "b order latent"]
) -> tuple[Float[np.ndarray, "a b order latent"], Float[np.ndarray, "a b"]]:
    """Every cycle of `b` started where it is closest to each of `a`, and the largest distance of a point then."""
    order = b.shape[1]
    shifted = np.stack([np.roll(b, -shift, axis=1) for shift in range(order)])
    apart = np.linalg.norm(a[None, :, None] - shifted[:, None], axis=-1).max(axis=-1)
    best: Int[np.ndarray, "a b"] = apart.argmin(axis=0)
    return shifted[best, np.arange(len(b))], apart.min(axis=0)

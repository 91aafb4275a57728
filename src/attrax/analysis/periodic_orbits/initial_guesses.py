"""Starts: where a search for cycles begins, since what it finds depends on that."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.dynamics import AbstractDynamics

_RUNS, _LENGTH = 32, 500

# Latent states are of unit order, so this much around the origin is searched whatever the free runs visit.
_ORIGIN = 3.0


class Starts(NamedTuple):
    """Free runs of a map and the box around them.

    Attributes:
        runs: Orbits that stayed bounded, after their transients.
        low, high: Corners of the box that random starts are drawn from.
        corners: Points where borders between linear regions meet, since small regions are hard to hit otherwise.
    """

    runs: Float[np.ndarray, "run time latent"]
    low: Float[np.ndarray, " latent"]
    high: Float[np.ndarray, " latent"]
    corners: Float[np.ndarray, "corner latent"]


def find_starts(
    dynamics: AbstractDynamics,
    box: Float[np.ndarray, "2 latent"] | None,
    corners: Float[np.ndarray, "corner latent"],
    *,
    key: PRNGKeyArray,
) -> Starts:
    """Free runs from random states: uniform in the box, or standard normal if there is none.

    Args:
        dynamics: The map, in float64.
        box: Lowest and highest value of each variable; if missing, twice the extent of the free runs and of the cube of
            side 6 around the origin.
        corners: Where borders meet, for a piecewise-linear map; none for others.
        key: Random key.
    """
    if box is None:
        z0 = jax.random.normal(key, (_RUNS, dynamics.latent_dim), jnp.float64)
    else:
        low, high = jnp.asarray(box, jnp.float64)
        z0 = jax.random.uniform(key, (_RUNS, dynamics.latent_dim), jnp.float64, low, high)
    runs = np.asarray(_free_runs(dynamics, z0))
    runs = runs[np.isfinite(runs).all(axis=(1, 2)) & (np.abs(runs).max(axis=(1, 2), initial=0) < 1e8)]
    if box is not None:
        return Starts(runs, np.asarray(box[0], float), np.asarray(box[1], float), corners)
    wide = np.full((1, 1, dynamics.latent_dim), _ORIGIN)
    visited = np.concatenate([runs.reshape(1, -1, dynamics.latent_dim), wide, -wide], axis=1)
    low, high = visited.min(axis=(0, 1)), visited.max(axis=(0, 1))
    return Starts(runs, 1.5 * low - 0.5 * high, 1.5 * high - 0.5 * low, corners)


@eqx.filter_jit
def _free_runs(dynamics: AbstractDynamics, z0: Float[Array, "run latent"]) -> Float[Array, "run time latent"]:
    def body(z, _):
        z = jax.vmap(dynamics.step)(z)
        return z, z

    z, _ = jax.lax.scan(body, z0, None, length=_LENGTH // 2)
    return jnp.swapaxes(jax.lax.scan(body, z, None, length=_LENGTH)[1], 0, 1)


def draw(
    dynamics: AbstractDynamics, starts: Starts, order: int, n: int, farthest: float, rng: np.random.Generator
) -> Float[np.ndarray, "n order latent"]:
    """First guesses of cycles, a third of each kind.

    Orbits from random states of the box; points drawn one by one, as no orbit visits them; and pieces of the free runs
    that nearly return, which the cycles inside an attractor are close to. Random states lie up to `farthest` times as
    far from the center of the box as its sides.
    """
    center, half = (starts.low + starts.high) / 2, (starts.high - starts.low) / 2
    # Sizes are spread evenly over the decades, so that neither small nor large structures are overlooked.
    size = np.exp(rng.uniform(np.log(0.1), np.log(farthest), (n, 1, 1)))
    loose = center + half * size * rng.uniform(-1, 1, (n, order, len(center)))
    if len(starts.corners):
        loose[::2] = _around(starts.corners, half.max(), (n + 1) // 2, order, rng)
    guesses = loose.copy()
    guesses[: n // 3] = np.asarray(_orbits(dynamics, jnp.asarray(loose[: n // 3, 0]), order))
    if len(starts.runs):
        guesses[n - n // 3 :] = _close_returns(starts.runs, order, n // 3, rng)
    return guesses


@eqx.filter_jit
def _orbits(dynamics: AbstractDynamics, z: Float[Array, "n latent"], order: int) -> Float[Array, "n order latent"]:
    points = [z]
    for _ in range(order - 1):
        points.append(jax.vmap(dynamics.step)(points[-1]))
    return jnp.stack(points, axis=1)


def _close_returns(
    runs: Float[np.ndarray, "run time latent"], order: int, n: int, rng: np.random.Generator
) -> Float[np.ndarray, "n order latent"]:
    """The `n` closest of eight times as many pieces of `order` points, by how far the next point is from the first."""
    which = rng.integers(len(runs), size=8 * n)
    start = rng.integers(runs.shape[1] - order, size=8 * n)
    apart = np.linalg.norm(runs[which, start + order] - runs[which, start], axis=1)
    best = np.argsort(apart, kind="stable")[:n]
    return runs[which[best, None], start[best, None] + np.arange(order)]


def corners_of(
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]], n: int, rng: np.random.Generator
) -> Float[np.ndarray, "corner latent"]:
    """Up to `n` points where as many borders meet as there are dimensions, of borders chosen at random."""
    normals, offsets = borders
    bits, latent = normals.shape
    if bits < latent:
        return np.zeros((0, latent))
    chosen = rng.random((n, bits)).argpartition(latent - 1, axis=1)[:, :latent]
    matrices = normals[chosen]
    proper = np.abs(np.linalg.det(matrices)) > 1e-9 * np.prod(np.linalg.norm(matrices, axis=2), axis=1)
    return np.linalg.solve(matrices[proper], -offsets[chosen][proper, :, None])[..., 0]


def _around(
    corners: Float[np.ndarray, "corner latent"], size: float, n: int, order: int, rng: np.random.Generator
) -> Float[np.ndarray, "n order latent"]:
    """Points close to corners, by a distance spread evenly over four decades."""
    chosen = corners[rng.integers(len(corners), size=(n, order))]
    return chosen + size * 10 ** rng.uniform(-4, 0, (n, order, 1)) * rng.normal(size=chosen.shape)


def spliced(
    known: Float[np.ndarray, "known order latent"],
    fresh: Float[np.ndarray, "n order latent"],
    rng: np.random.Generator,
) -> Float[np.ndarray, "n order latent"]:
    """Guesses that follow one known cycle, then another; every second one with one point replaced by a fresh one.

    Where there is a horseshoe, orbits may follow cycles in any order, so that cycles are made of cycles.
    """
    n, order, _ = fresh.shape
    a, b = rng.integers(len(known), size=(2, n, 1))
    shift_a, shift_b, cut, spot = rng.integers(order, size=(4, n, 1))
    time = np.arange(order)
    first, second = known[a, (time + shift_a) % order], known[b, (time + shift_b) % order]
    guesses = np.where((time <= cut)[:, :, None], first, second)
    foreign = (time == spot) & (np.arange(n) % 2 == 0)[:, None]
    return np.where(foreign[:, :, None], fresh, guesses)

"""Initial guesses for the Newton search for cycles. What the search finds depends on them."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics

_RUNS, _LENGTH = 32, 500

# Latent states are of order one, so this range around the origin is searched wherever the free runs are.
_ORIGIN = 3.0


class SearchSpace(NamedTuple):
    """Free runs of a map, and the box from which random guesses are drawn.

    Attributes:
        runs: Orbits that stayed bounded, without their transients.
        low, high: Lowest and highest value of each state variable in the box.
        corners: Points where borders between linear regions meet; small regions are hard to hit otherwise.
    """

    runs: Float[np.ndarray, "run time latent"]
    low: Float[np.ndarray, " latent"]
    high: Float[np.ndarray, " latent"]
    corners: Float[np.ndarray, "corner latent"]


def search_space(
    dynamics: AbstractDynamics,
    box: Float[np.ndarray, "2 latent"] | None,
    corners: Float[np.ndarray, "corner latent"],
    rng: np.random.Generator,
) -> SearchSpace:
    """Make free runs from random states and choose the box for random guesses.

    Args:
        dynamics: The map, in float64.
        box: Lowest and highest value of each variable. If None, the runs start from standard normal states, and the box
            is twice the range of the runs and of the cube from -3 to 3.
        corners: Points where borders meet, for a piecewise-linear map; no rows for others.
        rng: Random numbers.
    """
    if box is None:
        z0 = rng.normal(size=(_RUNS, dynamics.latent_dim))
    else:
        z0 = rng.uniform(box[0], box[1], (_RUNS, dynamics.latent_dim))
    runs = np.asarray(_free_runs(dynamics, jnp.asarray(z0)))
    runs = runs[np.isfinite(runs).all(axis=(1, 2)) & (np.abs(runs).max(axis=(1, 2), initial=0) < 1e8)]
    if box is not None:
        return SearchSpace(runs, np.asarray(box[0], float), np.asarray(box[1], float), corners)
    wide = np.full((1, 1, dynamics.latent_dim), _ORIGIN)
    visited = np.concatenate([runs.reshape(1, -1, dynamics.latent_dim), wide, -wide], axis=1)
    low, high = visited.min(axis=(0, 1)), visited.max(axis=(0, 1))
    return SearchSpace(runs, 1.5 * low - 0.5 * high, 1.5 * high - 0.5 * low, corners)


@eqx.filter_jit
def _free_runs(dynamics: AbstractDynamics, z0: Float[Array, "run latent"]) -> Float[Array, "run time latent"]:
    def body(z, _):
        z = jax.vmap(dynamics.step)(z)
        return z, z

    z, _ = jax.lax.scan(body, z0, None, length=_LENGTH // 2)
    return jnp.swapaxes(jax.lax.scan(body, z, None, length=_LENGTH)[1], 0, 1)


def draw_guesses(
    dynamics: AbstractDynamics, space: SearchSpace, order: int, n: int, farthest: float, rng: np.random.Generator
) -> Float[np.ndarray, "n order latent"]:
    """Draw initial guesses of cycles, a third of each of three kinds.

    Orbits that start from random states; points drawn independently of each other, which may not be near any orbit; and
    parts of the free runs that almost close, which are near the cycles inside an attractor.

    Args:
        dynamics: The map, in float64.
        space: Free runs, box and corners.
        order: Number of points of a guess.
        n: Number of guesses.
        farthest: Random states lie up to this many times half the size of the box from its center.
        rng: Random numbers.
    """
    center, half = (space.low + space.high) / 2, (space.high - space.low) / 2
    # Sizes are spread evenly over the decades, so that neither small nor large structures are overlooked.
    size = np.exp(rng.uniform(np.log(0.1), np.log(farthest), (n, 1, 1)))
    loose = center + half * size * rng.uniform(-1, 1, (n, order, len(center)))
    if len(space.corners):
        loose[::2] = _around(space.corners, half.max(), (n + 1) // 2, order, rng)
    guesses = loose.copy()
    guesses[: n // 3] = _orbits(dynamics, loose[: n // 3, 0], order)
    if len(space.runs):
        guesses[n - n // 3 :] = _close_returns(space.runs, order, n // 3, rng)
    return guesses


def _orbits(
    dynamics: AbstractDynamics, z: Float[np.ndarray, "n latent"], order: int
) -> Float[np.ndarray, "n order latent"]:
    points = [z]
    for _ in range(order - 1):
        points.append(np.asarray(_images(dynamics, jnp.asarray(points[-1]))))
    return np.stack(points, axis=1)


@eqx.filter_jit
def _images(dynamics: AbstractDynamics, z: Float[Array, "n latent"]) -> Float[Array, "n latent"]:
    return jax.vmap(dynamics.step)(z)


def _close_returns(
    runs: Float[np.ndarray, "run time latent"], order: int, n: int, rng: np.random.Generator
) -> Float[np.ndarray, "n order latent"]:
    """Of `8 n` random parts of the runs with `order` points, the `n` that come closest to closing."""
    which = rng.integers(len(runs), size=8 * n)
    start = rng.integers(runs.shape[1] - order, size=8 * n)
    apart = np.linalg.norm(runs[which, start + order] - runs[which, start], axis=1)
    best = np.argsort(apart, kind="stable")[:n]
    return runs[which[best, None], start[best, None] + np.arange(order)]


def border_intersections(
    borders: tuple[Float[np.ndarray, "bits latent"], Float[np.ndarray, " bits"]], n: int, rng: np.random.Generator
) -> Float[np.ndarray, "corner latent"]:
    """Up to `n` points where as many randomly chosen borders meet as there are dimensions."""
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
    """Points near corners, at distances spread evenly over four decades."""
    chosen = corners[rng.integers(len(corners), size=(n, order))]
    return chosen + size * 10 ** rng.uniform(-4, 0, (n, order, 1)) * rng.normal(size=chosen.shape)


def splice_cycles(
    known: Float[np.ndarray, "known order latent"],
    fresh: Float[np.ndarray, "n order latent"],
    rng: np.random.Generator,
) -> Float[np.ndarray, "n order latent"]:
    """Compose guesses of two known cycles: first points of one, then of the other.

    In every second guess one point is replaced by a point of `fresh`. In a chaotic set there are orbits that follow its
    cycles in any order, so long cycles resemble parts of shorter ones.

    Args:
        known: Known cycles.
        fresh: New guesses, from which single points are taken.
        rng: Random numbers.
    """
    n, order, _ = fresh.shape
    a, b = rng.integers(len(known), size=(2, n, 1))
    shift_a, shift_b, last, position = rng.integers(order, size=(4, n, 1))
    time = np.arange(order)
    first, second = known[a, (time + shift_a) % order], known[b, (time + shift_b) % order]
    guesses = np.where((time <= last)[:, :, None], first, second)
    replaced = (time == position) & (np.arange(n) % 2 == 0)[:, None]
    return np.where(replaced[:, :, None], fresh, guesses)

"""Recurrence: does an orbit return to where it was, exactly, and to an orbit that attracts it?

A small step is no return: an orbit that creeps past the ghost of a fixed point moves as little as one that has arrived.
So a suspected cycle is solved for, by Newton's method, and believed only if the map returns to it and it attracts.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics

_NEWTON_STEPS = 12
# A Jacobian's spectral radius may exceed 1 by rounding on a neutral cycle, one of a continuum.
_NEUTRAL = 1e-6


class Cycle(NamedTuple):
    """An attracting cycle, or a fixed point if it has one point.

    Attributes:
        z: Its points, in the order in which they are visited.
        residual: Distance by which the map fails to return to the first point.
        radius: Spectral radius of the Jacobian over the whole cycle: below 1 it attracts.
    """

    z: Float[np.ndarray, "order latent"]
    residual: float
    radius: float


def close_return(tail: Float[np.ndarray, "n latent"], scale: float, tolerance: float) -> int:
    """The least number of steps in which the end of an orbit returns to within `tolerance * scale`; 0 if it never does.

    Example:
        >>> close_return(np.array([[0.0], [1.0], [2.0], [0.0], [1.0], [2.0]]), 1.0, 1e-6)
        3
    """
    distance = np.linalg.norm(tail[-2::-1] - tail[-1], axis=1)
    near = np.flatnonzero(distance <= tolerance * scale)
    return int(near[0]) + 1 if len(near) else 0


def attracting_cycle(
    dynamics: AbstractDynamics, z: Float[np.ndarray, " latent"], order: int, scale: float, reach: float
) -> Cycle | None:
    r"""The attracting cycle of that order next to `z`, solved for by Newton's method on $F^k(z) = z$; None if none is.

    A cycle counts if its residual is at rounding level (1e-9 of `scale`), if it lies within `reach` of `z`, and if its
    Jacobian's spectral radius is not above 1.

    Args:
        dynamics: The map, in float64; call inside `jax.enable_x64(True)`.
        z: The end of an orbit.
        order: Number k of steps after which the orbit was close to `z`.
        scale: Size of the attractors.
        reach: How far from `z` it may lie.
    """
    points, end, J = (np.asarray(a) for a in _solve(dynamics, jnp.asarray(z), order))
    residual = float(np.linalg.norm(end - points[0]))
    if not (residual <= 1e-9 * scale and np.linalg.norm(points[0] - z) <= reach):
        return None
    radius = float(np.abs(np.linalg.eigvals(J)).max())
    period = _least_period(points, 1e-8 * scale)
    return Cycle(points[:period], residual, radius ** (period / order)) if radius <= 1 + _NEUTRAL else None


def slow_approach(tail: Float[np.ndarray, "n latent"]) -> tuple[Float[np.ndarray, " latent"], float] | None:
    """The point that an orbit closes in on, and how near it is at last; None if it does not.

    It does if the farthest point of each eighth of the orbit is nearer than that of the eighth before: in a slow spiral
    always, by chance once in five thousand times. Whether the map has a fixed point there must be solved for.

    Example:
        >>> t = np.arange(800)
        >>> spiral = 0.999 ** t * np.cos(t)
        >>> slow_approach(spiral[:, None]) is not None, slow_approach(np.cos(t)[:, None]) is None
        (True, True)
    """
    parts = np.array_split(tail, 8)
    center = parts[-1].mean(axis=0)
    farthest = [np.linalg.norm(part - center, axis=1).max() for part in parts]
    return (center, float(farthest[-1])) if (np.diff(farthest) < 0).all() else None


def _least_period(points: Float[np.ndarray, "order latent"], margin: float) -> int:
    """A fixed point that is approached from two sides in turn looks like a cycle of two."""
    order = len(points)
    shifts = (d for d in range(1, order) if order % d == 0)
    return next((d for d in shifts if np.linalg.norm(points[d] - points[0]) <= margin), order)


@eqx.filter_jit
def _solve(
    dynamics: AbstractDynamics, z: Float[Array, " latent"], order: int
) -> tuple[Float[Array, "order latent"], Float[Array, " latent"], Float[Array, "latent latent"]]:
    """Points of the cycle, where the map leads from the last of them, and the Jacobian of the whole way."""

    def around(z):
        def body(carried, _):
            z, J = carried
            return (dynamics.step(z), dynamics.jacobian(z) @ J), z

        (end, J), points = jax.lax.scan(body, (z, jnp.eye(len(z))), length=order)
        return points, end, J

    def newton(_, z):
        _, end, J = around(z)
        # Least squares: on a continuum of cycles the matrix is singular, and the nearest one is wanted.
        return z + jnp.linalg.lstsq(J - jnp.eye(len(z)), z - end)[0]

    return around(jax.lax.fori_loop(0, _NEWTON_STEPS, newton, z))

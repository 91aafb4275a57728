"""Recurrence: whether the end of an orbit has reached an attracting cycle.

A small step does not mean that an orbit has reached a fixed point: near a point that is almost fixed it moves just as
slowly. So Newton's method solves for the cycle, which counts only if the map returns exactly and the cycle attracts.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics

_NEWTON_STEPS = 12
# On a neutral cycle, one of a continuum, rounding can raise the spectral radius of the Jacobian above 1 by this much.
_NEUTRAL = 1e-6


class Cycle(NamedTuple):
    """An attracting cycle; a fixed point if it has one point.

    Attributes:
        z: Its points, in the order in which they are visited.
        residual: Distance between the first point and the image of the last one.
        radius: Spectral radius of the Jacobian over one period; below 1 the cycle attracts.
    """

    z: Float[np.ndarray, "order latent"]
    residual: float
    radius: float


def close_return(tail: Float[np.ndarray, "n latent"], scale: float, tolerance: float) -> int:
    """The smallest number of steps before the end at which the orbit was within `tolerance * scale` of its last state.

    Args:
        tail: The end of an orbit.
        scale: Size of the visited set.
        tolerance: Relative distance.

    Returns:
        The number of steps; 0 if it was never that near.

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
    """Find the attracting cycle next to `z` by Newton's method on $F^k(z) = z$.

    It counts if its residual is at most 1e-9 of `scale`, if it lies within `reach` of `z`, and if the spectral radius
    of its Jacobian is at most 1.

    Args:
        dynamics: The map, in float64; call this function inside `jax.enable_x64(True)`.
        z: The last state of an orbit.
        order: Number $k$ of steps in which the orbit returned close to `z`.
        scale: Size of the visited set.
        reach: Largest distance from `z`.

    Returns:
        The cycle, with its smallest period; None if there is none.
    """
    points, end, J = (np.asarray(a) for a in _solve(dynamics, jnp.asarray(z), order))
    residual = float(np.linalg.norm(end - points[0]))
    if not (residual <= 1e-9 * scale and np.linalg.norm(points[0] - z) <= reach):
        return None
    radius = float(np.abs(np.linalg.eigvals(J)).max())
    period = _least_period(points, 1e-8 * scale)
    return Cycle(points[:period], residual, radius ** (period / order)) if radius <= 1 + _NEUTRAL else None


def slow_approach(tail: Float[np.ndarray, "n latent"]) -> tuple[Float[np.ndarray, " latent"], float] | None:
    """The point that an orbit slowly approaches, and its largest distance from it in the last eighth of the orbit.

    An orbit approaches a point if in each eighth of the orbit its largest distance is smaller than in the eighth
    before. For a slow spiral this always holds; by chance it happens once in five thousand cases. Whether the map has a
    fixed point there must still be solved for.

    Args:
        tail: The end of an orbit.

    Returns:
        The point and the distance; None if the orbit does not approach a point.

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
    """The smallest period of the points: an orbit that alternates around a fixed point looks like a cycle of two."""
    order = len(points)
    shifts = (d for d in range(1, order) if order % d == 0)
    return next((d for d in shifts if np.linalg.norm(points[d] - points[0]) <= margin), order)


@eqx.filter_jit
def _solve(
    dynamics: AbstractDynamics, z: Float[Array, " latent"], order: int
) -> tuple[Float[Array, "order latent"], Float[Array, " latent"], Float[Array, "latent latent"]]:
    """The points of the cycle, the image of the last one, and the Jacobian over one period."""

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

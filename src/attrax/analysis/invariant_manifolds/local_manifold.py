"""Local manifolds: near a cycle of a piecewise-linear map its manifolds are flat, up to the next border."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from attrax.analysis.invariant_manifolds.segments import Segments
from attrax.analysis.periodic_orbits.cycle_stability import cycle_jacobians
from attrax.core.dynamics import AbstractPiecewiseLinear


class LocalManifold(NamedTuple):
    """The flat part of a manifold, around the first point of a cycle.

    Attributes:
        dim: Dimension of the manifold.
        whole: From the point to both sides as far as the regions reach; random points if `dim` is 2 or more.
        fresh: The part of `whole` outside its own preimage after one period; outside its own image, if it is stable.
    """

    dim: int
    whole: Segments
    fresh: Segments


def local_manifold(
    dynamics: AbstractPiecewiseLinear,
    z: Float[np.ndarray, "order latent"],
    outside: bool,
    *,
    extent: float,
    samples: int,
    rng: np.random.Generator,
) -> LocalManifold:
    """The eigenspace of a cycle at its first point, as far as no point of the cycle meets a border.

    Args:
        dynamics: The map, in float64.
        z: The cycle.
        outside: True for the eigenvalues outside the unit circle (unstable), False for those inside (stable).
        extent: Largest distance from the point.
        samples: Number of random points if the dimension is 2 or more.
        rng: Random numbers.
    """
    J = cycle_jacobians(dynamics, z[None])[0]
    values, vectors = np.linalg.eig(J)
    chosen = np.abs(values) > 1 if outside else np.abs(values) < 1
    dim = int(chosen.sum())
    if dim == 0:
        nothing = _segments(z[:0], z[:0])
        return LocalManifold(0, nothing, nothing)
    basis = np.linalg.svd(np.concatenate([np.real(vectors[:, chosen]), np.imag(vectors[:, chosen])], axis=1))[0][
        :, :dim
    ]
    draws = np.array([[1.0], [-1.0]]) if dim == 1 else rng.normal(size=(samples, dim))
    directions = draws @ basis.T
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    reach = _reach(dynamics, z, directions, extent)
    if dim > 1:
        size = reach * rng.uniform(size=samples) ** (1 / dim)
        points = z[0] + size[:, None] * directions
        return LocalManifold(dim, _segments(points, points), _segments(points, points))
    # Both sides are as long as the shorter one, since a negative eigenvalue swaps them.
    ends = z[0] + reach.min() * directions
    factor = float(np.abs(values[chosen][0]))
    share = 1 / factor if outside else factor
    begins = z[0] + share * (ends - z[0])
    return LocalManifold(1, _segments(np.broadcast_to(z[0], ends.shape), ends), _segments(begins, ends))


def _segments(a: Float[np.ndarray, "segment latent"], b: Float[np.ndarray, "segment latent"]) -> Segments:
    ends = np.stack([a, b], axis=1)
    return Segments(ends, ends, np.zeros(len(ends), int))


def _reach(
    dynamics: AbstractPiecewiseLinear,
    z: Float[np.ndarray, "order latent"],
    directions: Float[np.ndarray, "direction latent"],
    extent: float,
) -> Float[np.ndarray, " direction"]:
    """How far the first point can move in each direction before a point of the cycle meets a border."""
    normals, offsets = (np.asarray(x) for x in dynamics.borders())
    jacobians = np.asarray(jax.vmap(dynamics.jacobian)(jnp.asarray(z)))
    moved, reach = directions, np.full(len(directions), extent)
    for point, jacobian in zip(z, jacobians, strict=True):
        value, rate = normals @ point + offsets, moved @ normals.T
        towards = value * rate < 0
        distance = np.where(towards, -value / np.where(towards, rate, 1.0), np.inf)
        reach = np.minimum(reach, distance.min(axis=1, initial=np.inf))
        moved = moved @ jacobian.T
    return reach

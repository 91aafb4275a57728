r"""Affine orbits: the one orbit that closes under a given sequence of affine maps.

$z_{i+1} = A_i z_i + b_i$ for $i = 1 \dots k$ and $z_{k+1} = z_1$ compose to $z_1 = M z_1 + c$, one linear system. It is
the heart of every search for cycles: with the affine maps of linear regions it is exact, with tangent maps it is a step
of Newton's method.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from attrax.core.dynamics import AbstractDynamics

# A system is singular if its solution answers a change of the offset more than this many times as large, or if rounding
# alone decides. The composed map then has an eigenvalue of 1.
_MOST = 1e8


class AffineOrbit(NamedTuple):
    """The solution and whether there is just one.

    Attributes:
        z: The points $z_1, z_2, ... z_k$.
        singular: True if the composed map has an eigenvalue of 1: no solution, or a continuum.
    """

    z: Float[Array, "order latent"]
    singular: Bool[Array, ""]


def affine_orbit(matrices: Float[Array, "order latent latent"], offsets: Float[Array, "order latent"]) -> AffineOrbit:
    """The orbit that closes under the maps; map it over a batch with `jax.vmap`.

    Cost: O(order * latent ** 3).
    Fails when: the composed map stretches by so much that rounding decides, by more than about 1e12..
    """
    latent = matrices.shape[-1]
    (M, c), _ = jax.lax.scan(_composed, (jnp.eye(latent), jnp.zeros(latent)), (matrices, offsets))
    system = jnp.eye(latent) - M
    inverse = _inverse(system)
    size = jnp.abs(inverse).sum(axis=1).max()
    noise = 100 * jnp.finfo(M.dtype).eps * jnp.abs(M).sum(axis=1).max()
    singular = ~(size < jnp.minimum(_MOST, 1 / noise))
    z = inverse @ c
    z = z + inverse @ (c - system @ z)
    _, points = jax.lax.scan(lambda z, piece: (piece[0] @ z + piece[1], z), z, (matrices, offsets))
    return AffineOrbit(points, singular)


def _composed(
    inner: tuple[Float[Array, "latent latent"], Float[Array, " latent"]],
    outer: tuple[Float[Array, "latent latent"], Float[Array, " latent"]],
) -> tuple[tuple[Float[Array, "latent latent"], Float[Array, " latent"]], None]:
    return (outer[0] @ inner[0], outer[0] @ inner[1] + outer[1]), None


def _inverse(matrix: Float[Array, "latent latent"]) -> Float[Array, "latent latent"]:
    """Gauss-Jordan elimination; not finite if singular.

    Over a batch of small matrices it is twice as fast as calling LAPACK for each, and compiles in half the time.
    """
    n = len(matrix)

    def eliminate(i, W):
        pivot = jnp.argmax(jnp.where(jnp.arange(n) >= i, jnp.abs(W[:, i]), -1.0))
        top, row = W[i], W[pivot]
        W = W.at[pivot].set(top).at[i].set(row / row[i])
        return W - W[:, i].at[i].set(0.0)[:, None] * W[i]

    return jax.lax.fori_loop(0, n, eliminate, jnp.concatenate([matrix, jnp.eye(n)], axis=1))[:, n:]


def gap(dynamics: AbstractDynamics, z: Float[Array, "order latent"]) -> Float[Array, ""]:
    r"""How far the points are from a cycle, $\max_i \lVert F(z_i) - z_{i+1} \rVert / (1 + \max_i \lVert z_i \rVert)$.

    It decides whether a solution is real: an orbit whose points lie in the regions that were assumed, or on their
    common border, has no gap, and a virtual one has.
    """
    jump = jax.vmap(dynamics.step)(z) - jnp.roll(z, -1, axis=0)
    return jnp.linalg.norm(jump, axis=1).max() / (1 + jnp.linalg.norm(z, axis=1).max())


@eqx.filter_jit
def tangent_sweep(
    dynamics: AbstractDynamics, z: Float[Array, "batch order latent"]
) -> tuple[AffineOrbit, Float[Array, " batch"]]:
    """One step of Newton's method for every row, and the gaps it leaves.

    For a piecewise-linear map this solves the sequence of regions that the row's points lie in, and the regions of the
    solution are the next guess [@eisenmann2023].
    """

    def one(z):
        matrices = jax.vmap(dynamics.jacobian)(z)
        offsets = jax.vmap(dynamics.step)(z) - jnp.einsum("kij,kj->ki", matrices, z)
        orbit = affine_orbit(matrices, offsets)
        return orbit, gap(dynamics, orbit.z)

    return jax.vmap(one)(z)


@eqx.filter_jit
def gaps(dynamics: AbstractDynamics, z: Float[Array, "batch order latent"]) -> Float[Array, " batch"]:
    """The gap of every row."""
    return jax.vmap(lambda z: gap(dynamics, z))(z)


@eqx.filter_jit
def sequence_sweep(
    dynamics: AbstractDynamics,
    matrices: Float[Array, "batch order latent latent"],
    offsets: Float[Array, "batch order latent"],
) -> tuple[AffineOrbit, Float[Array, " batch"]]:
    """The orbits of many given sequences of affine maps, and the gaps they leave under the map itself."""
    orbit = jax.vmap(affine_orbit)(matrices, offsets)
    return orbit, jax.vmap(lambda z: gap(dynamics, z))(orbit.z)

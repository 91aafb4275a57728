r"""Closed orbits of a sequence of affine maps.

$z_{i+1} = A_i z_i + b_i$ for $i = 1 \dots k$ and $z_{k+1} = z_1$ give the linear system $z_1 = M z_1 + c$. Every search
for cycles solves such systems: with the affine maps of linear regions the solution is exact; with tangent maps it is a
step of Newton's method.
"""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from attrax.analysis.padded_batches import apply_padded
from attrax.core import small_matrix
from attrax.core.dynamics import AbstractDynamics

# A system counts as singular if a change of the offset changes its solution more than this many times as much, or if
# rounding errors decide the solution. The composed map then has an eigenvalue of 1.
_LARGEST_RESPONSE = 1e8


class AffineOrbit(NamedTuple):
    """The solution of the linear system, and whether it is unique.

    Attributes:
        z: The points $z_1, z_2, ... z_k$.
        singular: Whether the composed map has an eigenvalue of 1; there is then no solution, or a continuum.
    """

    z: Float[Array, "order latent"]
    singular: Bool[Array, ""]


def affine_orbit(matrices: Float[Array, "order latent latent"], offsets: Float[Array, "order latent"]) -> AffineOrbit:
    """The orbit that closes under a sequence of affine maps. For a batch of sequences use `jax.vmap`.

    Args:
        matrices: $A_i$.
        offsets: $b_i$.

    Cost: O(order * latent ** 3).
    Fails when: the composed map stretches a direction by more than about 1e12; the solution is then lost to rounding.

    Example:
        >>> float(affine_orbit(jnp.full((1, 1, 1), 0.5), jnp.ones((1, 1))).z[0, 0])
        2.0
    """
    latent = matrices.shape[-1]
    (M, c), _ = jax.lax.scan(_composed, (jnp.eye(latent), jnp.zeros(latent)), (matrices, offsets))
    z, singular = _closing_point(M, c)
    _, points = jax.lax.scan(lambda z, piece: (piece[0] @ z + piece[1], z), z, (matrices, offsets))
    return AffineOrbit(points, singular)


def _closing_point(
    M: Float[Array, "latent latent"], c: Float[Array, " latent"]
) -> tuple[Float[Array, " latent"], Bool[Array, ""]]:
    """The solution of $z = M z + c$, and whether it is not unique or lost to rounding."""
    system = jnp.eye(len(c)) - M
    inverse = small_matrix.inverse(system)
    size = jnp.abs(inverse).sum(axis=1).max()
    noise = 100 * jnp.finfo(M.dtype).eps * jnp.abs(M).sum(axis=1).max()
    z = inverse @ c
    return z + inverse @ (c - system @ z), ~(size < jnp.minimum(_LARGEST_RESPONSE, 1 / noise))


def _composed(
    inner: tuple[Float[Array, "latent latent"], Float[Array, " latent"]],
    outer: tuple[Float[Array, "latent latent"], Float[Array, " latent"]],
) -> tuple[tuple[Float[Array, "latent latent"], Float[Array, " latent"]], None]:
    return (outer[0] @ inner[0], outer[0] @ inner[1] + outer[1]), None


def closing_gap(dynamics: AbstractDynamics, z: Float[Array, "order latent"]) -> Float[Array, ""]:
    r"""How far points are from being a cycle, $\max_i \lVert F(z_i) - z_{i+1} \rVert / (1 + \max_i \lVert z_i \rVert)$.

    A candidate that was computed from a sequence of regions is a cycle of the map only if this is 0 up to rounding:
    then its points lie in the assumed regions, or on their common border.

    Args:
        dynamics: The map.
        z: The points, in the order in which they should be visited.
    """
    jump = jax.vmap(dynamics.step)(z) - jnp.roll(z, -1, axis=0)
    return jnp.linalg.norm(jump, axis=1).max() / (1 + jnp.linalg.norm(z, axis=1).max())


def newton_step(
    dynamics: AbstractDynamics, z: Float[Array, "batch most latent"], order: Int[Array, ""]
) -> tuple[AffineOrbit, Float[Array, " batch"]]:
    """One Newton step for every guess, and the closing gaps of the results.

    For a piecewise-linear map it solves the sequence of regions that the points of the guess lie in (Eisenmann et al.
    2023). The number of points is a value, not a shape, so that one compiled program serves cycles of several orders.

    Args:
        dynamics: The map.
        z: The guesses. Rows from `order` on are not used; those of the result are 0.
        order: Number of points of a guess, at most as many as `z` has rows.

    References:
        Eisenmann, Monfared, Göring & Durstewitz, Bifurcations and loss jumps in RNN training, NeurIPS 2023
        [@eisenmann2023].
    """
    batch, most, latent = z.shape
    step = jax.vmap(dynamics.step)
    guesses = jnp.swapaxes(z, 0, 1)

    def compose(i, carried):
        A, b, M, c = carried
        matrix = jax.vmap(dynamics.jacobian)(guesses[i])
        offset = step(guesses[i]) - jnp.einsum("bij,bj->bi", matrix, guesses[i])
        return A.at[i].set(matrix), b.at[i].set(offset), matrix @ M, jnp.einsum("bij,bj->bi", matrix, c) + offset

    nothing = jnp.zeros((most, batch, latent, latent)), jnp.zeros((most, batch, latent))
    whole = jnp.broadcast_to(jnp.eye(latent), (batch, latent, latent)), jnp.zeros((batch, latent))
    A, b, M, c = jax.lax.fori_loop(0, order, compose, (*nothing, *whole))
    first, singular = jax.vmap(_closing_point)(M, c)

    def follow(i, carried):
        points, z, gap = carried
        after = jnp.einsum("bij,bj->bi", A[i], z) + b[i]
        jump = step(z) - jnp.where(i + 1 < order, after, first)
        return points.at[i].set(z), after, jnp.maximum(gap, jnp.linalg.norm(jump, axis=1))

    points, _, gap = jax.lax.fori_loop(0, order, follow, (jnp.zeros_like(guesses), first, jnp.zeros(batch)))
    size = 1 + jnp.linalg.norm(points, axis=2).max(axis=0)
    return AffineOrbit(jnp.swapaxes(points, 0, 1), singular), gap / size


class PointFacts(NamedTuple):
    """What the map does at the points of cycles.

    Attributes:
        images: The image of each point.
        jacobians: The Jacobian at each point.
    """

    images: Float[np.ndarray, "cycle order latent"]
    jacobians: Float[np.ndarray, "cycle order latent latent"]


def at_points(dynamics: AbstractDynamics, z: Float[np.ndarray, "cycle order latent"]) -> PointFacts:
    """The image and the Jacobian of every point; compiled once for cycles of all orders.

    Args:
        dynamics: The map.
        z: The cycles.
    """
    images, jacobians = apply_padded(_images_and_jacobians, dynamics, z.reshape(-1, z.shape[2]))
    return PointFacts(images.reshape(z.shape), jacobians.reshape(*z.shape, z.shape[2]))


@eqx.filter_jit
def _images_and_jacobians(
    dynamics: AbstractDynamics, z: Float[Array, "point latent"]
) -> tuple[Float[Array, "point latent"], Float[Array, "point latent latent"]]:
    return jax.vmap(dynamics.step)(z), jax.vmap(dynamics.jacobian)(z)


def closing_gaps(
    images: Float[np.ndarray, "cycle order latent"], z: Float[np.ndarray, "cycle order latent"]
) -> Float[np.ndarray, " cycle"]:
    """The closing gap of every cycle, as `closing_gap` defines it.

    Args:
        images: The image of each point.
        z: The points.
    """
    jump = np.linalg.norm(images - np.roll(z, -1, axis=1), axis=2)
    return jump.max(axis=1) / (1 + np.linalg.norm(z, axis=2).max(axis=1))


@eqx.filter_jit
def solve_sequences(
    dynamics: AbstractDynamics,
    matrices: Float[Array, "batch order latent latent"],
    offsets: Float[Array, "batch order latent"],
) -> tuple[AffineOrbit, Float[Array, " batch"]]:
    """The closed orbits of many sequences of affine maps, and their closing gaps under the map itself."""
    orbit = jax.vmap(affine_orbit)(matrices, offsets)
    return orbit, jax.vmap(lambda z: closing_gap(dynamics, z))(orbit.z)

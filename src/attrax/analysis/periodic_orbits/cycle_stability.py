"""Stability: what the eigenvalues of a cycle's Jacobian say about the orbits around it."""

from enum import StrEnum

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Bool, Complex, Float

from attrax.analysis.padded_batches import by_rows
from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear

# An eigenvalue this close to the unit circle decides nothing: the linear part leaves stability open.
MARGINAL = 1e-6

# A point this close to a border, relative to its size, counts as on it.
_TOUCH = 1e-8


class Kind(StrEnum):
    """Types of cycles by the eigenvalues of the map that carries a point once around.

    A node's eigenvalues are real, a focus has a complex pair, a saddle both kinds of growth; if an eigenvalue is on the
    unit circle, the cycle is marginal.
    """

    STABLE_NODE = "stable node"
    STABLE_FOCUS = "stable focus"
    UNSTABLE_NODE = "unstable node"
    UNSTABLE_FOCUS = "unstable focus"
    SADDLE = "saddle"
    SADDLE_FOCUS = "saddle focus"
    MARGINAL = "marginal"


def kind_of(eigenvalues: Complex[np.ndarray, " latent"]) -> Kind:
    """The type of a cycle.

    Example:
        >>> kind_of(np.array([2.0 + 0j, 0.5 + 0j])).value
        'saddle'
    """
    modulus = np.abs(eigenvalues)
    turns = bool((np.abs(np.imag(eigenvalues)) > 1e-9 * (1 + modulus)).any())
    if (np.abs(modulus - 1) <= MARGINAL).any():
        return Kind.MARGINAL
    if (modulus < 1).all():
        return Kind.STABLE_FOCUS if turns else Kind.STABLE_NODE
    if (modulus > 1).all():
        return Kind.UNSTABLE_FOCUS if turns else Kind.UNSTABLE_NODE
    return Kind.SADDLE_FOCUS if turns else Kind.SADDLE


@eqx.filter_jit
def _jacobians(dynamics: AbstractDynamics, z: Float[Array, "cycle order latent"]) -> Float[Array, "..."]:
    return jax.vmap(jax.vmap(dynamics.jacobian))(z)


def cycle_jacobians(
    dynamics: AbstractDynamics, z: Float[np.ndarray, "cycle order latent"]
) -> Float[np.ndarray, "cycle latent latent"]:
    """The derivative of the map around each cycle at its first point, a product of `order` Jacobians."""
    jacobians = by_rows(_jacobians, dynamics, z)
    product = np.broadcast_to(np.eye(z.shape[2]), (len(z), z.shape[2], z.shape[2]))
    for i in range(z.shape[1]):
        product = jacobians[:, i] @ product
    return product


def eigenvalues(
    dynamics: AbstractDynamics, z: Float[np.ndarray, "cycle order latent"]
) -> Complex[np.ndarray, "cycle latent"]:
    """Eigenvalues of the map around each cycle, the largest in modulus first.

    Fails when: cycles are long and strongly stretching; the small eigenvalues of a long product are rounding errors.
    """
    values = np.linalg.eigvals(cycle_jacobians(dynamics, z)).astype(complex)
    return np.take_along_axis(values, np.argsort(-np.abs(values), axis=1, kind="stable"), axis=1)


@eqx.filter_jit
def _regions(dynamics: AbstractPiecewiseLinear, z: Float[Array, "cycle order latent"]) -> Bool[Array, "..."]:
    return jax.vmap(jax.vmap(dynamics.region))(z)


def regions_of(
    dynamics: AbstractPiecewiseLinear, z: Float[np.ndarray, "cycle order latent"]
) -> Bool[np.ndarray, "cycle order bits"]:
    """The linear regions along each cycle."""
    return by_rows(_regions, dynamics, z)


def on_border(
    dynamics: AbstractPiecewiseLinear, z: Float[np.ndarray, "cycle order latent"]
) -> Bool[np.ndarray, " cycle"]:
    """Whether a point of the cycle lies on a border between regions, where eigenvalues jump."""
    normals, offsets = (np.asarray(x) for x in dynamics.borders())
    length = np.linalg.norm(normals, axis=1)
    distance = np.abs(z @ normals.T + offsets)
    reach = _TOUCH * length * (1 + np.linalg.norm(z, axis=2, keepdims=True))
    return ((distance <= reach) & (length > 0)).any(axis=(1, 2))

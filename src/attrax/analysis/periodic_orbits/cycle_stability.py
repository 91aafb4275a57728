"""Stability of cycles, from the eigenvalues of the Jacobian over one period."""

from enum import StrEnum

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Bool, Complex, Float

from attrax.analysis.padded_batches import apply_padded
from attrax.analysis.periodic_orbits.closed_orbits import at_points
from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear

# An eigenvalue this close to the unit circle makes a cycle marginal.
MARGINAL = 1e-6

# A point this close to a border, relative to its size, counts as on it.
_TOUCH = 1e-8


class Kind(StrEnum):
    """Types of fixed points and cycles, by the eigenvalues of the Jacobian over one period.

    Nodes have real eigenvalues, foci a complex pair. All eigenvalues of a stable point lie inside the unit circle,
    those of an unstable point outside, those of a saddle on both sides. A point with an eigenvalue on the unit circle
    is marginal: linearization does not decide whether it is stable.

    Example:
        >>> Kind("saddle") is Kind.SADDLE
        True
    """

    STABLE_NODE = "stable node"
    STABLE_FOCUS = "stable focus"
    UNSTABLE_NODE = "unstable node"
    UNSTABLE_FOCUS = "unstable focus"
    SADDLE = "saddle"
    SADDLE_FOCUS = "saddle focus"
    MARGINAL = "marginal"


def kind_of(eigenvalues: Complex[np.ndarray, " latent"]) -> Kind:
    """The type of a cycle with the given eigenvalues.

    Args:
        eigenvalues: Eigenvalues of the Jacobian over one period.

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


def cycle_jacobians(
    dynamics: AbstractDynamics, z: Float[np.ndarray, "cycle order latent"]
) -> Float[np.ndarray, "cycle latent latent"]:
    """The Jacobian over one period of each cycle, at its first point: the product of `order` Jacobians.

    Args:
        dynamics: The map.
        z: The cycles.
    """
    jacobians = at_points(dynamics, z).jacobians
    product = np.broadcast_to(np.eye(z.shape[2]), (len(z), z.shape[2], z.shape[2]))
    for i in range(z.shape[1]):
        product = jacobians[:, i] @ product
    return product


def eigenvalues(
    dynamics: AbstractDynamics, z: Float[np.ndarray, "cycle order latent"]
) -> Complex[np.ndarray, "cycle latent"]:
    """Eigenvalues of the Jacobian over one period of each cycle, the largest in modulus first.

    Args:
        dynamics: The map.
        z: The cycles.

    Fails when: cycles are long and stretch strongly; the small eigenvalues of the product are then rounding errors.
    """
    values = np.linalg.eigvals(cycle_jacobians(dynamics, z)).astype(complex)
    return np.take_along_axis(values, np.argsort(-np.abs(values), axis=1, kind="stable"), axis=1)


@eqx.filter_jit
def _regions(dynamics: AbstractPiecewiseLinear, z: Float[Array, "point latent"]) -> Bool[Array, "point bits"]:
    return jax.vmap(dynamics.region)(z)


def regions_of(
    dynamics: AbstractPiecewiseLinear, z: Float[np.ndarray, "cycle order latent"]
) -> Bool[np.ndarray, "cycle order bits"]:
    """The linear region of every point of each cycle."""
    bits = apply_padded(_regions, dynamics, z.reshape(-1, z.shape[2]))
    return bits.reshape(*z.shape[:2], bits.shape[1])


def on_border(
    dynamics: AbstractPiecewiseLinear, z: Float[np.ndarray, "cycle order latent"]
) -> Bool[np.ndarray, " cycle"]:
    """Whether a point of the cycle lies on a border between regions, where the Jacobian jumps."""
    normals, offsets = (np.asarray(x) for x in dynamics.borders())
    length = np.linalg.norm(normals, axis=1)
    distance = np.abs(z @ normals.T + offsets)
    reach = _TOUCH * length * (1 + np.linalg.norm(z, axis=2, keepdims=True))
    return ((distance <= reach) & (length > 0)).any(axis=(1, 2))

"""Continua of periodic points: lines, planes or larger sets in which every point is a fixed point or on a cycle.

Line attractors are an example. A search for single points cannot find them, so they are found by a linear program.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Bool, Float
from scipy.optimize import linprog

from attrax.analysis.periodic_orbits.distinct_cycles import of_lower_order
from attrax.core.dynamics import AbstractPiecewiseLinear

# A continuum must reach this far into the interior of a region.
_MARGIN = 1e-7

# Each sequence takes a linear program of about two milliseconds.
_MOST_SEQUENCES = 1000


def continua(
    dynamics: AbstractPiecewiseLinear, regions: Bool[np.ndarray, "sequence order bits"]
) -> Bool[np.ndarray, "continuum order bits"]:
    """Of the given sequences of regions, those in which a continuum of cycles exists.

    For each sequence the linear program seeks a solution of $z = M z + c$ (one of many, since $M$ has the eigenvalue 1)
    for which every point lies inside its region, at the largest possible distance from the border.

    Args:
        dynamics: A piecewise-linear map in float64.
        regions: Sequences of regions whose composed map has an eigenvalue of 1; at most the first 1000 are tried.

    Cost: About two milliseconds a sequence.
    """
    if not len(regions):
        return regions
    regions = regions[:_MOST_SEQUENCES]
    normals, shifts = (np.asarray(x) for x in dynamics.borders())
    matrices, offsets = (np.asarray(x) for x in jax.vmap(jax.vmap(dynamics.affine))(jnp.asarray(regions)))
    held = [_holds(*case, normals, shifts) for case in zip(regions, matrices, offsets, strict=True)]
    return regions[np.array(held, bool)]


def _holds(
    bits: Bool[np.ndarray, "order bits"],
    matrices: Float[np.ndarray, "order latent latent"],
    offsets: Float[np.ndarray, "order latent"],
    normals: Float[np.ndarray, "bits latent"],
    shifts: Float[np.ndarray, " bits"],
) -> bool:
    latent = normals.shape[1]
    M, c = np.eye(latent), np.zeros(latent)
    rows, bounds = [], []
    for active, A, b in zip(bits, matrices, offsets, strict=True):
        side = np.where(active, 1.0, -1.0)[:, None]
        rows.append(np.hstack([-side * (normals @ M), np.ones((len(side), 1))]))
        bounds.append(side[:, 0] * (normals @ c + shifts))
        M, c = A @ M, A @ c + b
    program = linprog(
        -np.eye(latent + 1)[-1],
        A_ub=np.concatenate(rows) if len(normals) else None,
        b_ub=np.concatenate(bounds) if len(normals) else None,
        A_eq=np.hstack([np.eye(latent) - M, np.zeros((latent, 1))]),
        b_eq=c,
        bounds=[(None, None)] * latent + [(None, 1.0)],
    )
    if program.status != 0 or program.x[-1] <= _MARGIN:
        return False
    orbit = [program.x[:-1]]
    for A, b in zip(matrices[:-1], offsets[:-1], strict=True):
        orbit.append(A @ orbit[-1] + b)
    return not of_lower_order(np.array(orbit)[None])[0]

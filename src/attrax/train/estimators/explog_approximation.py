"""Growth of errors, estimated by the norm of the geometric mean of the Jacobians."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.core.spec import Spec
from attrax.train.jacobian_growth import jacobians_along


def explog_approximation(dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Float[Array, ""]:
    r"""Norm of the geometric mean of the Jacobians, $\lVert \exp \frac{1}{T} \sum_t \log J_t \rVert$.

    It approximates the growth of the product of the Jacobians $J_t$ over T steps if they nearly commute.

    Args:
        dynamics: The map.
        z_hat: The states implied by the data.

    Cost: one eigendecomposition per state; it works only on a CPU.
    """
    values, vectors = jnp.linalg.eig(jacobians_along(dynamics, z_hat))
    tiny = jnp.finfo(values.real.dtype).tiny
    logs = jnp.log(jnp.where(jnp.abs(values) > tiny, values, tiny))
    logarithms = jnp.einsum("...ij,...j,...jk->...ik", vectors, logs, jnp.linalg.inv(vectors))
    mean = jax.vmap(jax.scipy.linalg.expm)(logarithms.mean(axis=1))
    return jnp.linalg.norm(mean, ord=2, axis=(-2, -1)).max()


SPEC = Spec("geometric mean of Jacobians", explog_approximation)

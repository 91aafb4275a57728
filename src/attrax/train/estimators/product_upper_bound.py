"""Growth of errors, estimated by an upper bound of the product of Jacobians."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.core.spec import Spec
from attrax.train.jacobian_growth import jacobians_along, spectral_norm


def product_upper_bound(dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Float[Array, ""]:
    r"""Geometric mean of the Jacobian norms, $\bigl(\prod_t \lVert J_t \rVert\bigr)^{1/T}$.

    It is an upper bound of the mean growth of the product of the Jacobians.

    Args:
        dynamics: The map.
        z_hat: The states implied by the data.
    """
    norms = spectral_norm(jacobians_along(dynamics, z_hat))
    return jnp.exp(jnp.log(norms).mean(axis=1)).max()


SPEC = Spec("bound of the product of Jacobians", product_upper_bound)

"""Growth of errors, estimated by the norm of the mean Jacobian."""

from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.core.spec import Spec
from attrax.train.jacobian_growth import jacobians_along, spectral_norm


def arithmetic_mean(dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Float[Array, ""]:
    r"""Norm of the mean Jacobian over the T states of a window, $\lVert \frac{1}{T} \sum_t J_t \rVert$.

    Args:
        dynamics: The map.
        z_hat: The states implied by the data.
    """
    return spectral_norm(jacobians_along(dynamics, z_hat).mean(axis=1)).max()


SPEC = Spec("mean Jacobian", arithmetic_mean)

"""Growth of errors, estimated by the largest Jacobian norm in a batch."""

from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.core.spec import Spec
from attrax.train.jacobian_growth import jacobians_along, spectral_norm


def batch_maximum(dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Float[Array, ""]:
    r"""Largest Jacobian norm at the states of a batch, $\max_t \lVert J_t \rVert$.

    Args:
        dynamics: The map.
        z_hat: The states implied by the data.
    """
    return spectral_norm(jacobians_along(dynamics, z_hat)).max()


SPEC = Spec("largest Jacobian of a batch", batch_maximum)

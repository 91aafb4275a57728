"""Growth of errors by the largest Jacobian of a batch."""

from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.core.spec import Spec
from attrax.train.jacobian_growth import jacobians_along, spectral_norm


def batch_maximum(dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Float[Array, ""]:
    r"""$\max_t \lVert J_t \rVert$: the largest one-step growth met by the batch."""
    return spectral_norm(jacobians_along(dynamics, z_hat)).max()


SPEC = Spec("largest Jacobian of a batch", batch_maximum)

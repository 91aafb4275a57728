"""Growth of errors by the mean Jacobian."""

from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics
from attrax.core.spec import Spec
from attrax.train.jacobian_growth import jacobians_along, spectral_norm


def arithmetic_mean(dynamics: AbstractDynamics, z_hat: Float[Array, "window time latent"]) -> Float[Array, ""]:
    r"""$\lVert \frac{1}{T} \sum_t J_t \rVert$, the growth of the mean Jacobian."""
    return spectral_norm(jacobians_along(dynamics, z_hat).mean(axis=1)).max()


SPEC = Spec("mean Jacobian", arithmetic_mean)

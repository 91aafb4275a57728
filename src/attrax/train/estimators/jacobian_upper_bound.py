"""Growth of errors by the bound of all Jacobians."""

from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.core.spec import Spec


def jacobian_upper_bound(
    dynamics: AbstractPiecewiseLinear, z_hat: Float[Array, "window time latent"]
) -> Float[Array, ""]:
    """A bound that holds everywhere in state space, whatever the data: the most cautious estimate, and the cheapest."""
    del z_hat
    return dynamics.jacobian_bound()


SPEC = Spec("bound of all Jacobians", jacobian_upper_bound)

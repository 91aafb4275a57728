"""Growth of errors, estimated by an upper bound of all Jacobians."""

from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.core.spec import Spec


def jacobian_upper_bound(
    dynamics: AbstractPiecewiseLinear, z_hat: Float[Array, "window time latent"]
) -> Float[Array, ""]:
    """An upper bound of the Jacobian norm everywhere in state space: the largest and the cheapest estimate.

    Args:
        dynamics: The map, which must be piecewise linear.
        z_hat: Not used.
    """
    del z_hat
    return dynamics.jacobian_bound()


SPEC = Spec("bound of all Jacobians", jacobian_upper_bound)

"""The mean squared error over observed values."""

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


def mean_squared_error(
    x_hat: Float[Array, "*batch obs"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
) -> Float[Array, ""]:
    r"""Mean of $(\hat x - x)^2$ over the values where `mask` is true; 0 if there is none.

    Missing values are replaced before the subtraction, so a NaN never reaches the gradient.
    """
    if mask is None:
        return jnp.mean((x_hat - x) ** 2)
    error = jnp.where(mask, x_hat - jnp.where(mask, x, 0), 0)
    return jnp.sum(error**2) / jnp.maximum(mask.sum(), 1)

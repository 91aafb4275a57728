"""Means over observed values: of a loss, and of squared errors."""

from collections.abc import Callable

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


def observed_mean(
    loss: Callable[[Float[Array, "*batch obs"]], Float[Array, "*batch obs"]],
    x: Float[Array, "*batch obs"],
    mask: Bool[Array, "*batch obs"] | None,
) -> Float[Array, ""]:
    """Mean of `loss(x)` over the values where `mask` is true; 0 if there is none.

    Missing values are replaced by 0 before the loss is computed, so a NaN never reaches the gradient.
    """
    if mask is None:
        return loss(x).mean()
    return jnp.where(mask, loss(jnp.where(mask, x, 0)), 0).sum() / jnp.maximum(mask.sum(), 1)


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

"""Rates of the inputs of a liquid: each input is active at values near its own."""

import jax.numpy as jnp
from jaxtyping import Array, Float

CELLS = 8
"""Number of inputs for each channel."""


def tuning_rates(x: Float[Array, "*batch obs"], cells: int = CELLS) -> Float[Array, "*batch input"]:
    r"""The rates $e^{-(x - m_k)^2 / 2 d^2}$ of inputs with centers $m_k$ at even distances d from -2 to 2.

    Args:
        x: Standardized values; those beyond the outer centers count as there.
        cells: Number of inputs for each channel.

    Example:
        >>> [[round(rate, 2) for rate in row] for row in tuning_rates(jnp.array([[-2.0], [0.0]]), cells=3).tolist()]
        [[1.0, 0.61, 0.14], [0.61, 1.0, 0.61]]
    """
    centers = jnp.linspace(-2.0, 2.0, cells)
    width = centers[1] - centers[0]
    rates = jnp.exp(-0.5 * ((jnp.clip(x, -2.0, 2.0)[..., None] - centers) / width) ** 2)
    return rates.reshape(*x.shape[:-1], -1)

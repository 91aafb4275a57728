"""The diagonal matrix A of a PLRNN, which determines how long each latent state keeps its value."""

from abc import abstractmethod

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float


class AbstractDiagonal(eqx.Module):
    """The diagonal of a matrix, computed from unconstrained parameters."""

    @abstractmethod
    def value(self) -> Float[Array, " latent"]:
        """The diagonal entries."""


def absorbing_radius(A: Float[Array, " latent"], drive: Float[Array, ""]) -> Float[Array, ""]:
    r"""Radius of a ball that all orbits of $z_t = A z_{t-1} + b_t$ with $\lVert b_t \rVert \le$ `drive` enter.

    The radius is $\mathrm{drive} / (1 - \lVert A \rVert)$, or infinity if the norm of A is 1 or more.

    Args:
        A: The diagonal of A.
        drive: Upper bound of the norm of $b_t$.

    Example:
        >>> float(absorbing_radius(jnp.array([0.5, -0.2]), jnp.array(3.0)))
        6.0
    """
    norm = jnp.abs(A).max()
    return jnp.where(norm < 1, drive / jnp.maximum(1 - norm, jnp.finfo(norm.dtype).eps), jnp.inf)

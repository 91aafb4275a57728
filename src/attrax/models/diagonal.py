"""The diagonal matrix A of a PLRNN: how strongly each latent coordinate remembers itself."""

from abc import abstractmethod

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float


class AbstractDiagonal(eqx.Module):
    """The diagonal of a matrix, as a function of free parameters."""

    @abstractmethod
    def value(self) -> Float[Array, " latent"]:
        """The diagonal entries."""


def absorbing_radius(A: Float[Array, " latent"], drive: Float[Array, ""]) -> Float[Array, ""]:
    r"""The ball in which the orbits of $z_t = A z_{t-1} + b_t$ with $\lVert b_t \rVert \le$ `drive` end.

    $\mathrm{drive} / (1 - \lVert A \rVert)$; infinite if the norm of A is 1 or more.
    """
    norm = jnp.abs(A).max()
    return jnp.where(norm < 1, drive / jnp.maximum(1 - norm, jnp.finfo(norm.dtype).eps), jnp.inf)

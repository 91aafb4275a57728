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


class FreeDiagonal(AbstractDiagonal):
    """Diagonal entries that may take any value."""

    entries: Float[Array, " latent"]

    def value(self) -> Float[Array, " latent"]:
        """The entries themselves."""
        return self.entries


class BoundedDiagonal(AbstractDiagonal):
    r"""Diagonal entries inside $(-r, r)$ with $r < 1$, $a = r \tanh(w)$, so that $\lVert A \rVert_2 \le r < 1$.

    Args:
        weights: Free parameters w.
        radius: The bound r. Memory of one coordinate alone fades no slower than `radius ** t`.
    """

    weights: Float[Array, " latent"]
    radius: float = eqx.field(static=True, default=0.999)

    def value(self) -> Float[Array, " latent"]:
        """The bounded entries."""
        return self.radius * jnp.tanh(self.weights)

    @classmethod
    def from_entries(cls, entries: Float[Array, " latent"], radius: float = 0.999) -> "BoundedDiagonal":
        """The parameters that give `entries`; entries outside the bound are moved just inside it."""
        share = jnp.clip(entries / radius, -0.995, 0.995)
        return cls(jnp.arctanh(share), radius)


def initial_diagonal(entries: Float[Array, " latent"], *, bounded: bool) -> AbstractDiagonal:
    """The diagonal that starts at `entries`, free or bounded."""
    return BoundedDiagonal.from_entries(entries) if bounded else FreeDiagonal(entries)


def absorbing_radius(A: Float[Array, " latent"], drive: Float[Array, ""]) -> Float[Array, ""]:
    r"""The ball in which the orbits of $z_t = A z_{t-1} + b_t$ with $\lVert b_t \rVert \le$ `drive` end.

    $\mathrm{drive} / (1 - \lVert A \rVert)$; infinite if the norm of A is 1 or more.
    """
    norm = jnp.abs(A).max()
    return jnp.where(norm < 1, drive / jnp.maximum(1 - norm, jnp.finfo(norm.dtype).eps), jnp.inf)

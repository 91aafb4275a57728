"""Initial values of parameters, chosen such that the states of a new network neither vanish nor explode quickly."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.models.diagonal import AbstractDiagonal
from attrax.models.parts.bounded_diagonal import BoundedDiagonal
from attrax.models.parts.free_diagonal import FreeDiagonal


def memory_matrix(latent_dim: int, *, key: PRNGKeyArray) -> Float[Array, "latent latent"]:
    r"""A random positive definite matrix with largest eigenvalue 1, $P / \rho(P)$ with $P = R^\top R / M + I$.

    R is an M x M standard normal matrix. The diagonal, with entries in (0, 1], is the initial value of A: every state
    keeps part of its value, and none is unstable (Talathi & Vartak 2016 [@talathi2016]).
    """
    R = jax.random.normal(key, (latent_dim, latent_dim))
    P = R.T @ R / latent_dim + jnp.eye(latent_dim)
    return P / jnp.linalg.eigvalsh(P)[-1]


def fan_in_uniform(shape: tuple[int, ...], fan_in: int, *, key: PRNGKeyArray) -> Float[Array, "..."]:
    r"""Uniform random numbers in $\pm 1 / \sqrt{n}$ with $n$ = `fan_in`, so a weighted sum of n terms has order 1."""
    bound = fan_in**-0.5
    return jax.random.uniform(key, shape, minval=-bound, maxval=bound)


def all_uniform(shapes: tuple[tuple[int, ...], ...], fan_in: int, *, key: PRNGKeyArray) -> list[Float[Array, "..."]]:
    """Uniform random arrays of several shapes with the same fan-in, for gated cells."""
    keys = jax.random.split(key, len(shapes))
    return [fan_in_uniform(shape, fan_in, key=k) for shape, k in zip(shapes, keys, strict=True)]


def initial_diagonal(entries: Float[Array, " latent"], *, bounded: bool) -> AbstractDiagonal:
    """A diagonal with the given initial entries, bounded or free."""
    return BoundedDiagonal.from_entries(entries) if bounded else FreeDiagonal(entries)

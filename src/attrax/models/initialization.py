"""First values of the parameters: maps that neither forget nor explode at once."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.models.diagonal import AbstractDiagonal
from attrax.models.parts.bounded_diagonal import BoundedDiagonal
from attrax.models.parts.free_diagonal import FreeDiagonal


def memory_matrix(latent_dim: int, *, key: PRNGKeyArray) -> Float[Array, "latent latent"]:
    r"""$P / \rho(P)$ with $P = R^\top R / M + I$ and R standard normal: positive definite, largest eigenvalue 1.

    Its diagonal, with entries in (0, 1], is where A starts: every coordinate has a memory of its own, none of them is
    unstable [@talathi2016].
    """
    R = jax.random.normal(key, (latent_dim, latent_dim))
    P = R.T @ R / latent_dim + jnp.eye(latent_dim)
    return P / jnp.linalg.eigvalsh(P)[-1]


def fan_in_uniform(shape: tuple[int, ...], fan_in: int, *, key: PRNGKeyArray) -> Float[Array, "..."]:
    r"""Uniform in $\pm 1 / \sqrt{\text{fan-in}}$: a sum over `fan_in` standardised terms keeps unit order."""
    bound = fan_in**-0.5
    return jax.random.uniform(key, shape, minval=-bound, maxval=bound)


def all_uniform(shapes: tuple[tuple[int, ...], ...], fan_in: int, *, key: PRNGKeyArray) -> list[Float[Array, "..."]]:
    """Parameters of several shapes with one fan-in, as gated cells start."""
    keys = jax.random.split(key, len(shapes))
    return [fan_in_uniform(shape, fan_in, key=k) for shape, k in zip(shapes, keys, strict=True)]


def initial_diagonal(entries: Float[Array, " latent"], *, bounded: bool) -> AbstractDiagonal:
    """The diagonal that starts at `entries`, free or bounded."""
    return BoundedDiagonal.from_entries(entries) if bounded else FreeDiagonal(entries)

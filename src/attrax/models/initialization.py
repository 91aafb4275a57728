"""First values of the parameters: maps that neither forget nor explode at once."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray


def memory_diagonal(latent_dim: int, *, key: PRNGKeyArray) -> Float[Array, " latent"]:
    r"""The diagonal of $P / \rho(P)$ with $P = R^\top R / M + I$ and R standard normal: entries in (0, 1].

    Used for A: every coordinate starts with a memory of its own, none of them unstable [@talathi2016].
    """
    R = jax.random.normal(key, (latent_dim, latent_dim))
    P = R.T @ R / latent_dim + jnp.eye(latent_dim)
    return jnp.diag(P) / jnp.linalg.eigvalsh(P)[-1]


def fan_in_uniform(shape: tuple[int, ...], fan_in: int, *, key: PRNGKeyArray) -> Float[Array, "..."]:
    r"""Uniform in $\pm 1 / \sqrt{\text{fan-in}}$: a sum over `fan_in` standardised terms keeps unit order."""
    bound = fan_in**-0.5
    return jax.random.uniform(key, shape, minval=-bound, maxval=bound)

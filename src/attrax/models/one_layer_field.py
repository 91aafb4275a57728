"""Vector fields with one layer of units: what the piecewise-linear and the smooth one share."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.models.initialization import fan_in_uniform
from attrax.models.network import AbstractNetwork

FIRST_RATE = 0.1
"""Rates at the beginning, per time step."""


class AbstractOneLayerField(AbstractNetwork):
    r"""A dynamics whose vector field is $A z + W_1 \phi(W_2 z + h_2) + h_1 + C s$, per time step, with a diagonal A.

    For developers: the activation $\phi$, and how the field is solved, are those of the subclass.
    """

    A: eqx.AbstractVar[Float[Array, " latent"]]
    W1: eqx.AbstractVar[Float[Array, "latent hidden"]]
    W2: eqx.AbstractVar[Float[Array, "hidden latent"]]
    h1: eqx.AbstractVar[Float[Array, " latent"]]
    h2: eqx.AbstractVar[Float[Array, " hidden"]]
    C: eqx.AbstractVar[Float[Array, "latent input"]]

    @property
    def latent_dim(self) -> int:
        """Number M of latent states."""
        return self.C.shape[0]

    @property
    def input_dim(self) -> int:
        """Number K of external inputs."""
        return self.C.shape[1]

    @property
    def memory(self) -> Float[Array, " latent"]:
        """The fraction of its value that each state keeps in one step, without the other terms."""
        return jnp.exp(self.A)

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """The weights and offsets of both layers."""
        return self.W1, self.W2, self.h1, self.h2


def slow_field(latent_dim: int, hidden_dim: int, input_dim: int, *, key: PRNGKeyArray) -> dict[str, Any]:
    """Random parameters of a slow, slightly damped vector field, with borders in the range of standardised states.

    Args:
        latent_dim: Number M of latent states.
        hidden_dim: Number L of hidden units.
        input_dim: Number K of external inputs.
        key: Random key.
    """
    k_1, k_2, k_h, k_C = jax.random.split(key, 4)
    return {
        "A": -FIRST_RATE * jnp.ones(latent_dim),
        "W1": FIRST_RATE * fan_in_uniform((latent_dim, hidden_dim), hidden_dim, key=k_1),
        "W2": fan_in_uniform((hidden_dim, latent_dim), latent_dim, key=k_2),
        "h1": jnp.zeros(latent_dim),
        "h2": jax.random.uniform(k_h, (hidden_dim,), minval=-1.0),
        "C": FIRST_RATE * fan_in_uniform((latent_dim, input_dim), max(input_dim, 1), key=k_C),
    }

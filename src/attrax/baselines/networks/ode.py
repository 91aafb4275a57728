"""Neural ODE: a network estimates the state from the window, another is the vector field; solved with diffrax."""

from typing import cast

import diffrax
import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

UNITS = 48
HIDDEN = 3
"""Number of states in addition to the channels."""


class NeuralODE(eqx.Module):
    r"""Solution of $\dot z = f(z)$ with a network $f$ (`field`), from a state that a second network (`encoder`) gives.

    References:
        Chen et al., Neural ordinary differential equations, NeurIPS 2018 [@chen2018].
    """

    encoder: eqx.nn.MLP
    field: eqx.nn.MLP
    ahead: int = eqx.field(static=True)

    @classmethod
    def create(cls, *, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> "NeuralODE":
        """A model with random weights.

        Args:
            reach: Number of rows of a window.
            ahead: Number of rows to forecast.
            obs_dim: Number of channels.
            key: Random key.
        """
        k_encoder, k_field = jax.random.split(key)
        size = obs_dim + HIDDEN
        return cls(
            encoder=eqx.nn.MLP(reach * obs_dim, HIDDEN, UNITS, 1, activation=jnp.tanh, key=k_encoder),
            field=eqx.nn.MLP(size, size, UNITS, 2, activation=jnp.tanh, key=k_field),
            ahead=ahead,
        )

    def __call__(self, window: Float[Array, "reach obs"]) -> Float[Array, "ahead obs"]:
        """Forecast the next rows; the unit of time is ten rows."""
        obs_dim = window.shape[1]
        z = jnp.concatenate([window[-1], self.encoder(window.ravel())])
        times = 0.1 * jnp.arange(self.ahead + 1)
        orbit = diffrax.diffeqsolve(
            diffrax.ODETerm(lambda _t, z, _args: self.field(z)),
            diffrax.Tsit5(),
            0.0,
            times[-1],
            0.1,
            z,
            saveat=diffrax.SaveAt(ts=times),
            adjoint=diffrax.DirectAdjoint(),
            max_steps=self.ahead + 1,
        )
        return cast(Array, orbit.ys)[1:, :obs_dim]

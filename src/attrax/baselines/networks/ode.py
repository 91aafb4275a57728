"""Neural ODE: the window says where the state is, and a learned vector field where it goes; solved by diffrax."""

from typing import cast

import diffrax
import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

UNITS = 48
HIDDEN = 3
"""States beside the channels."""


class NeuralODE(eqx.Module):
    r"""$\dot z = f(z)$ with a small network f, from a state that another network finds in the window.

    References: [@chen2018].
    """

    encoder: eqx.nn.MLP
    field: eqx.nn.MLP
    ahead: int = eqx.field(static=True)

    @classmethod
    def create(cls, *, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> "NeuralODE":
        """A fresh one, whose field is slow."""
        k_encoder, k_field = jax.random.split(key)
        size = obs_dim + HIDDEN
        return cls(
            encoder=eqx.nn.MLP(reach * obs_dim, HIDDEN, UNITS, 1, activation=jnp.tanh, key=k_encoder),
            field=eqx.nn.MLP(size, size, UNITS, 2, activation=jnp.tanh, key=k_field),
            ahead=ahead,
        )

    def __call__(self, window: Float[Array, "reach obs"]) -> Float[Array, "ahead obs"]:
        """The rows that follow: time is counted in units of ten rows."""
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

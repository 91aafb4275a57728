"""Diagonal state-space model (S4D): layers of linear oscillators with many frequencies."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

OSCILLATORS = 32
SIZE = 32
DEPTH = 2


class DiagonalStateSpaceLayer(eqx.Module):
    r"""$h_t = \Lambda h_{t-1} + B x_t$, $y_t = \mathrm{Re}(C h_t) + D x_t$, $\Lambda$ diagonal inside the unit circle.

    Input $x_t$, state $h_t$, output $y_t$; `decay` and `speed` are the decay rates and frequencies of $\Lambda$.

    References:
        Gu et al., On the parameterization and initialization of diagonal state space models, NeurIPS 2022
            [@gu2022].
    """

    decay: Float[Array, " oscillator"]
    speed: Float[Array, " oscillator"]
    B: Float[Array, "2 oscillator size"]
    C: Float[Array, "2 size oscillator"]
    D: Float[Array, " size"]

    def __init__(self, *, key: PRNGKeyArray):
        k_decay, k_B, k_C = jax.random.split(key, 3)
        self.decay = jnp.log(jax.random.uniform(k_decay, (OSCILLATORS,), minval=0.01, maxval=0.5))
        self.speed = jnp.geomspace(0.02, 1.5, OSCILLATORS)
        self.B = jax.random.normal(k_B, (2, OSCILLATORS, SIZE)) / jnp.sqrt(2 * SIZE)
        self.C = jax.random.normal(k_C, (2, SIZE, OSCILLATORS)) / jnp.sqrt(2 * OSCILLATORS)
        self.D = jnp.ones(SIZE)

    def __call__(self, x: Float[Array, "row size"]) -> Float[Array, "row size"]:
        """The output at every row."""
        factor = jnp.exp(-jnp.exp(self.decay) + 1j * self.speed)
        driven = x @ (self.B[0] + 1j * self.B[1]).T
        states = jax.lax.associative_scan(_after, (jnp.broadcast_to(factor, driven.shape), driven))[1]
        return (states @ (self.C[0] + 1j * self.C[1]).T).real + self.D * x


class StateSpaceModel(eqx.Module):
    """Diagonal state-space layers with nonlinearities between, and a linear map of the last row."""

    embed: eqx.nn.Linear
    layers: tuple[DiagonalStateSpaceLayer, ...]
    mixers: tuple[eqx.nn.Linear, ...]
    readout: eqx.nn.Linear
    ahead: int = eqx.field(static=True)

    @classmethod
    def create(cls, *, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> "StateSpaceModel":
        """A model with random weights.

        Args:
            reach: Not used.
            ahead: Number of rows to forecast.
            obs_dim: Number of channels.
            key: Random key.
        """
        del reach
        k_embed, k_readout, *keys = jax.random.split(key, 2 * DEPTH + 2)
        return cls(
            embed=eqx.nn.Linear(obs_dim, SIZE, key=k_embed),
            layers=tuple(DiagonalStateSpaceLayer(key=k) for k in keys[:DEPTH]),
            mixers=tuple(eqx.nn.Linear(SIZE, SIZE, key=k) for k in keys[DEPTH:]),
            readout=eqx.nn.Linear(SIZE, ahead * obs_dim, key=k_readout),
            ahead=ahead,
        )

    def __call__(self, window: Float[Array, "reach obs"]) -> Float[Array, "ahead obs"]:
        """Forecast the next rows."""
        x = jax.vmap(self.embed)(window)
        for layer, mixer in zip(self.layers, self.mixers, strict=True):
            x = x + jax.vmap(mixer)(jax.nn.gelu(layer(x)))
        return self.readout(x[-1]).reshape(self.ahead, -1)


def _after(one, other):
    """Combine two parts of a linear recursion into one, for `jax.lax.associative_scan`."""
    return one[0] * other[0], other[0] * one[1] + other[1]

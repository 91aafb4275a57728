"""Temporal convolutional network: causal convolutions whose dilation doubles from layer to layer."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

CHANNELS = 32
WIDTH = 3


class TemporalConvolution(eqx.Module):
    """Residual layers of causal convolutions, and a linear map of the last row.

    Each convolution is computed as a matrix product with three shifted copies of the rows, which is fast on a CPU.

    References:
        Bai, Kolter and Koltun, An empirical evaluation of generic convolutional and recurrent networks, 2018
            [@bai2018].
    """

    first: eqx.nn.Linear
    layers: tuple[eqx.nn.Linear, ...]
    readout: eqx.nn.Linear
    ahead: int = eqx.field(static=True)

    @classmethod
    def create(cls, *, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> "TemporalConvolution":
        """A network with random weights and enough layers to see the whole window.

        Args:
            reach: Number of rows of a window.
            ahead: Number of rows to forecast.
            obs_dim: Number of channels.
            key: Random key.
        """
        depth = max(1, (reach // (WIDTH - 1)).bit_length())
        k_first, k_readout, *keys = jax.random.split(key, depth + 2)
        layers = tuple(eqx.nn.Linear(WIDTH * CHANNELS, CHANNELS, key=k) for k in keys)
        readout = eqx.nn.Linear(CHANNELS, ahead * obs_dim, key=k_readout)
        return cls(eqx.nn.Linear(obs_dim, CHANNELS, key=k_first), layers, readout, ahead)

    def __call__(self, window: Float[Array, "reach obs"]) -> Float[Array, "ahead obs"]:
        """Forecast the next rows."""
        x = jax.vmap(self.first)(window)
        for i, layer in enumerate(self.layers):
            seen = jnp.concatenate([_later(x, k * 2**i) for k in range(WIDTH)], axis=1)
            x = x + jax.nn.gelu(jax.vmap(layer)(seen))
        return self.readout(x[-1]).reshape(self.ahead, -1)


def _later(x: Float[Array, "row channel"], rows: int) -> Float[Array, "row channel"]:
    """The rows shifted down by `rows`, with zeros above."""
    return jnp.pad(x, ((rows, 0), (0, 0)))[: len(x)]

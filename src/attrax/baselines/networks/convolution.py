"""Temporal convolution: dilated causal filters whose reach doubles from layer to layer."""

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray

CHANNELS = 32
WIDTH = 3


class TemporalConvolution(eqx.Module):
    """Residual layers of causal convolutions, and a linear map of the last row.

    References: [@bai2018].
    """

    first: eqx.nn.Conv1d
    layers: tuple[eqx.nn.Conv1d, ...]
    readout: eqx.nn.Linear
    ahead: int = eqx.field(static=True)

    @classmethod
    def create(cls, *, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> "TemporalConvolution":
        """As many layers as it takes to see the whole window."""
        depth = max(1, (reach // (WIDTH - 1)).bit_length())
        k_first, k_readout, *keys = jax.random.split(key, depth + 2)
        layers = tuple(
            eqx.nn.Conv1d(CHANNELS, CHANNELS, WIDTH, dilation=2**i, padding=[((WIDTH - 1) * 2**i, 0)], key=k)
            for i, k in enumerate(keys)
        )
        readout = eqx.nn.Linear(CHANNELS, ahead * obs_dim, key=k_readout)
        return cls(eqx.nn.Conv1d(obs_dim, CHANNELS, 1, key=k_first), layers, readout, ahead)

    def __call__(self, window: Float[Array, "reach obs"]) -> Float[Array, "ahead obs"]:
        """The rows that follow."""
        x = self.first(window.T)
        for layer in self.layers:
            x = x + jax.nn.gelu(layer(x))
        return self.readout(x[:, -1]).reshape(self.ahead, -1)

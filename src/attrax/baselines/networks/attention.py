"""Transformer: a network with self-attention over the rows of a window."""

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray

SIZE = 32
HEADS = 4
DEPTH = 2


class TransformerLayer(eqx.Module):
    """One layer: self-attention and a small network, each with layer normalization before and a skip connection."""

    attention: eqx.nn.MultiheadAttention
    network: eqx.nn.MLP
    before: tuple[eqx.nn.LayerNorm, eqx.nn.LayerNorm]

    def __init__(self, *, key: PRNGKeyArray):
        k_attention, k_network = jax.random.split(key)
        self.attention = eqx.nn.MultiheadAttention(HEADS, SIZE, key=k_attention)
        self.network = eqx.nn.MLP(SIZE, SIZE, 2 * SIZE, 1, activation=jax.nn.gelu, key=k_network)
        self.before = (eqx.nn.LayerNorm(SIZE), eqx.nn.LayerNorm(SIZE))

    def __call__(self, x: Float[Array, "row size"]) -> Float[Array, "row size"]:
        """The rows after attention and network."""
        z = jax.vmap(self.before[0])(x)
        x = x + self.attention(z, z, z)
        return x + jax.vmap(self.network)(jax.vmap(self.before[1])(x))


class Transformer(eqx.Module):
    """An encoder with learned position embeddings, and a linear map of the last row.

    References:
        Vaswani et al., Attention is all you need, NeurIPS 2017 [@vaswani2017].
    """

    embed: eqx.nn.Linear
    places: Float[Array, "reach size"]
    layers: tuple[TransformerLayer, ...]
    readout: eqx.nn.Linear
    ahead: int = eqx.field(static=True)

    @classmethod
    def create(cls, *, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> "Transformer":
        """A transformer with random weights.

        Args:
            reach: Number of rows of a window.
            ahead: Number of rows to forecast.
            obs_dim: Number of channels.
            key: Random key.
        """
        k_embed, k_places, k_readout, *keys = jax.random.split(key, DEPTH + 3)
        return cls(
            embed=eqx.nn.Linear(obs_dim, SIZE, key=k_embed),
            places=0.1 * jax.random.normal(k_places, (reach, SIZE)),
            layers=tuple(TransformerLayer(key=k) for k in keys),
            readout=eqx.nn.Linear(SIZE, ahead * obs_dim, key=k_readout),
            ahead=ahead,
        )

    def __call__(self, window: Float[Array, "reach obs"]) -> Float[Array, "ahead obs"]:
        """Forecast the next rows."""
        x = jax.vmap(self.embed)(window) + self.places
        for layer in self.layers:
            x = layer(x)
        return self.readout(x[-1]).reshape(self.ahead, -1)

"""`TokenModel`: a transformer that reads the rows of a symbolic recording as one sequence of tokens."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PRNGKeyArray

from attrax.models.symbolic.symbol_model import AbstractSymbolModel, chosen_symbol

WAVELENGTH = 10_000.0
"""The longest wave of the rotary positions, in units of 2 pi tokens."""


class CausalLayer(eqx.Module):
    """Self-attention to earlier tokens and a small network, each after a normalization and beside a skip connection.

    Positions are rotary: the query and the key of a token are rotated by angles proportional to its position, so that
    attention depends on distances.
    """

    project: eqx.nn.Linear
    combine: eqx.nn.Linear
    network: eqx.nn.MLP
    before: tuple[eqx.nn.RMSNorm, eqx.nn.RMSNorm]
    heads: int = eqx.field(static=True)

    @classmethod
    def create(cls, width: int, heads: int, *, key: PRNGKeyArray) -> "CausalLayer":
        """A layer with random weights.

        Args:
            width: Size of a token.
            heads: Number of heads; a half of `width` must be a multiple of it.
            key: Random key.
        """
        k_project, k_combine, k_network = jax.random.split(key, 3)
        return cls(
            project=eqx.nn.Linear(width, 3 * width, use_bias=False, key=k_project),
            combine=eqx.nn.Linear(width, width, use_bias=False, key=k_combine),
            network=eqx.nn.MLP(width, width, 4 * width, 1, activation=jax.nn.gelu, key=k_network),
            before=(eqx.nn.RMSNorm(width), eqx.nn.RMSNorm(width)),
            heads=heads,
        )

    def __call__(self, x: Float[Array, "token width"]) -> Float[Array, "token width"]:
        """The tokens after attention and network."""
        projected = jax.vmap(self.project)(jax.vmap(self.before[0])(x))
        query, key, value = jnp.split(projected.reshape(len(x), self.heads, -1), 3, axis=-1)
        seen = jax.nn.dot_product_attention(_rotated(query), _rotated(key), value, is_causal=True)
        x = x + jax.vmap(self.combine)(seen.reshape(x.shape))
        return x + jax.vmap(self.network)(jax.vmap(self.before[1])(x))


class TokenModel(AbstractSymbolModel):
    r"""A decoder-only transformer of a symbolic recording.

    The last `reach` rows are written one after the other, channel by channel, and the next row after them:

    $$P(x_t \mid x_{t-r}, \dots, x_{t-1}) = \prod_i P(x_{t,i} \mid x_{t-r}, \dots, x_{t-1}, x_{t,1}, \dots, x_{t,i-1})$$

    It knows nothing of the shape of a lattice: which cells are neighbors must be learned. Because positions are rotary,
    it can be run with any number of channels, but it is good only at those it was trained with.

    Args:
        embed: The vector of each symbol.
        layers: The layers.
        readout: From the last layer to logits.
        final: Normalization before the readout.
        reach: Number of rows before the next one.

    Cost: A simulated row takes a pass through (`reach` + 1) * channels tokens for each channel.

    Example:
        >>> model = TokenModel.create(2, width=8, heads=2, depth=1, key=jax.random.key(0))
        >>> model.simulate(np.zeros((1, 9)), 3).x.shape
        (3, 9)

    References:
        Vaswani et al., Attention is all you need, NeurIPS 2017 [@vaswani2017].
        Su et al., RoFormer: enhanced transformer with rotary position embedding, Neurocomputing 2024 [@su2024].
        Berkovich & Buehler, LifeGPT: topology-agnostic generative pretrained transformer model for cellular automata,
        2024 [@berkovich2024].
    """

    embed: Float[Array, "level width"]
    layers: tuple[CausalLayer, ...]
    readout: eqx.nn.Linear
    final: eqx.nn.RMSNorm
    reach: int = eqx.field(static=True, default=1)

    @classmethod
    def create(
        cls, levels: int, *, width: int = 64, heads: int = 4, depth: int = 2, reach: int = 1, key: PRNGKeyArray
    ) -> "TokenModel":
        """A model with random weights.

        Args:
            levels: Number of symbols.
            width: Size of a token.
            heads: Number of heads of attention; a half of `width` must be a multiple of it.
            depth: Number of layers.
            reach: Number of rows before the next one. A cellular automaton needs one; a symbolic recording of a flow
                needs more, since the symbols of one row do not tell the state.
            key: Random key.
        """
        k_embed, k_readout, *keys = jax.random.split(key, depth + 2)
        return cls(
            embed=jax.random.normal(k_embed, (levels, width)),
            layers=tuple(CausalLayer.create(width, heads, key=k) for k in keys),
            readout=eqx.nn.Linear(width, levels, key=k_readout),
            final=eqx.nn.RMSNorm(width),
            reach=reach,
        )

    @property
    def levels(self) -> int:
        """Number of symbols."""
        return self.embed.shape[0]

    def logits(self, before: Int[Array, "reach obs"], after: Int[Array, " obs"]) -> Float[Array, "obs level"]:
        """The logits of each symbol of the next row, given those before it."""
        x = self.embed[jnp.concatenate([before.ravel(), after[:-1]])]
        for layer in self.layers:
            x = layer(x)
        return jax.vmap(self.readout)(jax.vmap(self.final)(x[-len(after) :]))

    def next_row(self, before: Int[Array, "reach obs"], key: PRNGKeyArray | None = None) -> Int[Array, " obs"]:
        """The next row, one symbol after the other."""

        def body(after, now):
            i, key = now
            return after.at[i].set(chosen_symbol(self.logits(before, after)[i], key)), None

        n = before.shape[1]
        keys = None if key is None else jax.random.split(key, n)
        return jax.lax.scan(body, jnp.zeros(n, jnp.int32), (jnp.arange(n), keys))[0]


def _rotated(x: Float[Array, "token head size"]) -> Float[Array, "token head size"]:
    """The pairs of entries of each token, rotated by its position."""
    half = x.shape[-1] // 2
    frequency = WAVELENGTH ** -(np.arange(half) / half)
    angle = (np.arange(len(x))[:, None] * frequency)[:, None].astype(x.dtype)
    a, b = x[..., :half], x[..., half:]
    return jnp.concatenate([a * np.cos(angle) - b * np.sin(angle), a * np.sin(angle) + b * np.cos(angle)], axis=-1)

"""N-BEATS and N-HiTS: blocks that each explain a part of the window and forecast its future."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

UNITS = 128
DEPTH = 3
BLOCKS = 4
POOLED = (8, 4, 2, 1)
"""Rows that the blocks of N-HiTS see as one, the slowest first."""


class ResidualBlock(eqx.Module):
    """What it makes of a window: the part of it that it explains, and that part's future, at its own resolution."""

    network: eqx.nn.MLP
    pooled: int = eqx.field(static=True)
    reach: int = eqx.field(static=True)
    knots: tuple[int, int] = eqx.field(static=True)

    def __init__(self, reach: int, ahead: int, obs_dim: int, pooled: int, *, key: PRNGKeyArray):
        self.pooled, self.reach = pooled, reach
        self.knots = (-(-reach // pooled), -(-ahead // pooled))
        out = sum(self.knots) * obs_dim
        self.network = eqx.nn.MLP(self.knots[0] * obs_dim, out, UNITS, DEPTH, key=key)

    def __call__(
        self, window: Float[Array, "reach obs"], ahead: int
    ) -> tuple[Float[Array, "reach obs"], Float[Array, "ahead obs"]]:
        """The part explained, and its future."""
        obs_dim = window.shape[1]
        rows = self.knots[0] * self.pooled
        padded = jnp.pad(window, ((rows - self.reach, 0), (0, 0)), mode="edge")
        seen = padded.reshape(self.knots[0], self.pooled, obs_dim).mean(axis=1)
        knots = self.network(seen.ravel()).reshape(-1, obs_dim)
        back, forth = jnp.split(knots, self.knots[:1])
        return _stretched(back, self.reach), _stretched(forth, ahead)


class ResidualBlocks(eqx.Module):
    """ResidualBlocks one after another, each on what the ones before have left; their futures are added.

    References: [@oreshkin2020], [@challu2023].
    """

    blocks: tuple[ResidualBlock, ...]
    ahead: int = eqx.field(static=True)

    def __call__(self, window: Float[Array, "reach obs"]) -> Float[Array, "ahead obs"]:
        """The rows that follow."""
        future = jnp.zeros((self.ahead, window.shape[1]), window.dtype)
        for block in self.blocks:
            explained, forecast = block(window, self.ahead)
            window, future = window - explained, future + forecast
        return future


def n_beats(*, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> ResidualBlocks:
    """N-BEATS with generic blocks: all at full resolution."""
    keys = jax.random.split(key, BLOCKS)
    return ResidualBlocks(tuple(ResidualBlock(reach, ahead, obs_dim, 1, key=k) for k in keys), ahead)


def n_hits(*, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> ResidualBlocks:
    """N-HiTS: slow blocks first, each with as few knots as its resolution needs."""
    keys = jax.random.split(key, len(POOLED))
    return ResidualBlocks(
        tuple(ResidualBlock(reach, ahead, obs_dim, p, key=k) for p, k in zip(POOLED, keys, strict=True)), ahead
    )


def _stretched(knots: Float[Array, "knot obs"], rows: int) -> Float[Array, "rows obs"]:
    """Straight lines through knots that are evenly spread over the rows."""
    if len(knots) == rows:
        return knots
    places, wanted = jnp.linspace(0.0, 1.0, len(knots)), jnp.linspace(0.0, 1.0, rows)
    return jax.vmap(lambda column: jnp.interp(wanted, places, column), in_axes=1, out_axes=1)(knots)

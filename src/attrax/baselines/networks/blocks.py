"""N-BEATS and N-HiTS: residual blocks; each approximates a part of the window and forecasts its continuation."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

UNITS = 128
DEPTH = 3
BLOCKS = 4
POOLED = (8, 4, 2, 1)
"""Number of rows that each block of N-HiTS averages, the coarsest resolution first."""


class ResidualBlock(eqx.Module):
    """A network that approximates a window and forecasts its continuation, both at a given time resolution."""

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
        """The approximation of the window (backcast) and the forecast."""
        obs_dim = window.shape[1]
        rows = self.knots[0] * self.pooled
        padded = jnp.pad(window, ((rows - self.reach, 0), (0, 0)), mode="edge")
        seen = padded.reshape(self.knots[0], self.pooled, obs_dim).mean(axis=1)
        knots = self.network(seen.ravel()).reshape(-1, obs_dim)
        back, forth = jnp.split(knots, self.knots[:1])
        return _stretched(back, self.reach), _stretched(forth, ahead)


class ResidualBlocks(eqx.Module):
    """Residual blocks in series: each gets the window minus all approximations before it; the forecasts are added.

    References:
        Oreshkin et al., N-BEATS, ICLR 2020 [@oreshkin2020].
        Challu et al., N-HiTS, AAAI 2023 [@challu2023].
    """

    blocks: tuple[ResidualBlock, ...]
    ahead: int = eqx.field(static=True)

    def __call__(self, window: Float[Array, "reach obs"]) -> Float[Array, "ahead obs"]:
        """Forecast the next rows."""
        future = jnp.zeros((self.ahead, window.shape[1]), window.dtype)
        for block in self.blocks:
            explained, forecast = block(window, self.ahead)
            window, future = window - explained, future + forecast
        return future


def n_beats(*, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> ResidualBlocks:
    """N-BEATS with generic blocks, all at full time resolution."""
    keys = jax.random.split(key, BLOCKS)
    return ResidualBlocks(tuple(ResidualBlock(reach, ahead, obs_dim, 1, key=k) for k in keys), ahead)


def n_hits(*, reach: int, ahead: int, obs_dim: int, key: PRNGKeyArray) -> ResidualBlocks:
    """N-HiTS: blocks from coarse to fine time resolution."""
    keys = jax.random.split(key, len(POOLED))
    return ResidualBlocks(
        tuple(ResidualBlock(reach, ahead, obs_dim, p, key=k) for p, k in zip(POOLED, keys, strict=True)), ahead
    )


def _stretched(knots: Float[Array, "knot obs"], rows: int) -> Float[Array, "rows obs"]:
    """Linear interpolation between knots that are evenly spaced over the rows."""
    if len(knots) == rows:
        return knots
    places, wanted = jnp.linspace(0.0, 1.0, len(knots)), jnp.linspace(0.0, 1.0, rows)
    return jax.vmap(lambda column: jnp.interp(wanted, places, column), in_axes=1, out_axes=1)(knots)

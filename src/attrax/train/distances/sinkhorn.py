"""The Sinkhorn divergence: an optimal-transport distance between two sets of states."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float
from pydantic import Field

from attrax.core.spec import Settings
from attrax.train.distance import AbstractDistance, DistanceSpec, pooled, squared_distances


class Sinkhorn(AbstractDistance):
    r"""Sinkhorn divergence $S(\hat\mu, \mu) = T(\hat\mu, \mu) - (T(\hat\mu, \hat\mu) + T(\mu, \mu)) / 2$.

    T is the entropy-regularised cost of transporting one set of states to the other, where moving a unit of mass costs
    half the squared distance. Between a set and a shifted copy S is half the squared shift for any shift; unlike a
    kernel distance it does not saturate.

    Args:
        temperature: Strength of the entropy regularisation, a squared length in standardised units. Smaller values
            resolve finer structure and need more iterations.
        iterations: Iterations at the final temperature; the same number is used before, while the temperature falls.
        states: Number of states that are compared, evenly spaced in the sample.

    Cost: `O(iterations * states ** 2)`. The gradient costs one more iteration: the dual potentials are optimal, so
        nothing is propagated through the iterations.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.train import Sinkhorn
        >>> x = jnp.linspace(-1.0, 1.0, 50)[None, :, None]
        >>> near, far = Sinkhorn()(x + 0.1, x), Sinkhorn()(x + 1.0, x)
        >>> bool(near < far)
        True

    References:
        Feydy, Sejourne, Vialard, Amari, Trouve & Peyre, Interpolating between Optimal Transport and MMD using Sinkhorn
        Divergences, AISTATS 2019 [@feydy2019].
    """

    temperature: float = eqx.field(default=0.1, static=True)
    iterations: int = eqx.field(default=30, static=True)
    states: int = eqx.field(default=100, static=True)

    def __call__(self, x_hat: Float[Array, "window time obs"], x: Float[Array, "window time obs"]) -> Float[Array, ""]:
        """The Sinkhorn divergence."""
        a, b = (_thinned(pooled(orbits), self.states) for orbits in (x_hat, x))
        return self._transport(a, b) - (self._transport(a, a) + self._transport(b, b)) / 2

    def _transport(self, a: Float[Array, "left obs"], b: Float[Array, "right obs"]) -> Float[Array, ""]:
        """The transport cost. Potentials are constant; each set is differentiated once, in its own half of the sum."""
        held_a, held_b = jax.lax.stop_gradient((a, b))
        f, g = self._potentials(squared_distances(held_a, held_b) / 2)
        from_a = _soft_minimum(squared_distances(a, held_b) / 2, g, self.temperature)
        from_b = _soft_minimum(squared_distances(b, held_a) / 2, f, self.temperature)
        return jnp.mean(from_a) + jnp.mean(from_b)

    def _potentials(self, cost: Float[Array, "left right"]) -> tuple[Float[Array, " left"], Float[Array, " right"]]:
        """The dual potentials, by averaged Sinkhorn updates while the temperature falls from the largest cost."""
        hot = jnp.maximum(cost.max(), self.temperature)
        fall = jnp.linspace(1.0, 0.0, self.iterations, dtype=cost.dtype)
        temperatures = jnp.concatenate(
            [self.temperature * (hot / self.temperature) ** fall, jnp.full(self.iterations, self.temperature)]
        )

        def update(potentials, temperature):
            f, g = potentials
            f_next, g_next = _soft_minimum(cost, g, temperature), _soft_minimum(cost.T, f, temperature)
            return ((f + f_next) / 2, (g + g_next) / 2), None

        zeros = jnp.zeros(cost.shape[0], cost.dtype), jnp.zeros(cost.shape[1], cost.dtype)
        return jax.lax.scan(update, zeros, temperatures)[0]


def _thinned(x: Float[Array, "state obs"], n: int) -> Float[Array, "kept obs"]:
    return x[:: -(-len(x) // n)]


def _soft_minimum(
    cost: Float[Array, "from to"], potential: Float[Array, " to"], temperature: Float[Array, ""] | float
) -> Float[Array, " from"]:
    """A smooth version of the minimum over the columns of cost minus potential."""
    return -temperature * (jax.nn.logsumexp((potential - cost) / temperature, axis=1) - jnp.log(cost.shape[1]))


class SinkhornSettings(Settings):
    """Settings of the Sinkhorn divergence."""

    temperature: float = Field(
        default=0.1, gt=0, description="Strength of the entropy regularisation, a squared length in standardised units."
    )
    iterations: int = Field(default=30, ge=1, description="Iterations at the final temperature.")
    states: int = Field(default=100, ge=1, description="Number of states that are compared.")


SPEC = DistanceSpec(
    "Sinkhorn divergence",
    Sinkhorn,
    SinkhornSettings,
    create=lambda settings: Sinkhorn(settings.temperature, settings.iterations, settings.states),
)

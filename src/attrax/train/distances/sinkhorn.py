"""The Sinkhorn divergence: what it costs to move one set of states onto another [@feydy2019]."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float
from pydantic import Field

from attrax.core.spec import Settings
from attrax.train.distance import AbstractDistance, DistanceSpec, pooled, squared_distances


class Sinkhorn(AbstractDistance):
    r"""Debiased entropic transport $S(\hat\mu, \mu) = T(\hat\mu, \mu) - (T(\hat\mu, \hat\mu) + T(\mu, \mu)) / 2$.

    T is the cost of moving one set of states onto the other where a unit of mass pays half the squared distance, less
    entropy times its temperature. Between a set and its shifted copy it is half the squared shift, however far: unlike
    a kernel it never saturates.

    Args:
        temperature: Blur of the transport plan, as a squared length in the units of training. Smaller resolves finer
            structure and wants more iterations.
        iterations: Updates of the potentials at the final temperature, after as many on the way down to it.
        states: So many of the states, evenly spread, are compared.

    Cost: `iterations` passes over `states`$^2$ pairs. The gradient costs one more: the potentials are at their optimum,
        so nothing is propagated through the iterations.

    References: [@feydy2019].
    """

    temperature: float = eqx.field(default=0.1, static=True)
    iterations: int = eqx.field(default=30, static=True)
    states: int = eqx.field(default=100, static=True)

    def __call__(self, x_hat: Float[Array, "window time obs"], x: Float[Array, "window time obs"]) -> Float[Array, ""]:
        """The divergence."""
        a, b = (_thinned(pooled(orbits), self.states) for orbits in (x_hat, x))
        return self._transport(a, b) - (self._transport(a, a) + self._transport(b, b)) / 2

    def _transport(self, a: Float[Array, "left obs"], b: Float[Array, "right obs"]) -> Float[Array, ""]:
        """Cost of the plan; the potentials are held, but each set is moved once in the role of the one that pays."""
        held_a, held_b = jax.lax.stop_gradient((a, b))
        f, g = self._potentials(squared_distances(held_a, held_b) / 2)
        from_a = _soft_minimum(squared_distances(a, held_b) / 2, g, self.temperature)
        from_b = _soft_minimum(squared_distances(b, held_a) / 2, f, self.temperature)
        return jnp.mean(from_a) + jnp.mean(from_b)

    def _potentials(self, cost: Float[Array, "left right"]) -> tuple[Float[Array, " left"], Float[Array, " right"]]:
        """The dual potentials, by averaged updates while the temperature falls from the largest cost."""
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
    """The smallest cost less the potential that is met, blurred by the temperature."""
    return -temperature * (jax.nn.logsumexp((potential - cost) / temperature, axis=1) - jnp.log(cost.shape[1]))


class SinkhornSettings(Settings):
    """What can be set of the Sinkhorn divergence."""

    temperature: float = Field(
        default=0.1, gt=0, description="Blur of the transport, a squared length in the units of training."
    )
    iterations: int = Field(default=30, ge=1, description="Updates of the potentials at the final temperature.")
    states: int = Field(default=100, ge=1, description="So many of the states are compared.")


SPEC = DistanceSpec(
    "Sinkhorn divergence",
    Sinkhorn,
    SinkhornSettings,
    create=lambda settings: Sinkhorn(settings.temperature, settings.iterations, settings.states),
)

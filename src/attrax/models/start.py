"""Start: the first latent state, inferred from what was recorded."""

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.observation import AbstractObservation
from attrax.models.initialization import fan_in_uniform


class LinearStart(eqx.Module):
    r"""$z_1 = (G^{+}(x_1), L x_1)$: coordinates the observation fixes, and a learned linear guess of the others.

    Args:
        L: Guess of the coordinates that the observation leaves free; no rows if it leaves none.
    """

    L: Float[Array, "free obs"]

    @classmethod
    def create(cls, observation: AbstractObservation, latent_dim: int, *, key: PRNGKeyArray) -> "LinearStart":
        """A random guess for as many coordinates as `observation` leaves free."""
        obs_dim = observation.obs_dim
        forced = observation.invert(jnp.zeros(obs_dim)).shape[0]
        return cls(fan_in_uniform((latent_dim - forced, obs_dim), obs_dim, key=key))

    def infer(self, observation: AbstractObservation, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch latent"]:
        """The state behind each observation `x`."""
        return self.complete(observation.invert(x), x)

    def complete(
        self, forced: Float[Array, "*batch forced"], x: Float[Array, "*batch obs"]
    ) -> Float[Array, "*batch latent"]:
        """The state whose leading coordinates are already known."""
        return jnp.concatenate([forced, x @ self.L.T], axis=-1)

"""The linear start: the coordinates that an observation fixes, and a learned guess of the others."""

from typing import cast

import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.observation import AbstractInvertible, AbstractObservation
from attrax.core.spec import Spec
from attrax.models.initialization import fan_in_uniform
from attrax.models.start import AbstractStart


class LinearStart(AbstractStart):
    r"""$z_1 = (G^{+}(x_1), L x_1)$: coordinates the observation fixes, and a learned linear guess of the others.

    Args:
        L: Guess of the coordinates that the observation leaves free; no rows if it leaves none.
    """

    L: Float[Array, "free obs"]

    @classmethod
    def create(cls, observation: AbstractInvertible, latent_dim: int, *, key: PRNGKeyArray) -> "LinearStart":
        """A random guess for as many coordinates as `observation` leaves free."""
        obs_dim = observation.obs_dim
        forced = observation.invert(jnp.zeros(obs_dim)).shape[0]
        return cls(fan_in_uniform((latent_dim - forced, obs_dim), obs_dim, key=key))

    @property
    def reach(self) -> int:
        """A row says what it says."""
        return 1

    def infer(self, observation: AbstractObservation, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch latent"]:
        """The state behind each observation `x`, whose inverse there must be."""
        return self.complete(cast(AbstractInvertible, observation).invert(x), x)

    def last(
        self, observation: AbstractObservation, x: Float[Array, "*batch time obs"]
    ) -> Float[Array, "*batch latent"]:
        """The state behind the last observation."""
        return self.infer(observation, x[..., -1, :])

    def complete(
        self, forced: Float[Array, "*batch forced"], x: Float[Array, "*batch obs"]
    ) -> Float[Array, "*batch latent"]:
        """The state whose leading coordinates are already known."""
        return jnp.concatenate([forced, x @ self.L.T], axis=-1)


SPEC = Spec("linear start", LinearStart)

"""The linear start: latent states from the inverse of the observation, and a linear guess of the hidden states."""

from typing import cast

import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.observation import AbstractInvertible, AbstractObservation
from attrax.core.spec import Spec
from attrax.models.initialization import fan_in_uniform
from attrax.models.start import AbstractStart


class LinearStart(AbstractStart):
    r"""The first state $z_1 = (G^{+}(x_1), L x_1)$.

    The inverse $G^{+}$ of the observation determines the first latent states; L is a learned linear guess of the hidden
    states, those that a single row does not determine.

    Args:
        L: Matrix of the guess; it has no rows if there are no hidden states.

    Example:
        >>> from attrax.models import IdentityObservation
        >>> LinearStart(jnp.array([[1.0, 1.0]])).infer(IdentityObservation(2), jnp.array([2.0, 3.0])).tolist()
        [2.0, 3.0, 5.0]
    """

    L: Float[Array, "free obs"]

    @classmethod
    def create(cls, observation: AbstractInvertible, latent_dim: int, *, key: PRNGKeyArray) -> "LinearStart":
        """Create a start with a random matrix L for the states that `observation` does not determine."""
        obs_dim = observation.obs_dim
        forced = observation.invert(jnp.zeros(obs_dim)).shape[0]
        return cls(fan_in_uniform((latent_dim - forced, obs_dim), obs_dim, key=key))

    @property
    def reach(self) -> int:
        """1: a state is inferred from its own row only."""
        return 1

    def infer(self, observation: AbstractObservation, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch latent"]:
        """Infer the latent state of each row; the observation must be invertible."""
        return self.complete(cast(AbstractInvertible, observation).invert(x), x)

    def last(
        self, observation: AbstractObservation, x: Float[Array, "*batch time obs"]
    ) -> Float[Array, "*batch latent"]:
        """Infer the latent state of the last row."""
        return self.infer(observation, x[..., -1, :])

    def complete(
        self, forced: Float[Array, "*batch forced"], x: Float[Array, "*batch obs"]
    ) -> Float[Array, "*batch latent"]:
        """The latent state, given its first coordinates and the observation `x`."""
        return jnp.concatenate([forced, x @ self.L.T], axis=-1)


SPEC = Spec("linear start", LinearStart)

"""The identity observation: the first N latent states are the channels."""

from collections.abc import Callable

import equinox as eqx
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.core.observation import AbstractInvertible
from attrax.core.spec import Settings
from attrax.models.observation_spec import ObservationSpec
from attrax.models.observed_mean import mean_squared_error


class IdentityObservation(AbstractInvertible):
    """The observation $x = (z_1, ..., z_N)$. Forcing corrects these N states; the other M - N are hidden states.

    Args:
        size: Number N of channels, at most the number of latent states.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.models import IdentityObservation
        >>> IdentityObservation(2).observe(jnp.array([1.0, 2.0, 3.0])).tolist()
        [1.0, 2.0]
    """

    size: int = eqx.field(static=True)

    @property
    def obs_dim(self) -> int:
        """Number N of channels."""
        return self.size

    @property
    def selects(self) -> bool:
        """True: every channel is a latent state."""
        return True

    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        """The first N latent states."""
        return z[..., : self.size]

    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """The expected observation, because this observation has no noise model."""
        del key
        return self.observe(z)

    def features(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch feature"]:
        """The standardised values themselves."""
        return x

    def inverse(self) -> Callable[[Float[Array, "*batch obs"]], Float[Array, "*batch forced"]]:
        """The identity function."""
        return lambda x: x

    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        """Mean squared error: the negative log-likelihood of a Gaussian with variance 1/2, without its constant."""
        return mean_squared_error(self.observe(z), x, mask)


def _create(
    values: Float[np.ndarray, "time obs"], latent_dim: int, settings: Settings, *, key: PRNGKeyArray
) -> IdentityObservation:
    del latent_dim, settings, key
    return IdentityObservation(values.shape[1])


SPEC = ObservationSpec("identity", IdentityObservation, create=_create, selects=True)

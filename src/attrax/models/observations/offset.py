"""The offset observation: channels are linear combinations of the latent states plus an offset."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.core.small_matrix import linear_map
from attrax.models.initialization import fan_in_uniform
from attrax.models.mixed_channels import AbstractMixture
from attrax.models.observation_spec import ObservationSpec, from_sizes
from attrax.models.observed_mean import mean_squared_error


class OffsetObservation(AbstractMixture):
    r"""The observation $x = B z + b$, inverted with the pseudo-inverse, $\bar z = B^{+} (x - b)$.

    An `AffineObservation` with an offset, for recordings that are not standardised, or if the mean of the data should
    not be at z = 0.

    Args:
        B: Loadings, N channels by M latent states.
        b: Offset, the values for z = 0.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.models import OffsetObservation
        >>> OffsetObservation(jnp.array([[1.0, 1.0]]), jnp.array([10.0])).observe(jnp.array([1.0, 2.0])).tolist()
        [13.0]
    """

    B: Float[Array, "obs latent"]
    b: Float[Array, " obs"]

    @classmethod
    def create(cls, obs_dim: int, latent_dim: int, *, key: PRNGKeyArray) -> "OffsetObservation":
        r"""Create an observation with loadings uniform in $\pm 1 / \sqrt{M}$ and zero offset."""
        return cls(fan_in_uniform((obs_dim, latent_dim), latent_dim, key=key), jnp.zeros(obs_dim))

    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        """The values $B z + b$."""
        return linear_map(z, self.B) + self.b

    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """The expected observation, because this observation has no noise model."""
        del key
        return self.observe(z)

    def inverse(self) -> Callable[[Float[Array, "*batch obs"]], Float[Array, "*batch forced"]]:
        """The least-squares inverse; of several solutions, the one with the smallest norm."""
        return jax.tree_util.Partial(unmixed, jnp.linalg.pinv(self.B), self.b)

    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        """Mean squared error: the negative log-likelihood of a Gaussian with variance 1/2, without its constant."""
        return mean_squared_error(self.observe(z), x, mask)


def unmixed(
    inverse: Float[Array, "latent obs"], b: Float[Array, " obs"], x: Float[Array, "*batch obs"]
) -> Float[Array, "*batch latent"]:
    """The least-squares state for observation `x`, with the inverse of the loadings and the offset b."""
    return linear_map(x - b, inverse)


SPEC = ObservationSpec("offset", OffsetObservation, create=from_sizes(OffsetObservation))

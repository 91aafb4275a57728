"""The Gaussian observation: linear combinations of the latent states with Gaussian noise, learned for each channel."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.core.small_matrix import linear_map
from attrax.models.initialization import fan_in_uniform
from attrax.models.mixed_channels import AbstractMixture
from attrax.models.observation_spec import ObservationSpec, Values, from_sizes
from attrax.models.observations.offset import unmixed
from attrax.models.observed_mean import observed_mean

SMALLEST_NOISE = 1e-2
"""Smallest noise, in standard deviations of a channel. Without it, the likelihood could grow without bound by fitting
one channel exactly."""


class GaussianObservation(AbstractMixture):
    r"""The observation $x \sim \mathcal{N}(B z + b, \mathrm{diag}(\sigma^2))$, inverted by weighted least squares.

    The weights are $1 / \sigma$: noisy channels have less influence on the loss and on the teacher signal. Free runs
    can be sampled with the noise of the recording.

    Args:
        B: Loadings, N channels by M latent states.
        b: Offset, the expected values for z = 0.
        log_sigma: Logarithm of $\sigma - 0.01$; 0.01 is the smallest noise.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.models import GaussianObservation
        >>> seen = GaussianObservation(jnp.eye(2), jnp.zeros(2), jnp.log(0.1) * jnp.ones(2))
        >>> seen.observe(jnp.array([1.0, 2.0])).tolist()
        [1.0, 2.0]
    """

    B: Float[Array, "obs latent"]
    b: Float[Array, " obs"]
    log_sigma: Float[Array, " obs"]

    @classmethod
    def create(cls, obs_dim: int, latent_dim: int, *, key: PRNGKeyArray) -> "GaussianObservation":
        r"""Create an observation with loadings uniform in $\pm 1 / \sqrt{M}$, zero offset, and $\sigma$ about 0.5."""
        B = fan_in_uniform((obs_dim, latent_dim), latent_dim, key=key)
        return cls(B, jnp.zeros(obs_dim), jnp.full(obs_dim, jnp.log(0.5)))

    @property
    def sigma(self) -> Float[Array, " obs"]:
        """Standard deviation of the noise of each channel."""
        return SMALLEST_NOISE + jnp.exp(self.log_sigma)

    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        """The mean $B z + b$."""
        return linear_map(z, self.B) + self.b

    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """The mean plus random noise."""
        x = self.observe(z)
        return x + self.sigma * jax.random.normal(key, x.shape, x.dtype)

    def inverse(self) -> Callable[[Float[Array, "*batch obs"]], Float[Array, "*batch forced"]]:
        """The maximum-likelihood inverse; of several solutions, the one with the smallest norm."""
        weight = jax.lax.stop_gradient(1 / self.sigma)
        return jax.tree_util.Partial(unmixed, jnp.linalg.pinv(weight[:, None] * self.B) * weight, self.b)

    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        r"""The mean of $\frac{1}{2} ((x - \hat x) / \sigma)^2 + \log \sigma + \frac{1}{2} \log 2 \pi$."""
        mean, sigma = self.observe(z), self.sigma
        constant = jnp.log(sigma) + 0.5 * jnp.log(2 * jnp.pi)
        return observed_mean(lambda x: 0.5 * ((x - mean) / sigma) ** 2 + constant, x, mask)


SPEC = ObservationSpec(
    "Gaussian", GaussianObservation, create=from_sizes(GaussianObservation), values=Values.MEASUREMENTS
)

"""Gaussian observation: mixtures of the latent states, with noise whose size is learned channel by channel."""

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
"""In standard deviations of a channel. A likelihood without a bound would reward fitting one channel exactly."""


class GaussianObservation(AbstractMixture):
    r"""$x \sim \mathcal{N}(B z + b, \mathrm{diag}(\sigma^2))$, inverted by least squares weighted with $1 / \sigma$.

    Noisy channels count less than clean ones, in the loss and in the teacher signal, and free runs can be given the
    noise of the recording.

    Args:
        B: Loadings, N channels by M latent states.
        b: Values expected in the state 0.
        log_sigma: Logarithm of the noise, apart from a smallest one of 0.01.
    """

    B: Float[Array, "obs latent"]
    b: Float[Array, " obs"]
    log_sigma: Float[Array, " obs"]

    @classmethod
    def create(cls, obs_dim: int, latent_dim: int, *, key: PRNGKeyArray) -> "GaussianObservation":
        r"""Loadings uniform in $\pm 1 / \sqrt{M}$, no offset, noise of half a standard deviation."""
        B = fan_in_uniform((obs_dim, latent_dim), latent_dim, key=key)
        return cls(B, jnp.zeros(obs_dim), jnp.full(obs_dim, jnp.log(0.5)))

    @property
    def sigma(self) -> Float[Array, " obs"]:
        """Standard deviation of the noise."""
        return SMALLEST_NOISE + jnp.exp(self.log_sigma)

    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        """The mean."""
        return linear_map(z, self.B) + self.b

    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """The mean with noise."""
        x = self.observe(z)
        return x + self.sigma * jax.random.normal(key, x.shape, x.dtype)

    def inverse(self) -> Callable[[Float[Array, "*batch obs"]], Float[Array, "*batch forced"]]:
        """The state of greatest likelihood (the shortest one, if several are)."""
        weight = jax.lax.stop_gradient(1 / self.sigma)
        return jax.tree_util.Partial(unmixed, jnp.linalg.pinv(weight[:, None] * self.B) * weight, self.b)

    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        r"""Mean of $\frac{1}{2} ((x - \hat x) / \sigma)^2 + \log \sigma + \frac{1}{2} \log 2 \pi$."""
        mean, sigma = self.observe(z), self.sigma
        constant = jnp.log(sigma) + 0.5 * jnp.log(2 * jnp.pi)
        return observed_mean(lambda x: 0.5 * ((x - mean) / sigma) ** 2 + constant, x, mask)


SPEC = ObservationSpec(
    "Gaussian", GaussianObservation, create=from_sizes(GaussianObservation), values=Values.MEASUREMENTS
)

"""The zero-inflated Poisson observation: counts with more zeros than a Poisson distribution has."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.core.observation import AbstractObservation
from attrax.core.spec import Settings
from attrax.models.observation_spec import ObservationSpec, Values, mean_counts
from attrax.models.observations.poisson import PoissonObservation
from attrax.models.observed_mean import observed_mean


class ZeroInflatedPoissonObservation(AbstractObservation):
    r"""The observation $x_i = 0$ with probability $\pi_i$, and $x_i \sim \mathrm{Poisson}(\lambda_i)$ otherwise.

    As in `PoissonObservation`, $\log \lambda = B z + b$. The probability $\pi_i$ does not depend on the state. Use it
    for counts with many more zeros than a Poisson distribution with the same mean.

    Args:
        counts: The Poisson part.
        logit: The logit $\log(\pi / (1 - \pi))$ of each channel.

    Example:
        >>> counts = PoissonObservation(jnp.eye(2), jnp.log(jnp.array([1.0, 5.0])))
        >>> ZeroInflatedPoissonObservation(counts, jnp.zeros(2)).observe(jnp.zeros(2)).round(3).tolist()
        [0.5, 2.5]

    References:
        Lambert, Zero-inflated Poisson regression, with an application to defects in manufacturing, Technometrics 1992
        [@lambert1992].
    """

    counts: PoissonObservation
    logit: Float[Array, " obs"]

    @classmethod
    def create(
        cls, rates: Float[Array, " obs"], latent_dim: int, *, key: PRNGKeyArray
    ) -> "ZeroInflatedPoissonObservation":
        r"""Create an observation with a new `PoissonObservation` and $\pi$ = 0.1."""
        return cls(PoissonObservation.create(rates, latent_dim, key=key), jnp.full(len(rates), -jnp.log(9.0)))

    @property
    def obs_dim(self) -> int:
        """Number N of channels."""
        return self.counts.obs_dim

    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        r"""The mean $(1 - \pi) \lambda$."""
        return jax.nn.sigmoid(-self.logit) * self.counts.observe(z)

    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """Sample counts, including the additional zeros."""
        k_silent, k_counts = jax.random.split(key)
        x = self.counts.sample(z, key=k_counts)
        return jnp.where(jax.random.bernoulli(k_silent, jax.nn.sigmoid(self.logit), x.shape), 0, x)

    def features(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch feature"]:
        r"""The values $\log(1 + x)$."""
        return self.counts.features(x)

    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        r"""The mean negative log-likelihood.

        $-\log(\pi + (1 - \pi) e^{-\lambda})$ for a zero, and $-\log(1 - \pi)$ plus the Poisson term for other counts.
        """
        log_rate, logit = self.counts.log_rate(z), self.logit
        log_pi, log_rest = jax.nn.log_sigmoid(logit), jax.nn.log_sigmoid(-logit)

        def loss(x: Float[Array, "*batch obs"]) -> Float[Array, "*batch obs"]:
            rate = jnp.exp(log_rate)
            counted = log_rest + x * log_rate - rate - gammaln(x + 1)
            return -jnp.where(x == 0, jnp.logaddexp(log_pi, log_rest - rate), counted)

        return observed_mean(loss, x, mask)


def _create(
    values: Float[np.ndarray, "time obs"], latent_dim: int, settings: Settings, *, key: PRNGKeyArray
) -> ZeroInflatedPoissonObservation:
    del settings
    return ZeroInflatedPoissonObservation.create(mean_counts(values), latent_dim, key=key)


SPEC = ObservationSpec("zero-inflated Poisson", ZeroInflatedPoissonObservation, create=_create, values=Values.COUNTS)

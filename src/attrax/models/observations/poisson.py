"""The Poisson observation: channels are counts whose rates depend on the latent state."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.core.observation import AbstractObservation
from attrax.core.spec import Settings
from attrax.models.initialization import fan_in_uniform
from attrax.models.observation_spec import ObservationSpec, Values, mean_counts
from attrax.models.observed_mean import observed_mean

HIGHEST_LOG_RATE = 15.0
"""Upper bound of the log-rate, three million counts per row, to avoid overflow."""

LOWEST_RATE = 1e-3
"""Smallest initial rate, for channels with almost no counts."""


class PoissonObservation(AbstractObservation):
    r"""The observation $x_i \sim \mathrm{Poisson}(\lambda_i)$ with $\log \lambda = B z + b$, for counts.

    Args:
        B: Loadings, N channels by M latent states.
        b: Offset, the logarithm of the rates for z = 0.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.models import PoissonObservation
        >>> rates = PoissonObservation(jnp.eye(2), jnp.log(jnp.array([1.0, 5.0])))
        >>> rates.observe(jnp.zeros(2)).round(3).tolist()
        [1.0, 5.0]

    References:
        Macke, Buesing, Cunningham, Yu, Shenoy & Sahani, Empirical models of spiking in neural populations, NeurIPS 2011
        [@macke2011].
        Kramer, Bommer, Tombolini, Koppe & Durstewitz, Reconstructing Nonlinear Dynamical Systems from Multi-Modal Time
        Series, ICML 2022 [@kramer2022].
    """

    B: Float[Array, "obs latent"]
    b: Float[Array, " obs"]

    @classmethod
    def create(cls, rates: Float[Array, " obs"], latent_dim: int, *, key: PRNGKeyArray) -> "PoissonObservation":
        r"""Create an observation with loadings uniform in $\pm 1 / \sqrt{M}$ and the mean counts `rates` at z = 0."""
        B = fan_in_uniform((len(rates), latent_dim), latent_dim, key=key)
        return cls(B, jnp.log(jnp.maximum(rates, LOWEST_RATE)))

    @property
    def obs_dim(self) -> int:
        """Number N of channels."""
        return self.B.shape[0]

    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        r"""The rates $\lambda$."""
        return jnp.exp(self.log_rate(z))

    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """Sample counts."""
        rate = self.observe(z)
        return jax.random.poisson(key, rate).astype(rate.dtype)

    def features(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch feature"]:
        r"""The values $\log(1 + x)$, on the same scale as the log-rate."""
        return jnp.log1p(jnp.maximum(x, 0))

    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        r"""The mean of $\lambda - x \log \lambda + \log x!$."""
        log_rate = self.log_rate(z)
        return observed_mean(lambda x: jnp.exp(log_rate) - x * log_rate + gammaln(x + 1), x, mask)

    def log_rate(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        r"""The log-rate $\log \lambda$."""
        return jnp.minimum(z @ self.B.T + self.b, HIGHEST_LOG_RATE)


def _create(
    values: Float[np.ndarray, "time obs"], latent_dim: int, settings: Settings, *, key: PRNGKeyArray
) -> PoissonObservation:
    del settings
    return PoissonObservation.create(mean_counts(values), latent_dim, key=key)


SPEC = ObservationSpec("Poisson", PoissonObservation, create=_create, values=Values.COUNTS)

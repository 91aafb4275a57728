"""Poisson observation: channels count events, whose rates depend on the latent state."""

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
"""More than three million counts a row: beyond it a rate no longer follows the state, so that nothing overflows."""

LOWEST_RATE = 1e-3
"""Where a channel that hardly ever counts anything begins."""


class PoissonObservation(AbstractObservation):
    r"""$x_i \sim \mathrm{Poisson}(\lambda_i)$ with $\log \lambda = B z + b$: spikes, photons, cases.

    Args:
        B: Loadings, N channels by M latent states.
        b: Logarithm of the rates in the state 0.

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
        r"""Loadings uniform in $\pm 1 / \sqrt{M}$, around `rates`, the mean counts of the recording."""
        B = fan_in_uniform((len(rates), latent_dim), latent_dim, key=key)
        return cls(B, jnp.log(jnp.maximum(rates, LOWEST_RATE)))

    @property
    def obs_dim(self) -> int:
        """Number N of channels."""
        return self.B.shape[0]

    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        """The rates."""
        return jnp.exp(self.log_rate(z))

    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """Counts."""
        rate = self.observe(z)
        return jax.random.poisson(key, rate).astype(rate.dtype)

    def features(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch feature"]:
        r"""$\log(1 + x)$, on the scale of the logarithm of the rate."""
        return jnp.log1p(jnp.maximum(x, 0))

    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        r"""Mean of $\lambda - x \log \lambda + \log x!$."""
        log_rate = self.log_rate(z)
        return observed_mean(lambda x: jnp.exp(log_rate) - x * log_rate + gammaln(x + 1), x, mask)

    def log_rate(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        r"""$\log \lambda$."""
        return jnp.minimum(z @ self.B.T + self.b, HIGHEST_LOG_RATE)


def _create(
    values: Float[np.ndarray, "time obs"], latent_dim: int, settings: Settings, *, key: PRNGKeyArray
) -> PoissonObservation:
    del settings
    return PoissonObservation.create(mean_counts(values), latent_dim, key=key)


SPEC = ObservationSpec("Poisson", PoissonObservation, create=_create, values=Values.COUNTS)

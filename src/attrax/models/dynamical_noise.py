r"""Dynamical noise: normal noise that is added to the latent state in every step of a free run."""

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray


class DynamicalNoise(eqx.Module):
    r"""Normal noise in every step of a map, $z_t = F(z_{t-1}, s_t) + L \xi_t$ with standard normal $\xi_t$.

    Observation noise blurs what is recorded; dynamical noise changes what comes next. It stands for everything that
    acts on a real system and was not recorded, such as the breath that varies the time between heartbeats.

    Args:
        factor: The matrix L; the covariance of the noise is $L L^\top$.
        share: Standard deviation of the noise as a share of that of the one-step errors it was estimated from.
        size: Standard deviation of the noise as a share of that of the states, root mean square over all states.

    Example:
        >>> import jax.numpy as jnp
        >>> noise = DynamicalNoise(jnp.diag(jnp.array([0.1, 0.2])), share=0.5, size=0.01)
        >>> noise.sample(3, 5, key=jax.random.key(0)).shape
        (3, 5, 2)

    References:
        Sarkka & Svensson, Bayesian Filtering and Smoothing, 2023, chapter 4 (state space models).
    """

    factor: Float[Array, "latent latent"]
    share: float = eqx.field(static=True)
    size: float = eqx.field(static=True)

    def times(self, factor: float) -> "DynamicalNoise":
        """Noise with `factor` times the standard deviation."""
        return DynamicalNoise(factor * self.factor, factor * self.share, factor * self.size)

    def sample(self, starts: int, n: int, *, key: PRNGKeyArray) -> Float[Array, "start n latent"]:
        """Draw independent noise for each step of several free runs."""
        xi = jax.random.normal(key, (starts, n, len(self.factor)), self.factor.dtype)
        return xi @ self.factor.T

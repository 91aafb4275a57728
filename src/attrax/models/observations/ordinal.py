"""The ordinal observation: channels are levels of an ordered scale, as in questionnaires and ratings."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.core.observation import AbstractObservation
from attrax.models.initialization import fan_in_uniform
from attrax.models.observation_spec import LevelSettings, ObservationSpec, Values
from attrax.models.observed_mean import observed_mean

_TINY = 1e-7


class OrdinalObservation(AbstractObservation):
    r"""Cumulative logit model $P(x_i \le k) = \sigma(c_{ik} - (B z)_i)$ for levels $k = 0, \dots, K - 1$.

    A continuous hidden variable is divided into levels by the thresholds c. They are learned, so the levels need not
    be equally far apart.

    Args:
        B: Loadings, N channels by M latent states.
        lowest: First threshold of each channel.
        log_steps: Logarithm of the distances between successive thresholds.

    Example:
        >>> mood = OrdinalObservation(jnp.ones((1, 1)), jnp.zeros(1), jnp.zeros((1, 1)))
        >>> mood.levels, mood.probabilities(jnp.zeros(1)).shape
        (3, (1, 3))

    References:
        McCullagh, Regression models for ordinal data, Journal of the Royal Statistical Society, Series B 1980
        [@mccullagh1980].
    """

    B: Float[Array, "obs latent"]
    lowest: Float[Array, " obs"]
    log_steps: Float[Array, "obs steps"]

    @classmethod
    def create(cls, obs_dim: int, latent_dim: int, levels: int, *, key: PRNGKeyArray) -> "OrdinalObservation":
        r"""Create an observation with loadings uniform in $\pm 1 / \sqrt{M}$; thresholds have distance 1 and mean 0.

        Args:
            obs_dim: Number N of channels.
            latent_dim: Number M of latent states.
            levels: Number K of levels, at least two, the same for all channels.
            key: Random key.
        """
        B = fan_in_uniform((obs_dim, latent_dim), latent_dim, key=key)
        return cls(B, jnp.full(obs_dim, 1 - levels / 2), jnp.zeros((obs_dim, levels - 2)))

    @property
    def obs_dim(self) -> int:
        """Number N of channels."""
        return self.B.shape[0]

    @property
    def levels(self) -> int:
        """Number K of levels."""
        return self.log_steps.shape[1] + 2

    def probabilities(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs level"]:
        """The probability of every level in every channel."""
        steps = jnp.concatenate([self.lowest[:, None], jnp.exp(self.log_steps)], axis=1)
        below = jax.nn.sigmoid(jnp.cumsum(steps, axis=1) - (z @ self.B.T)[..., None])
        ends = [(0, 0)] * (below.ndim - 1)
        cumulative = jnp.pad(jnp.pad(below, [*ends, (0, 1)], constant_values=1), [*ends, (1, 0)])
        return jnp.diff(cumulative, axis=-1)

    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        """The mean level."""
        return self.probabilities(z) @ jnp.arange(self.levels, dtype=z.dtype)

    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """Sample a level for each channel."""
        return jax.random.categorical(key, jnp.log(self.probabilities(z) + _TINY)).astype(z.dtype)

    def features(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch feature"]:
        """The levels, scaled to the interval from -1 to 1."""
        return 2 * x / (self.levels - 1) - 1

    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        """The mean negative log-probability of the observed levels."""
        logs = jnp.log(self.probabilities(z) + _TINY)
        return observed_mean(lambda x: -chosen(logs, x), x, mask)


def chosen(logs: Float[Array, "*batch obs level"], x: Float[Array, "*batch obs"]) -> Float[Array, "*batch obs"]:
    """For each channel, the entry of `logs` that belongs to its level in `x`."""
    return jnp.take_along_axis(logs, jnp.round(x).astype(jnp.int32)[..., None], axis=-1)[..., 0]


def _create(
    values: Float[np.ndarray, "time obs"], latent_dim: int, settings: LevelSettings, *, key: PRNGKeyArray
) -> OrdinalObservation:
    return OrdinalObservation.create(values.shape[1], latent_dim, settings.levels, key=key)


SPEC = ObservationSpec("ordinal", OrdinalObservation, settings=LevelSettings, create=_create, values=Values.LEVELS)

"""The categorical observation: channels are labels without an order, such as sleep stages or behaviours."""

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.core.observation import AbstractObservation
from attrax.models.initialization import fan_in_uniform
from attrax.models.observation_spec import LevelSettings, ObservationSpec, Values
from attrax.models.observations.ordinal import chosen
from attrax.models.observed_mean import observed_mean


class CategoricalObservation(AbstractObservation):
    r"""Softmax observation $P(x_i = k) = e^{a_{ik}} / \sum_l e^{a_{il}}$ with $a_i = B_i z + b_i$.

    The value of channel i is one of the categories $k = 0, \dots, K - 1$.

    Args:
        B: Loadings of every category of every channel.
        b: Offsets of every category of every channel.

    Example:
        >>> stage = CategoricalObservation(jnp.zeros((1, 2, 1)), jnp.zeros((1, 2)))
        >>> stage.levels, jax.nn.softmax(stage.logits(jnp.zeros(1))).tolist()
        (2, [[0.5, 0.5]])
    """

    B: Float[Array, "obs level latent"]
    b: Float[Array, "obs level"]

    @classmethod
    def create(cls, obs_dim: int, latent_dim: int, levels: int, *, key: PRNGKeyArray) -> "CategoricalObservation":
        r"""Create an observation with loadings uniform in $\pm 1 / \sqrt{M}$; at z = 0 all categories are equal.

        Args:
            obs_dim: Number N of channels.
            latent_dim: Number M of latent states.
            levels: Number K of categories, the same for all channels.
            key: Random key.
        """
        return cls(fan_in_uniform((obs_dim, levels, latent_dim), latent_dim, key=key), jnp.zeros((obs_dim, levels)))

    @property
    def obs_dim(self) -> int:
        """Number N of channels."""
        return self.B.shape[0]

    @property
    def levels(self) -> int:
        """Number K of categories."""
        return self.B.shape[1]

    def logits(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs level"]:
        """The logits $a_{ik}$."""
        return jnp.tensordot(z, self.B, (-1, -1)) + self.b

    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        """The most likely category, because categories have no mean."""
        return jnp.argmax(self.logits(z), axis=-1).astype(z.dtype)

    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """Sample a category for each channel."""
        return jax.random.categorical(key, self.logits(z)).astype(z.dtype)

    def features(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch feature"]:
        """One-hot encoding of the categories."""
        one_hot = jax.nn.one_hot(jnp.round(x).astype(jnp.int32), self.levels, dtype=x.dtype)
        return one_hot.reshape(*x.shape[:-1], -1)

    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        """The mean negative log-probability of the observed categories."""
        logs = jax.nn.log_softmax(self.logits(z))
        return observed_mean(lambda x: -chosen(logs, x), x, mask)


def _create(
    values: Float[np.ndarray, "time obs"], latent_dim: int, settings: LevelSettings, *, key: PRNGKeyArray
) -> CategoricalObservation:
    return CategoricalObservation.create(values.shape[1], latent_dim, settings.levels, key=key)


SPEC = ObservationSpec(
    "categorical", CategoricalObservation, settings=LevelSettings, create=_create, values=Values.LEVELS
)

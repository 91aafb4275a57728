"""Window encoder: latent states read from the last rows of a recording, where no single row determines them."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.observation import AbstractObservation
from attrax.core.spec import Spec
from attrax.models.initialization import fan_in_uniform
from attrax.models.start import AbstractStart


class WindowEncoder(AbstractStart):
    r"""$\bar z_t = V u_t + W_2 \max(0, W_1 u_t + h)$ with $u_t = (\phi(x_{t-r+1}), \dots, \phi(x_t))$.

    A learned filter, a convolution of two layers in time: counts and categories are noisy, and only several rows
    together tell the state. Before the first row the recording is taken to have stood still.

    Args:
        V: Linear part, one matrix for each row of the window.
        W1: Weights of the hidden units, likewise.
        W2: From the hidden units to the state.
        h: Offsets of the hidden units.
    """

    V: Float[Array, "reach feature latent"]
    W1: Float[Array, "reach feature hidden"]
    W2: Float[Array, "latent hidden"]
    h: Float[Array, " hidden"]

    @classmethod
    def create(
        cls,
        observation: AbstractObservation,
        latent_dim: int,
        *,
        reach: int = 15,
        hidden_dim: int = 10,
        key: PRNGKeyArray,
    ) -> "WindowEncoder":
        r"""Weights uniform in $\pm 1 / \sqrt{\text{fan-in}}$.

        Args:
            observation: Whose values it reads.
            latent_dim: Number M of latent states.
            reach: Rows r in a window. Longer ones average out more noise, as long as the state hardly changes.
            hidden_dim: Number of hidden units.
            key: Random key.
        """
        features = observation.features(jnp.zeros(observation.obs_dim)).shape[0]
        k_linear, k_in, k_out = jax.random.split(key, 3)
        return cls(
            fan_in_uniform((reach, features, latent_dim), reach * features, key=k_linear),
            fan_in_uniform((reach, features, hidden_dim), reach * features, key=k_in),
            fan_in_uniform((latent_dim, hidden_dim), hidden_dim, key=k_out),
            jnp.zeros(hidden_dim),
        )

    @property
    def reach(self) -> int:
        """Rows in a window."""
        return self.V.shape[0]

    def infer(
        self, observation: AbstractObservation, x: Float[Array, "*batch time obs"]
    ) -> Float[Array, "*batch time latent"]:
        """The state behind each row; of the first rows less is known."""
        u = observation.features(x)
        u = jnp.concatenate([jnp.repeat(u[..., :1, :], self.reach - 1, axis=-2), u], axis=-2)
        both = _filtered(u, jnp.concatenate([self.V, self.W1], axis=-1))
        latent_dim = self.V.shape[-1]
        return both[..., :latent_dim] + jax.nn.relu(both[..., latent_dim:] + self.h) @ self.W2.T

    def last(
        self, observation: AbstractObservation, x: Float[Array, "*batch time obs"]
    ) -> Float[Array, "*batch latent"]:
        """The state behind the last row, read from the last window."""
        return self.infer(observation, x[..., -self.reach :, :])[..., -1, :]


def _filtered(
    u: Float[Array, "*batch padded feature"], weights: Float[Array, "reach feature out"]
) -> Float[Array, "*batch time out"]:
    """The convolution in time, without padding, as one product of matrices.

    XLA has convolutions, but on a processor those with other weights for every replica take many times as long.
    """
    reach, features, out = weights.shape
    rows = u.shape[-2] - reach + 1
    windows = jnp.concatenate([u[..., r : r + rows, :] for r in range(reach)], axis=-1)
    return windows @ weights.reshape(reach * features, out)


SPEC = Spec("window encoder", WindowEncoder)

"""The window encoder: it infers a latent state from several rows, for counts and categories."""

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from attrax.core.observation import AbstractObservation
from attrax.core.spec import Spec
from attrax.models.initialization import fan_in_uniform
from attrax.models.start import AbstractStart


class WindowEncoder(AbstractStart):
    r"""Encoder $\bar z_t = V u_t + W_2 \max(0, W_1 u_t + h)$ with $u_t = (\phi(x_{t-r+1}), \dots, \phi(x_t))$.

    It is a two-layer convolution in time over the features $\phi(x)$ of the last r rows. Counts and categories are
    noisy, so only several rows together determine the state. The first row is repeated before the beginning.

    Args:
        V: Weights of the linear part, one matrix per row of the window.
        W1: Weights of the hidden units, one matrix per row of the window.
        W2: Weights from the hidden units to the state.
        h: Offsets of the hidden units.

    Example:
        >>> from attrax.models import PoissonObservation
        >>> counts = PoissonObservation(jnp.eye(2), jnp.zeros(2))
        >>> encoder = WindowEncoder.create(counts, 3, reach=5, key=jax.random.key(0))
        >>> encoder.reach, encoder.infer(counts, jnp.ones((8, 2))).shape
        (5, (8, 3))
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
        r"""Create an encoder with weights uniform in $\pm 1 / \sqrt{\text{fan-in}}$.

        Args:
            observation: The observation, which computes the features of a row.
            latent_dim: Number M of latent states.
            reach: Number r of rows in a window. More rows reduce noise, if the state changes little over the window.
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
        """Number of rows in a window."""
        return self.V.shape[0]

    def infer(
        self, observation: AbstractObservation, x: Float[Array, "*batch time obs"]
    ) -> Float[Array, "*batch time latent"]:
        """Infer the latent state of each row; the first rows, with incomplete windows, are less accurate."""
        u = observation.features(x)
        u = jnp.concatenate([jnp.repeat(u[..., :1, :], self.reach - 1, axis=-2), u], axis=-2)
        both = _filtered(u, jnp.concatenate([self.V, self.W1], axis=-1))
        latent_dim = self.V.shape[-1]
        return both[..., :latent_dim] + jax.nn.relu(both[..., latent_dim:] + self.h) @ self.W2.T

    def last(
        self, observation: AbstractObservation, x: Float[Array, "*batch time obs"]
    ) -> Float[Array, "*batch latent"]:
        """Infer the latent state of the last row, from the last window."""
        return self.infer(observation, x[..., -self.reach :, :])[..., -1, :]


def _filtered(
    u: Float[Array, "*batch padded feature"], weights: Float[Array, "reach feature out"]
) -> Float[Array, "*batch time out"]:
    """A convolution in time without padding, computed as one matrix product.

    On a CPU, convolutions of XLA with different weights for each replica are many times slower.
    """
    reach, features, out = weights.shape
    rows = u.shape[-2] - reach + 1
    windows = jnp.concatenate([u[..., r : r + rows, :] for r in range(reach)], axis=-1)
    return windows @ weights.reshape(reach * features, out)


SPEC = Spec("window encoder", WindowEncoder)

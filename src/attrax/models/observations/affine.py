"""The affine observation: every channel is a linear combination of the latent states."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, PRNGKeyArray

from attrax.core.small_matrix import linear_map
from attrax.models.initialization import fan_in_uniform
from attrax.models.mixed_channels import AbstractMixture
from attrax.models.observation_spec import ObservationSpec, from_sizes
from attrax.models.observed_mean import mean_squared_error


class AffineObservation(AbstractMixture):
    r"""The observation $x = B z$, inverted with the pseudo-inverse, $\bar z = B^{+} x$.

    Forcing with $B^{+}$ needs a well-conditioned B; `ConditionPenalty` keeps it well conditioned. There is no offset,
    because recordings are standardised.

    Args:
        B: Loadings, N channels by M latent states.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.models import AffineObservation
        >>> AffineObservation(jnp.array([[1.0, 1.0]])).observe(jnp.array([1.0, 2.0])).tolist()
        [3.0]

    References:
        Hess, Monfared, Brenner & Durstewitz, Generalized Teacher Forcing for Learning Chaotic Dynamics, ICML 2023
        [@hess2023].
    """

    B: Float[Array, "obs latent"]

    @classmethod
    def create(cls, obs_dim: int, latent_dim: int, *, key: PRNGKeyArray) -> "AffineObservation":
        r"""Create an observation with loadings uniform in $\pm 1 / \sqrt{M}$."""
        return cls(fan_in_uniform((obs_dim, latent_dim), latent_dim, key=key))

    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        """The values $B z$."""
        return linear_map(z, self.B)

    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """The expected observation, because this observation has no noise model."""
        del key
        return self.observe(z)

    def inverse(self) -> Callable[[Float[Array, "*batch obs"]], Float[Array, "*batch forced"]]:
        """The least-squares inverse; of several solutions, the one with the smallest norm."""
        return jax.tree_util.Partial(_apply, jnp.linalg.pinv(self.B))

    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        """Mean squared error: the negative log-likelihood of a Gaussian with variance 1/2, without its constant."""
        return mean_squared_error(self.observe(z), x, mask)


def _apply(matrix: Float[Array, "rows columns"], x: Float[Array, "*batch columns"]) -> Float[Array, "*batch rows"]:
    return linear_map(x, matrix)


SPEC = ObservationSpec("affine", AffineObservation, create=from_sizes(AffineObservation))

"""Observations: what is recorded of a latent state."""

from abc import abstractmethod
from collections.abc import Callable

import equinox as eqx
from jaxtyping import Array, Bool, Float, PRNGKeyArray


class AbstractObservation(eqx.Module):
    r"""A model of the observation, the distribution $p(x_t \mid z_t)$ of the recorded values given the latent state.

    For developers: implement `obs_dim`, `observe`, `sample`, `features` and `nll`; if a latent state can be computed
    from every observation, derive from `AbstractInvertible`. `attrax.testing.check_observation` checks an
    implementation.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.models import PoissonObservation
        >>> counts = PoissonObservation(jnp.eye(2), jnp.zeros(2))
        >>> isinstance(counts, AbstractObservation), counts.obs_dim
        (True, 2)
    """

    @property
    @abstractmethod
    def obs_dim(self) -> int:
        """Number N of observed channels."""

    @abstractmethod
    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        """The expected observation in state `z`.

        Args:
            z: Latent states.
        """

    @abstractmethod
    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """A random observation in state `z`; the expected one if the observation has no model of its noise.

        Args:
            z: Latent states.
            key: Random key.
        """

    @abstractmethod
    def features(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch feature"]:
        """The observed values as numbers of order one, as input of an encoder network.

        Args:
            x: Observations.
        """

    @abstractmethod
    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        """Mean negative log-likelihood per observed value, up to a constant.

        Args:
            z: Latent states.
            x: Observations.
            mask: False for values that are missing and do not count; None if there are none.
        """


class AbstractInvertible(AbstractObservation):
    """An observation $x_t = G(z_t)$ with a right inverse, so that a teacher signal can be computed from it.

    For developers: implement `selects` and `inverse`, too. `observe(invert(x))` must be a projection: applying it twice
    is the same as applying it once.

    Example:
        >>> import jax.numpy as jnp
        >>> from attrax.models import AffineObservation
        >>> seen = AffineObservation(2 * jnp.eye(2))
        >>> seen.invert(jnp.array([2.0, 4.0])).round(4).tolist()
        [1.0, 2.0]
    """

    @property
    @abstractmethod
    def selects(self) -> bool:
        """Whether every channel is one latent coordinate; a missing channel then leaves only this one unknown."""

    @abstractmethod
    def inverse(self) -> Callable[[Float[Array, "*batch obs"]], Float[Array, "*batch forced"]]:
        """The function from observations to the latent coordinates that they determine.

        It is returned as a function so that matrices are factorized once, not at every time step. `forced` is the
        number of leading latent coordinates that the observation determines; the others are free.
        """

    def invert(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch forced"]:
        """The latent coordinates that the observation `x` determines.

        Args:
            x: Observations.
        """
        return self.inverse()(x)

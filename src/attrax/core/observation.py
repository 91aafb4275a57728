"""Observation: how a latent state shows itself in the recording, and what a recorded value says about the state."""

from abc import abstractmethod
from collections.abc import Callable

import equinox as eqx
from jaxtyping import Array, Bool, Float, PRNGKeyArray


class AbstractObservation(eqx.Module):
    r"""A read-out of the latent state: the distribution $p(x_t \mid z_t)$ of what is recorded in a state.

    For developers: implement the size, `observe`, `sample`, `features` and `nll`; if there is a state behind every
    value, derive from `AbstractInvertible`. `attrax.testing.check_observation` checks an implementation.
    """

    @property
    @abstractmethod
    def obs_dim(self) -> int:
        """Number N of observed channels."""

    @abstractmethod
    def observe(self, z: Float[Array, "*batch latent"]) -> Float[Array, "*batch obs"]:
        """The observation expected in state `z`."""

    @abstractmethod
    def sample(self, z: Float[Array, "*batch latent"], *, key: PRNGKeyArray) -> Float[Array, "*batch obs"]:
        """An observation drawn in state `z`; the expected one if nothing is known of its noise."""

    @abstractmethod
    def features(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch feature"]:
        """The values as numbers of order one that an encoder can read."""

    @abstractmethod
    def nll(
        self, z: Float[Array, "*batch latent"], x: Float[Array, "*batch obs"], mask: Bool[Array, "*batch obs"] | None
    ) -> Float[Array, ""]:
        """Mean negative log-likelihood per observed value, up to a constant; values where `mask` is false count not."""


class AbstractInvertible(AbstractObservation):
    """An observation $x_t = G(z_t)$ with a right inverse, so that a value is a teacher signal by itself.

    For developers: implement `selects` and `inverse`, too. `observe(invert(x))` must be a projection: applying it twice
    changes nothing.
    """

    @property
    @abstractmethod
    def selects(self) -> bool:
        """Whether every channel is a latent coordinate, so that a missing one leaves just its own undetermined."""

    @abstractmethod
    def inverse(self) -> Callable[[Float[Array, "*batch obs"]], Float[Array, "*batch forced"]]:
        """The map from observations to the latent coordinates they determine.

        It returns a function, so that whatever must be factorised is factorised once and not at every time step.
        `forced` is the number of leading latent coordinates that the observation fixes; the others stay free.
        """

    def invert(self, x: Float[Array, "*batch obs"]) -> Float[Array, "*batch forced"]:
        """The latent coordinates that `x` determines; `inverse` applied once."""
        return self.inverse()(x)

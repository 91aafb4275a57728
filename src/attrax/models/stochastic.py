"""Dynamics with random latent variables, whose distribution can be inferred from data."""

from abc import abstractmethod
from typing import cast

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.core.dynamics import AbstractDynamics, AbstractTimed


class AbstractStochastic(AbstractDynamics):
    r"""A dynamics with a random variable in every step, $z_t = F(z_{t-1}, u_t, s_t)$ with $u_t \sim p(u \mid z_{t-1})$.

    The prior p comes from the past alone. A posterior $q(u \mid z_{t-1}, a_t)$ of the same family is shifted by a free
    vector $a_t$ that is found by inference; with $a_t = 0$ it is the prior. `step` is the map without noise, in which
    u has its expected value.

    For developers: implement `noise_dim`, `vector_dim`, `inferred_step` and `divergence`, beside what every dynamics
    needs. `inferred_step(z, 0, 0, s)` must equal `step(z, s)`, and `divergence(z, 0)` must be 0.

    Example:
        >>> from attrax.models import PredictiveCodingRNN
        >>> issubclass(PredictiveCodingRNN, AbstractStochastic)
        True
    """

    @property
    @abstractmethod
    def noise_dim(self) -> int:
        """Number of standard normal numbers that a step needs."""

    @property
    @abstractmethod
    def vector_dim(self) -> int:
        """Number of entries of the free vector of a step."""

    @abstractmethod
    def inferred_step(
        self,
        z: Float[Array, " latent"],
        vector: Float[Array, " vector"],
        noise: Float[Array, " noise"],
        s: Float[Array, " input"] | None = None,
        duration: Float[Array, ""] | None = None,
    ) -> Float[Array, " latent"]:
        """One step with the random variable drawn from the posterior.

        Args:
            z: The state before the step.
            vector: The free vector; zeros draw from the prior.
            noise: Standard normal numbers; zeros take the mean of the posterior.
            s: The external input; None means 0.
            duration: Duration of the step; None if it is the time step of the dynamics.
        """

    @abstractmethod
    def divergence(self, z: Float[Array, " latent"], vector: Float[Array, " vector"]) -> Float[Array, ""]:
        """The Kullback-Leibler divergence of the posterior from the prior, in nats.

        Args:
            z: The state before the step.
            vector: The free vector.
        """


class Innovations(AbstractStochastic):
    r"""Any dynamics with normal innovations, $z_t = F(z_{t-1}, s_t) + \sigma (a_t + \epsilon_t)$, $\epsilon_t$ normal.

    The prior of what is added to the map is $\mathcal{N}(0, \sigma^2)$, the posterior $\mathcal{N}(\sigma a_t,
    \sigma^2)$, and their divergence $\lVert a_t \rVert^2 / 2$.

    Args:
        dynamics: The map F.
        sigma: Standard deviation of the innovations, in units of the latent states.

    Example:
        >>> from attrax.systems import Henon
        >>> noisy = Innovations(Henon(), 0.1)
        >>> moved = noisy.inferred_step(jnp.zeros(2), jnp.array([0.0, 2.0]), jnp.zeros(2))
        >>> [round(z, 3) for z in moved.tolist()], float(noisy.divergence(jnp.zeros(2), jnp.array([0.0, 2.0])))
        ([1.0, 0.2], 2.0)
    """

    dynamics: AbstractDynamics
    sigma: float
    dt: float = eqx.field(static=True)

    def __init__(self, dynamics: AbstractDynamics, sigma: float):
        self.dynamics, self.sigma, self.dt = dynamics, sigma, dynamics.dt

    @property
    def latent_dim(self) -> int:
        """Number M of latent states."""
        return self.dynamics.latent_dim

    @property
    def input_dim(self) -> int:
        """Number K of external inputs."""
        return self.dynamics.input_dim

    @property
    def noise_dim(self) -> int:
        """One number for each latent state."""
        return self.latent_dim

    @property
    def vector_dim(self) -> int:
        """One entry for each latent state."""
        return self.latent_dim

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The map F without innovations."""
        return self.dynamics.step(z, s)

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The Jacobian of F; what is added does not depend on the state."""
        return self.dynamics.jacobian(z, s)

    def inferred_step(
        self,
        z: Float[Array, " latent"],
        vector: Float[Array, " vector"],
        noise: Float[Array, " noise"],
        s: Float[Array, " input"] | None = None,
        duration: Float[Array, ""] | None = None,
    ) -> Float[Array, " latent"]:
        """A step of F, then the innovation."""
        if duration is None:
            moved = self.dynamics.step(z, s)
        else:
            moved = cast(AbstractTimed, self.dynamics).advance(z, duration, s)
        return moved + self.sigma * (vector + noise)

    def divergence(self, z: Float[Array, " latent"], vector: Float[Array, " vector"]) -> Float[Array, ""]:
        r"""The divergence $\lVert a \rVert^2 / 2$, whatever the state."""
        del z
        return 0.5 * jnp.sum(vector**2)


def stochastic(dynamics: AbstractDynamics, sigma: float) -> AbstractStochastic:
    """The dynamics itself if it has random variables of its own, otherwise the dynamics with normal innovations.

    Args:
        dynamics: Any dynamics.
        sigma: Standard deviation of the innovations.
    """
    return dynamics if isinstance(dynamics, AbstractStochastic) else Innovations(dynamics, sigma)

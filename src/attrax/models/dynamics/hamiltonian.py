"""A Hamiltonian dynamics: one scalar function, the energy, determines how all states move."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray
from pydantic import Field

from attrax.core.dynamics import AbstractHamiltonian
from attrax.core.spec import Settings
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.hamiltonian_energy import AbstractEnergy
from attrax.models.initialization import fan_in_uniform
from attrax.models.network import AbstractNetwork
from attrax.models.parts.joint_energy import JointEnergy
from attrax.models.parts.separable_energy import SeparableEnergy

FIRST_PACE = 0.1
"""Rates at the beginning, per time step: a cycle of 63 rows."""
FIRST_FRICTION = 0.01


class HamiltonianNetwork(AbstractNetwork, AbstractHamiltonian):
    r"""$\dot q = w\,\partial H / \partial p$ and $\dot p = -w\,\partial H / \partial q - \gamma p + C s$, $z = (q, p)$.

    Without friction $\gamma$ and inputs s, orbits keep the learned energy H: they never come to rest, and there is no
    attractor. With friction, orbits lose energy until they rest. The pace w and the friction are per time step `dt`, so
    their size does not depend on the unit of time. Each pair of a position and a momentum has its own pace, because
    standardising the channels of a recording changes the unit of each.

    One time step is `substeps` steps of a symplectic method: leapfrog for a separable energy, the implicit midpoint
    rule otherwise (`attrax.models.hamiltonian_energy`). Before and after each of them the momenta lose their share of
    friction, so the determinant of the Jacobian of a time step is exactly $e^{-\sum \gamma}$.

    Args:
        H: The energy: `SeparableEnergy`, `JointEnergy`, or one of your own.
        log_pace: Logarithm of w, one for each pair.
        log_friction: Logarithm of $\gamma$, one for each pair; empty if there is no friction.
        C: Weights of the external inputs, which are forces on the momenta; it has no columns if there are no inputs.
        substeps: Number of integration steps in a time step. Raise it if a cycle has fewer than about 20 rows: the
            error of the energy falls with its square.
        dt: Time step of the recording, in the unit of its times.

    Cost: O(M L) for each of the `substeps`, for M latent states and L hidden units; O(M^2 L + M^3) if not separable.
    Fails when: the recording is no projection of (q, p), for example because a channel is a mixture of several; or when
        the system is driven by something that is not among the inputs.

    Example:
        >>> import jax
        >>> network = HamiltonianNetwork.create(4, 20, key=jax.random.key(0))
        >>> z = jax.numpy.ones(4)
        >>> network.step(z).shape, network.energy(z).shape
        ((4,), ())

    References:
        Greydanus, Dzamba & Yosinski, Hamiltonian neural networks, NeurIPS 2019 [@greydanus2019].
        Song & Jeong, Towards cross domain generalization of Hamiltonian representation via meta learning, ICLR 2024
        [@song2024].
        McLachlan & Perlmutter, Conformal Hamiltonian systems, Journal of Geometry and Physics 2001 [@mclachlan2001].
    """

    H: AbstractEnergy
    log_pace: Float[Array, " pair"]
    log_friction: Float[Array, " damped"]
    C: Float[Array, "pair input"]
    substeps: int = eqx.field(static=True, default=2)
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(
        cls,
        latent_dim: int,
        hidden_dim: int,
        *,
        separable: bool = True,
        friction: bool = False,
        substeps: int = 2,
        input_dim: int = 0,
        dt: float = 1.0,
        key: PRNGKeyArray,
    ) -> "HamiltonianNetwork":
        """Create a network near harmonic oscillators with a cycle of 63 time steps.

        Args:
            latent_dim: Number M of latent states, an even number: positions, then momenta.
            hidden_dim: Number of hidden units of the energy; if it is separable, of T and of V.
            separable: Whether the energy is a sum T(p) + V(q), as of most mechanical systems.
            friction: Whether the momenta have friction.
            substeps: Number of integration steps in a time step.
            input_dim: Number K of external inputs.
            dt: Time step of the recording, in the unit of its times.
            key: Random key.
        """
        k_H, k_C = jax.random.split(key)
        pairs = latent_dim // 2
        kind = SeparableEnergy if separable else JointEnergy
        return cls(
            H=kind.create(pairs, hidden_dim, key=k_H),
            log_pace=jnp.full(pairs, jnp.log(FIRST_PACE)),
            log_friction=jnp.full(pairs if friction else 0, jnp.log(FIRST_FRICTION)),
            C=FIRST_PACE * fan_in_uniform((pairs, input_dim), max(input_dim, 1), key=k_C),
            substeps=substeps,
            dt=dt,
        )

    @property
    def latent_dim(self) -> int:
        """Number M of latent states, two for each pair."""
        return 2 * self.C.shape[0]

    @property
    def input_dim(self) -> int:
        """Number K of external inputs."""
        return self.C.shape[1]

    @property
    def memory(self) -> Float[Array, " linear"]:
        """Empty: no parameter alone keeps a state."""
        return jnp.zeros(0)

    @property
    def weights(self) -> tuple[Float[Array, "..."], ...]:
        """The weights of the energy. Stiffness, pace and friction are scales, and are never pulled to 0."""
        return self.H.weights

    def energy(self, z: Float[Array, " latent"]) -> Float[Array, ""]:
        """The energy H of a state."""
        return self.H.value(*jnp.split(z, 2))

    def velocity(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        r"""The vector field $\dot z$, in the unit of time of `dt`."""
        q, p = jnp.split(z, 2)
        slope, speed = self.H.gradient(q, p)
        pace, force = jnp.exp(self.log_pace), self._force(p, s)
        if self.log_friction.size:
            force = force - jnp.exp(self.log_friction) * p
        return jnp.concatenate([pace * speed, force - pace * slope]) / self.dt

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The state after one time step."""
        q, p = jnp.split(z, 2)
        pace, force, duration = jnp.exp(self.log_pace), self._force(p, s), 1 / self.substeps
        kept = jnp.exp(-jnp.exp(self.log_friction) * duration / 2) if self.log_friction.size else jnp.ones_like(p)

        def substep(_, state):
            q, p = state
            q, p = self.H.move(q, kept * p, duration, pace, force)
            return q, kept * p

        return jnp.concatenate(jax.lax.fori_loop(0, self.substeps, substep, (q, p)))

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The Jacobian, by forward-mode differentiation. Cost: M steps in one batch, for M latent states."""
        return jax.jacfwd(self.step)(z, s)

    def _force(self, p: Float[Array, " pair"], s: Float[Array, " input"] | None) -> Float[Array, " pair"]:
        """The force of the inputs on each momentum."""
        return jnp.zeros_like(p) if s is None else self.C @ s


class HamiltonianSettings(Settings):
    """Settings of a Hamiltonian dynamics."""

    hidden_dim: int = Field(
        default=50,
        ge=1,
        title="hidden",
        description="Number of hidden units of the energy; if it is separable, of each of its two parts.",
    )
    separable: bool = Field(
        default=True,
        description="The energy is a sum of a kinetic one of the momenta and a potential one of the positions.",
    )
    friction: bool = Field(default=False, description="The momenta have friction, so that orbits lose energy.")
    substeps: int = Field(
        default=2, ge=1, description="Integration steps in a time step. Raise it for fewer than 20 rows in a cycle."
    )


SPEC = DynamicsSpec(
    "Hamiltonian network", HamiltonianNetwork, HamiltonianSettings, free=0, even=True, units="hidden_dim", scan="stored"
)

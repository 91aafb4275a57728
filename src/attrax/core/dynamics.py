"""Dynamics: maps with a time step, the contract for everything that is simulated or analyzed.

A recurrent network is such a map; a flow becomes one through its time-`dt` map (`TimeMap`).
"""

from abc import abstractmethod

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


class AbstractDynamics(eqx.Module):
    """A dynamical system in discrete time, $z_t = F(z_{t-1}, s_t)$, whose step takes the time `dt`.

    Attributes:
        dt: Time step.

    For developers: implement `latent_dim`, `input_dim`, `step` and `jacobian`; simulation, training and all analyses
    then work. `attrax.testing.check_dynamics` checks an implementation.

    Example:
        >>> from attrax.systems import Henon
        >>> dynamics = Henon()
        >>> isinstance(dynamics, AbstractDynamics), dynamics.latent_dim, dynamics.dt
        (True, 2, 1.0)
    """

    dt: eqx.AbstractVar[float]

    @property
    @abstractmethod
    def latent_dim(self) -> int:
        """Number M of state variables."""

    @property
    @abstractmethod
    def input_dim(self) -> int:
        """Number K of external inputs; 0 for an autonomous system."""

    @abstractmethod
    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The state $F(z, s)$ after one time step.

        Args:
            z: The state.
            s: The external input; None means 0.
        """

    @abstractmethod
    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        r"""The Jacobian $\partial F_i / \partial z_j$ at state `z`.

        Args:
            z: The state.
            s: The external input; None means 0.
        """


class AbstractPiecewiseLinear(AbstractDynamics):
    """A map that is affine, $F(z) = A_r z + b_r$, in each of finitely many linear regions $r$ of the state space.

    For developers: `affine(region(z))` must reproduce `step(z)` without input exactly; `step` adds the effect of
    inputs.

    Example:
        >>> from attrax.models import ShallowPLRNN
        >>> network, z = ShallowPLRNN.create(2, 5, key=jax.random.key(0)), jnp.ones(2)
        >>> A, b = network.affine(network.region(z))
        >>> bool(jnp.allclose(A @ z + b, network.step(z), atol=1e-6))
        True
    """

    @abstractmethod
    def region(self, z: Float[Array, " latent"]) -> Bool[Array, " bits"]:
        """The bits that identify the linear region of state `z`.

        Args:
            z: The state.
        """

    @abstractmethod
    def affine(self, region: Bool[Array, " bits"]) -> tuple[Float[Array, "latent latent"], Float[Array, " latent"]]:
        """Matrix $A_r$ and offset $b_r$ of the map in a region.

        Args:
            region: Bits of the region.
        """

    @abstractmethod
    def borders(self) -> tuple[Float[Array, "bits latent"], Float[Array, " bits"]]:
        """The border hyperplanes of the regions, as normals and offsets.

        Bit i of `region(z)` is true where `normals[i] @ z + offsets[i] > 0`.
        """

    @abstractmethod
    def jacobian_bound(self) -> Float[Array, ""]:
        r"""An upper bound of $\lVert \partial F / \partial z \rVert_2$ for all regions."""


class AbstractSecant(AbstractDynamics):
    r"""A curved map with a secant form, $F(z, s) = M z + N s + c$, in which M, N and c depend on z and s.

    Gates keep the values that they have at z and s. A curved function with $\phi(0) = 0$ is replaced by the line
    through the origin and its value, $\phi(v) = (\phi(v) / v)\,v$. This is layer-wise relevance propagation with the
    rule that a product gives its whole relevance to the signal and none to the gate, in the limit of a stabiliser of
    zero: the relevance of the state before the step is $M z$, that of the inputs $N s$, that of the offsets c.

    For developers: c is what is left, so that `step(z, s)` equals `M z + N s + c` for any M and N; the sum of the
    relevances is always the forecast.

    References:
        Arras, Montavon, Müller & Samek, Explaining recurrent neural network predictions in sentiment analysis, EMNLP
        workshop WASSA 2017 [@arras2017].
    """

    @abstractmethod
    def secant(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> tuple[Float[Array, "latent latent"], Float[Array, "latent input"]]:
        """The matrices M of the state and N of the inputs.

        Args:
            z: The state.
            s: The external input; None means 0.
        """


class AbstractTimed(AbstractDynamics):
    """A dynamics in continuous time, for recordings with uneven time steps.

    The state after any duration can be computed, not only after a multiple of `dt`.

    For developers: `advance(z, dt, s)` must equal `step(z, s)`, and two durations one after the other must have the
    same effect as their sum.

    Example:
        >>> from attrax.models import ContinuousPLRNN
        >>> issubclass(ContinuousPLRNN, AbstractTimed)
        True
    """

    @abstractmethod
    def advance(
        self, z: Float[Array, " latent"], duration: Float[Array, ""] | float, s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The state after a duration, with constant input.

        Args:
            z: The state.
            duration: The duration, in the unit of time of `dt`.
            s: The external input; None means 0.
        """


class AbstractHamiltonian(AbstractDynamics):
    r"""A dynamics with an energy, a scalar function $H(q, p)$ of the positions q and momenta p.

    The first half of a state are the positions, the second half the momenta, in the same order: $z = (q, p)$.

    For developers: implement `energy`. Without friction and inputs, an orbit should keep it as well as the integration
    method can; `attrax.analysis.energy_drift` measures how well.

    Example:
        >>> from attrax.models import HamiltonianNetwork
        >>> issubclass(HamiltonianNetwork, AbstractHamiltonian)
        True
    """

    @abstractmethod
    def energy(self, z: Float[Array, " latent"]) -> Float[Array, ""]:
        """The energy H of a state.

        Args:
            z: The state.
        """


class AbstractFlow(eqx.Module):
    r"""An ordinary differential equation $\dot z = f(t, z, s)$.

    For developers: implement `dim` and `rhs`; wrap the flow in `TimeMap` to simulate or analyze it.

    Example:
        >>> from attrax.systems import find
        >>> flow = find("lorenz63").dynamics
        >>> isinstance(flow, AbstractFlow), flow.dim
        (True, 3)
    """

    @property
    @abstractmethod
    def dim(self) -> int:
        """Number of state variables."""

    @abstractmethod
    def rhs(
        self, t: Float[Array, ""], z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The right-hand side $f(t, z, s)$ of the equation.

        Args:
            t: Time.
            z: The state.
            s: The external input; None means 0.
        """


class AbstractFlowMap(AbstractDynamics):
    """A map that moves the state of a flow by one time step.

    For developers: store the flow as `flow` and the time step as `dt`, and implement `step`.
    """

    flow: eqx.AbstractVar[AbstractFlow]

    @property
    def latent_dim(self) -> int:
        """Number of state variables of the flow."""
        return self.flow.dim

    @property
    def input_dim(self) -> int:
        """Always 0: flows are autonomous."""
        return 0

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The Jacobian of `step`, by forward-mode differentiation."""
        return jax.jacfwd(self.step)(z, s)


class TimeMap(AbstractFlowMap):
    """The map from the state of a flow at time $t$ to its state at time $t + dt$.

    It is computed with an adaptive Runge-Kutta method of order 8 (Dormand-Prince). Use it in float64: the default
    tolerances cannot be reached in float32. If the solver fails, for example because the solution becomes infinite in
    finite time, the state is NaN.

    Args:
        flow: The differential equation. It must be autonomous: every step starts at time 0.
        dt: Time step in the unit of time of the flow.
        rtol, atol: Relative and absolute tolerance of the local error.

    Example:
        >>> from attrax.systems import Lorenz63
        >>> with jax.enable_x64(True):
        ...     TimeMap(Lorenz63(), 0.01).step(jnp.array([1.0, 1.0, 1.0])).round(3)
        Array([1.013, 1.26 , 0.985], dtype=float64)
    """

    flow: AbstractFlow
    dt: float = eqx.field(static=True)
    rtol: float = eqx.field(static=True, default=1e-10)
    atol: float = eqx.field(static=True, default=1e-10)

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """Integrate the flow over one time step, with constant input."""
        # Imported here: it takes half a second, and recordings in files need no solver.
        import diffrax

        # With a state that is not finite the solver would reject steps until it gives up, so it gets a finite one.
        finite = jnp.isfinite(z).all()
        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(lambda t, y, args: self.flow.rhs(jnp.asarray(t), y, args)),
            diffrax.Dopri8(),
            t0=0.0,
            t1=self.dt,
            dt0=self.dt,
            y0=jnp.where(finite, z, 0),
            args=s,
            stepsize_controller=diffrax.PIDController(rtol=self.rtol, atol=self.atol),
            adjoint=diffrax.ForwardMode(),
            throw=False,
        )
        assert solution.ys is not None
        solved = finite & (solution.result == diffrax.RESULTS.successful)
        return jnp.where(solved, solution.ys[0], jnp.nan)

    def equilibrium_map(self) -> "EulerMap":
        """The Euler step of the flow, a map with the same fixed points that is much faster to compute."""
        return EulerMap(flow=self.flow, dt=self.dt)


class EulerMap(AbstractFlowMap):
    r"""The map $z + \Delta t f(z, s)$ of a flow $\dot z = f(z, s)$, a single Euler step.

    Its fixed points are exactly the equilibria of the flow. If $\mu$ is an eigenvalue of its Jacobian there, that of
    the `TimeMap` is $e^{\mu - 1}$. Its other orbits are not those of the flow; use `TimeMap` for them.

    Args:
        flow: The differential equation. It must be autonomous.
        dt: Time step $\Delta t$ in the unit of time of the flow.

    Example:
        >>> from attrax.systems import Lorenz63
        >>> EulerMap(Lorenz63(), 0.01).step(jnp.zeros(3)).tolist()
        [0.0, 0.0, 0.0]
    """

    flow: AbstractFlow
    dt: float = eqx.field(static=True)

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The state plus the time step times its velocity."""
        return z + self.dt * self.flow.rhs(jnp.zeros((), z.dtype), z, s)

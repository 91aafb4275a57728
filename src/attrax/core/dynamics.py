"""Dynamics: a map with a time step, the one thing that analysis and simulation ever see.

A learned recurrent network already is a map; a flow becomes one through its time-`dt` map (`TimeMap`).
"""

from abc import abstractmethod

import diffrax
import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float


class AbstractDynamics(eqx.Module):
    """A discrete-time dynamical system $z_t = F(z_{t-1}, s_t)$ that advances time by `dt`.

    For developers: implement the two sizes, `step` and `jacobian`; simulation, training and every analysis follow.
    `attrax.testing.check_dynamics` checks an implementation.
    """

    dt: eqx.AbstractVar[float]

    @property
    @abstractmethod
    def latent_dim(self) -> int:
        """Number M of state variables."""

    @property
    @abstractmethod
    def input_dim(self) -> int:
        """Number K of external inputs; 0 if the system is autonomous."""

    @abstractmethod
    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The state one time step later."""

    @abstractmethod
    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        r"""The derivative $\partial F_i / \partial z_j$ at `z`."""


class AbstractPiecewiseLinear(AbstractDynamics):
    """A map that is affine inside each of finitely many linear regions.

    For developers: `affine(region(z))` must reproduce `step(z)` exactly; input terms are added by `step`.
    """

    @abstractmethod
    def region(self, z: Float[Array, " latent"]) -> Bool[Array, " bits"]:
        """The bits that name the linear region of `z`."""

    @abstractmethod
    def affine(self, region: Bool[Array, " bits"]) -> tuple[Float[Array, "latent latent"], Float[Array, " latent"]]:
        """Matrix and offset of the map inside `region`."""

    @abstractmethod
    def borders(self) -> tuple[Float[Array, "bits latent"], Float[Array, " bits"]]:
        """The hyperplanes between regions: bit i of `region(z)` is true where `normals[i] @ z + offsets[i] > 0`."""

    @abstractmethod
    def jacobian_bound(self) -> Float[Array, ""]:
        r"""A number no smaller than $\lVert \partial F / \partial z \rVert_2$ in any region."""


class AbstractTimed(AbstractDynamics):
    """A dynamics in continuous time: it can be carried on by any duration, so that rows may lie unevenly in time.

    For developers: `advance(z, dt, s)` must be `step(z, s)`, and two durations in turn must do what their sum does.
    """

    @abstractmethod
    def advance(
        self, z: Float[Array, " latent"], duration: Float[Array, ""] | float, s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The state after `duration`, in the unit of time of `dt`, with the input held."""


class AbstractFlow(eqx.Module):
    r"""An ordinary differential equation $\dot z = f(t, z, s)$.

    For developers: implement `dim` and `rhs`; wrap it in `TimeMap` to simulate or analyse it.
    """

    @property
    @abstractmethod
    def dim(self) -> int:
        """Number of state variables."""

    @abstractmethod
    def rhs(
        self, t: Float[Array, ""], z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The velocity at time `t` and state `z`."""


class TimeMap(AbstractDynamics):
    """The map that carries a flow's state from `t` to `t + dt`.

    Solved by an adaptive Runge-Kutta method of order 8 (Dormand-Prince) at the stated tolerances. Use it in float64:
    in float32 the default tolerances cannot be met. Where the solver gives up, as before a blow-up in finite time, the
    state is NaN.

    Args:
        flow: The differential equation; autonomous, so that every step starts at time 0.
        dt: Time step in the flow's unit of time.
        rtol, atol: Relative and absolute local error allowed in a step.
    """

    flow: AbstractFlow
    dt: float = eqx.field(static=True)
    rtol: float = eqx.field(static=True, default=1e-10)
    atol: float = eqx.field(static=True, default=1e-10)

    @property
    def latent_dim(self) -> int:
        """Number of state variables of the flow."""
        return self.flow.dim

    @property
    def input_dim(self) -> int:
        """Flows are autonomous."""
        return 0

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """Integrate the flow over one time step, with the input held constant."""
        # A solver handed a non-finite state rejects every step until it gives up, so it is handed a finite one instead.
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

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The flow's tangent map over one time step, by forward-mode differentiation through the solver."""
        return jax.jacfwd(self.step)(z, s)

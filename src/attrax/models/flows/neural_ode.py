"""The neural differential equation: its vector field is a network, solved by a Runge-Kutta method with step control."""

import diffrax
import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray
from pydantic import Field

from attrax.core.spec import Settings
from attrax.core.step_controlled import AbstractStepControlled
from attrax.models.dynamics_spec import DynamicsSpec
from attrax.models.one_layer_field import AbstractOneLayerField, slow_field

STAGES = 6
"""Evaluations of the vector field in each step of the method; the first stage is the last one of the step before."""


class NeuralFlow(AbstractOneLayerField, AbstractStepControlled):
    r"""$\Delta t \, \dot z = A z + W_1 \tanh(W_2 z + h_2) + h_1 + C s$, solved by a Runge-Kutta method (Tsit5).

    The step of the method is controlled by its estimate of the error, so that a step of the recording costs as many
    evaluations of the vector field as it needs: 7 if one step is enough, 6 for each further one, tried or taken
    (`evaluations`). Rows may be irregular in time, and a trained model can use any time step. Rates are per time step
    `dt` ($\Delta t$), so the size of the parameters does not depend on the unit of time. Inputs are constant between
    two rows.

    Args:
        A: Linear rate of each state, negative if the state decays.
        W1, W2, h1, h2: Weights and offsets of the hidden layer.
        C: Weights of the external inputs; it has no columns if there are no inputs.
        tolerance: Largest estimated error of a step of the method, relative to 1 + the size of the state. Below about
            1e-6 it cannot be reached in float32.
        max_steps: Largest number of steps of the method in a step of the recording. If they are not enough, the state
            is NaN.
        dt: Time step of `step`.

    Cost: O(M L) for each evaluation, for M latent states and L hidden units. Gradients are those of the steps taken,
        and keep the states of all of them.
    Fails when: the vector field is stiff, so that its step must be much shorter than that of the recording.

    Example:
        >>> import jax
        >>> network = NeuralFlow.create(3, 10, dt=0.01, key=jax.random.key(0))
        >>> network.advance(jax.numpy.ones(3), 0.025).shape
        (3,)

    References:
        Chen, Rubanova, Bettencourt & Duvenaud, Neural ordinary differential equations, NeurIPS 2018 [@chen2018].
        Kidger, On neural differential equations, PhD thesis, University of Oxford 2021 [@kidger2021].
    """

    A: Float[Array, " latent"]
    W1: Float[Array, "latent hidden"]
    W2: Float[Array, "hidden latent"]
    h1: Float[Array, " latent"]
    h2: Float[Array, " hidden"]
    C: Float[Array, "latent input"]
    tolerance: float = eqx.field(static=True, default=1e-5)
    max_steps: int = eqx.field(static=True, default=16)
    dt: float = eqx.field(static=True, default=1.0)

    @classmethod
    def create(
        cls,
        latent_dim: int,
        hidden_dim: int,
        *,
        tolerance: float = 1e-5,
        input_dim: int = 0,
        dt: float = 1.0,
        key: PRNGKeyArray,
    ) -> "NeuralFlow":
        """Create a network with slow, slightly damped dynamics.

        Args:
            latent_dim: Number M of latent states.
            hidden_dim: Number L of hidden units.
            tolerance: Largest estimated error of a step of the method.
            input_dim: Number K of external inputs.
            dt: Time step of the recording; for an irregular recording, the median time step.
            key: Random key.
        """
        return cls(**slow_field(latent_dim, hidden_dim, input_dim, key=key), tolerance=tolerance, dt=dt)

    def rate(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The vector field at `z`, per time step `dt`."""
        rate = self.A * z + self.W1 @ jnp.tanh(self.W2 @ z + self.h2) + self.h1
        return rate if s is None else rate + self.C @ s

    def velocity(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        r"""The vector field $\dot z$, in the unit of time of `dt`."""
        return self.rate(z, s) / self.dt

    def advance(
        self, z: Float[Array, " latent"], duration: Float[Array, ""] | float, s: Float[Array, " input"] | None = None
    ) -> Float[Array, " latent"]:
        """The flow: the state after any duration, with a constant input."""
        solution = self._solve(z, duration, s)
        assert solution.ys is not None
        solved = jnp.isfinite(z).all() & (solution.result == diffrax.RESULTS.successful)
        return jnp.where(solved, solution.ys[0], jnp.nan)

    def evaluations(
        self, z: Float[Array, " latent"], duration: Float[Array, ""] | float, s: Float[Array, " input"] | None = None
    ) -> Int[Array, ""]:
        """Number of evaluations of the vector field that `advance` needs, rejected steps included."""
        return STAGES * self._solve(z, duration, s).stats["num_steps"] + 1

    def step(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, " latent"]:
        """The flow over one time step."""
        return self.advance(z, self.dt, s)

    def jacobian(
        self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None
    ) -> Float[Array, "latent latent"]:
        """The Jacobian of the step, by forward-mode differentiation of the steps of the method."""
        return jax.jacfwd(self.step)(z, s)

    def local_error(self, z: Float[Array, " latent"], s: Float[Array, " input"] | None = None) -> Float[Array, ""]:
        r"""The estimated error of a single step of the method over `dt`, in units of the tolerance.

        $\sqrt{\mathrm{mean}_i (e_i / (\epsilon (1 + \max(|z_i|, |z^+_i|))))^2}$ with the embedded error e and the
        tolerance $\epsilon$. Above 1 the step control would reject the step.
        """
        method, term = diffrax.Tsit5(), self._term()
        end = jnp.ones((), z.dtype)
        state = method.init(term, jnp.zeros_like(end), end, z, s)
        z_end, error, *_ = method.step(term, jnp.zeros_like(end), end, z, s, state, made_jump=False)
        assert error is not None
        allowed = self.tolerance * (1 + jnp.maximum(jnp.abs(z), jnp.abs(z_end)))
        return jnp.sqrt(jnp.mean((error / allowed) ** 2))

    def _term(self) -> diffrax.ODETerm:
        return diffrax.ODETerm(lambda t, z, s: self.rate(z, s))  # noqa: ARG005

    def _solve(
        self, z: Float[Array, " latent"], duration: Float[Array, ""] | float, s: Float[Array, " input"] | None
    ) -> diffrax.Solution:
        """The solution over a duration, in units of the time step; the first step that is tried is the whole duration.

        With a state that is not finite the solver would reject steps until it gives up, so it gets a finite one.
        """
        steps = jnp.asarray(duration, z.dtype) / self.dt
        finite = jnp.isfinite(z).all()
        return diffrax.diffeqsolve(
            self._term(),
            diffrax.Tsit5(),
            t0=jnp.zeros_like(steps),
            t1=steps,
            dt0=steps,
            y0=jnp.where(finite, z, 0),
            args=s,
            stepsize_controller=diffrax.PIDController(rtol=self.tolerance, atol=self.tolerance),
            adjoint=diffrax.DirectAdjoint(),
            max_steps=self.max_steps,
            throw=False,
        )


class NeuralFlowSettings(Settings):
    """Settings of a neural differential equation."""

    hidden_dim: int = Field(default=50, ge=1, title="hidden", description="Number of hidden units.")
    tolerance: float = Field(
        default=1e-5,
        gt=0,
        description="Largest estimated error of a step of the Runge-Kutta method, relative to the size of the state.",
    )


SPEC = DynamicsSpec("neural differential equation", NeuralFlow, NeuralFlowSettings, units="hidden_dim", scan="stored")

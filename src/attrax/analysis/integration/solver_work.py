"""Solver work: how often a model in continuous time evaluates its vector field along an orbit."""

from dataclasses import dataclass

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from attrax.core.result import Result
from attrax.core.step_controlled import AbstractStepControlled


@dataclass(frozen=True, eq=False)
class SolverWork:
    """The work of the solver in each time step of an orbit.

    Attributes:
        evaluations: Number of evaluations of the vector field in the time step that begins at each state; 0 for states
            that are not finite.
        errors: The error that the solver estimates for a single step over the whole time step, in units of the
            tolerance. Where it is above 1, the solver needs more than one step.
        result: `SUCCESSFUL`, or `DIVERGED` if a state is not finite; then the means are over the other states.

    Example:
        >>> SolverWork(np.array([7, 13]), np.array([0.2, 4.0]), Result.SUCCESSFUL).mean
        10.0
    """

    evaluations: Int[np.ndarray, " time"]
    errors: Float[np.ndarray, " time"]
    result: Result

    @property
    def mean(self) -> float:
        """Mean number of evaluations in a time step (NFE); NaN if no state is finite."""
        used = self.evaluations[self.evaluations > 0]
        return float(used.mean()) if len(used) else float("nan")

    @property
    def largest(self) -> int:
        """The largest number of evaluations in a time step."""
        return int(self.evaluations.max(initial=0))

    @property
    def at_once(self) -> float:
        """Share of the time steps that the solver takes in a single step."""
        used = self.evaluations > 0
        return float((self.errors[used] <= 1).mean()) if used.any() else float("nan")


def solver_work(
    dynamics: AbstractStepControlled,
    z: Float[np.ndarray | Array, "time latent"],
    *,
    s: Float[np.ndarray | Array, "time input"] | None = None,
) -> SolverWork:
    """Count how often a model in continuous time evaluates its vector field along an orbit (NFE).

    What a free run or a forecast costs is proportional to this number. The penalty `LocalRegularization` makes it
    smaller. It depends on the tolerance of the model and on the number of digits that it computes with.

    Args:
        dynamics: A dynamics whose solver controls its step, such as `NeuralFlow`.
        z: The states at which time steps begin, for example a free run.
        s: The external inputs of these time steps; None means 0.

    Returns:
        The `SolverWork`. Result code `DIVERGED` if a state is not finite.

    Cost: one time step for each state, all at once.

    Example:
        >>> import jax
        >>> from attrax.models import NeuralFlow
        >>> found = solver_work(NeuralFlow.create(2, 3, key=jax.random.key(0)), np.zeros((4, 2), np.float32))
        >>> found.evaluations.tolist(), found.mean
        ([7, 7, 7, 7], 7.0)

    References:
        Chen, Rubanova, Bettencourt & Duvenaud, Neural ordinary differential equations, NeurIPS 2018 [@chen2018].
    """
    states, inputs = jnp.asarray(z), None if s is None else jnp.asarray(s)
    finite = np.isfinite(np.asarray(states)).all(axis=1)
    counts, errors = _counted(dynamics, jnp.where(jnp.asarray(finite)[:, None], states, 0), inputs)
    result = Result.SUCCESSFUL if finite.all() else Result.DIVERGED
    return SolverWork(np.where(finite, counts, 0), np.where(finite, errors, np.nan), result)


@eqx.filter_jit
def _counted(
    dynamics: AbstractStepControlled, z: Float[Array, "time latent"], s: Float[Array, "time input"] | None
) -> tuple[Int[Array, " time"], Float[Array, " time"]]:
    return jax.vmap(lambda z, s: (dynamics.evaluations(z, dynamics.dt, s), dynamics.local_error(z, s)))(z, s)

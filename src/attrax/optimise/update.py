"""Update: one step of one model against the gradient of an objective."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int, PRNGKeyArray, PyTree

from attrax.optimise.batches import AbstractBatches
from attrax.optimise.objective import AbstractObjective, Facts
from attrax.optimise.state import TrainState


class Update(eqx.Module):
    r"""$\theta_{k+1} = \theta_k - \rho\, \eta_k\, d_k$ with $d_k$ the direction that the optimiser makes of a gradient.

    Here $\eta_k$ is the learning rate of the schedule and $\rho$ the factor left by rollbacks. The randomness of an
    update follows from the key of the run and the number of the update alone, so a run that is continued from any state
    draws exactly the batches it would have drawn.

    Args:
        objective: What is minimised.
        batches: What it is computed on.
        optimizer: Makes a direction of a gradient.
        schedule: The learning rate by the number of updates done.
    """

    objective: AbstractObjective
    batches: AbstractBatches
    optimizer: optax.GradientTransformation
    schedule: optax.Schedule

    def value(
        self, model: PyTree, state: Any, step: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The objective on the batch of a step; its value is recorded as `loss` unless the facts hold another one."""
        k_batch, k_objective = jax.random.split(jax.random.fold_in(key, step))
        value, (state, facts) = self.objective(model, self.batches.draw(k_batch, step), state, k_objective)
        return value, (state, {"loss": value, **facts})

    def __call__(self, state: TrainState, step: Int[Array, ""], key: PRNGKeyArray) -> tuple[TrainState, Facts]:
        """The state after the update, whose step is left to the caller, and what was met on the way."""
        differentiated = eqx.filter_grad(self.value, has_aux=True)
        gradient, (objective, facts) = differentiated(state.model, state.objective, step, key)
        params = eqx.filter(state.model, eqx.is_inexact_array)
        direction, optimizer = self.optimizer.update(gradient, state.optimizer, params)
        rate = -jnp.asarray(self.schedule(step)) * state.rate
        model = eqx.apply_updates(state.model, jax.tree.map(lambda d: (rate * d).astype(d.dtype), direction))
        new = eqx.tree_at(lambda s: (s.model, s.optimizer, s.objective), state, (model, optimizer, objective))
        return new, facts

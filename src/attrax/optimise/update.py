"""One update of a model: a step against the gradient of the objective."""

from dataclasses import replace
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
    r"""One gradient step, $\theta_{k+1} = \theta_k - \rho\, \eta_k\, d_k$.

    Here $d_k$ is the direction computed by the optimiser from the gradient, $\eta_k$ the learning rate of the schedule,
    and $\rho \le 1$ the factor after rollbacks. The random key of an update depends only on the key of the training and
    the number of the update, so a training that is resumed draws the same batches as one without a break.

    Args:
        objective: The function to minimise.
        batches: The source of the batches.
        optimizer: The optimiser, which turns a gradient into a direction.
        schedule: The learning rate as a function of the number of updates done.
    """

    objective: AbstractObjective
    batches: AbstractBatches
    optimizer: optax.GradientTransformation
    schedule: optax.Schedule

    def value(
        self, model: PyTree, state: Any, step: Int[Array, ""], key: PRNGKeyArray
    ) -> tuple[Float[Array, ""], tuple[Any, Facts]]:
        """The objective on the batch of a step, with its new state and the numbers to record.

        The value is recorded as `loss`, unless the facts of the objective contain a `loss`.
        """
        k_batch, k_objective = jax.random.split(jax.random.fold_in(key, step))
        value, (state, facts) = self.objective(model, self.batches.draw(k_batch, step), state, k_objective)
        return value, (state, {"loss": value, **facts})

    def __call__(self, state: TrainState, step: Int[Array, ""], key: PRNGKeyArray) -> tuple[TrainState, Facts]:
        """The state after the update, and the numbers to record. The caller increases the step counter."""
        differentiated = eqx.filter_grad(self.value, has_aux=True)
        gradient, (objective, facts) = differentiated(state.model, state.objective, step, key)
        params = eqx.filter(state.model, eqx.is_inexact_array)
        optimizer = optax.with_extra_args_support(self.optimizer)
        direction, memory = optimizer.update(gradient, state.optimizer, params, step=step)
        rate = -jnp.asarray(self.schedule(step)) * state.rate
        model = eqx.apply_updates(state.model, jax.tree.map(lambda d: (rate * d).astype(d.dtype), direction))
        new = replace(state, model=model, optimizer=memory, objective=objective)
        return new, facts

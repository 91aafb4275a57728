"""Model-agnostic meta-learning without second derivatives."""

import equinox as eqx
import jax
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from attrax.meta.inner_descent import detached
from attrax.meta.meta_objective import AbstractMetaObjective
from attrax.meta.task_batches import TaskBatch
from attrax.optimise import AbstractObjective


class FirstOrderMAML(AbstractMetaObjective):
    r"""As `MAML`, with the gradient $\mathrm{mean}_i \nabla L^q_i(\theta_i)$: the steps are taken as constants.

    This is the gradient of MAML where the Hessian of the objective is 0, and misses terms of the order of the rate
    elsewhere.

    Args:
        objective: The objective within a task.
        steps: Number of steps with which a model adapts to a task.
        rate: The learning rate of these steps.

    Cost: `steps` + 1 gradients of every task in each update, a third of `MAML`. Keeps one state only.

    Example:
        >>> from attrax.train import Generalized, TeacherForcing
        >>> FirstOrderMAML(TeacherForcing(Generalized(0.1)), steps=3, rate=0.1).steps
        3

    References:
        Finn, Abbeel & Levine, Model-agnostic meta-learning for fast adaptation of deep networks, ICML 2017 [@finn2017].
    """

    objective: AbstractObjective
    steps: int = eqx.field(static=True, default=5)
    rate: float = eqx.field(static=True, default=0.01)

    def pulled(self, model: PyTree, batch: TaskBatch, key: PRNGKeyArray) -> tuple[Float[Array, ""], Float[Array, ""]]:
        """The loss at the adapted model, with the derivative by the adapted model."""
        before, static = eqx.partition(model, eqx.is_inexact_array)
        after = eqx.filter(self.adapted(detached(model), batch, key), eqx.is_inexact_array)
        # The value of the model after the steps, with the derivative of the model before them.
        moved = jax.tree.map(lambda p, q: q + (p - jax.lax.stop_gradient(p)), before, after)
        loss = self.queried(eqx.combine(moved, static), batch, key)
        return loss, loss

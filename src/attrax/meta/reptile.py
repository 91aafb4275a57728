"""Reptile: meta-training that moves the model toward its adapted versions."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from attrax.meta.inner_descent import detached
from attrax.meta.meta_objective import AbstractMetaObjective
from attrax.meta.task_batches import TaskBatch
from attrax.optimise import AbstractObjective


class Reptile(AbstractMetaObjective):
    r"""$\mathrm{mean}_i \tfrac12 |\theta - \theta_i|^2$ with the adapted models $\theta_i$ as constants.

    Its gradient is $\theta - \mathrm{mean}_i \theta_i$. So plain gradient descent (`optimizer=optax.identity()`) with
    the learning rate $\epsilon$ moves the model by the share $\epsilon$ of the way to the mean of the adapted models.

    Args:
        objective: The objective within a task.
        steps: Number of steps with which a model adapts to a task. With one step this is ordinary training on all tasks
            together; take 5 or more, and as many `batches` of `Tasks`.
        rate: The learning rate of these steps.

    Cost: `steps` gradients of every task in each update, without second derivatives. Query batches are only used for
        the recorded loss.

    Example:
        >>> from attrax.train import Generalized, TeacherForcing
        >>> Reptile(TeacherForcing(Generalized(0.1)), steps=10, rate=0.1).rate
        0.1

    References:
        Nichol, Achiam & Schulman, On first-order meta-learning algorithms, 2018 [@nichol2018].
    """

    objective: AbstractObjective
    steps: int = eqx.field(static=True, default=5)
    rate: float = eqx.field(static=True, default=0.01)

    def pulled(self, model: PyTree, batch: TaskBatch, key: PRNGKeyArray) -> tuple[Float[Array, ""], Float[Array, ""]]:
        """Half the squared distance to the adapted model, and the loss of the adapted model."""
        adapted = self.adapted(detached(model), batch, key)
        pairs = zip(
            *(jax.tree.leaves(eqx.filter(tree, eqx.is_inexact_array)) for tree in (model, adapted)), strict=True
        )
        distance = jnp.asarray(sum(jnp.sum((before - after) ** 2) for before, after in pairs)) / 2
        return distance, self.queried(adapted, batch, key)

"""Model-agnostic meta-learning with its exact gradient."""

import equinox as eqx
from jaxtyping import Array, Float, PRNGKeyArray, PyTree

from attrax.meta.meta_objective import AbstractMetaObjective
from attrax.meta.task_batches import TaskBatch
from attrax.optimise import AbstractObjective


class MAML(AbstractMetaObjective):
    r"""$\mathrm{mean}_i L^q_i(\theta_i)$, the loss on task i after descent on other rows, $\theta \to \theta_i$.

    One step is $\theta_i = \theta - a \nabla L^s_i(\theta)$, and the gradient of the whole is
    $\mathrm{mean}_i (I - a \nabla^2 L^s_i(\theta)) \nabla L^q_i(\theta_i)$: the derivative goes through the steps, so
    second derivatives of the objective are used, all of them exact.

    Args:
        objective: The objective within a task, for example `TeacherForcing` or one of your own.
        steps: Number of steps with which a model adapts to a task, typically 1 to 10.
        rate: The learning rate a of these steps. Raise it as long as `loss` stays finite: it is the rate of `adapt`,
            and a model that adapts in few steps needs large ones.

    Cost: in each update, about three times the `steps` gradients of every task. Keeps the states of all steps.
    Fails when: the objective has no second derivatives; take `FirstOrderMAML`. The compiled loops of models in
        continuous time have none.

    Example:
        >>> import jax, jax.numpy as jnp
        >>> class Distance(AbstractObjective):
        ...     def init(self):
        ...         return None
        ...     def __call__(self, model, batch, state, key):
        ...         return (model - batch) ** 2, (state, {})
        >>> batch = TaskBatch(support=jnp.array([[1.0]]), query=jnp.array([1.0]))
        >>> value, _ = MAML(Distance(), steps=1, rate=0.25)(jnp.asarray(0.0), batch, None, jax.random.key(0))
        >>> float(value)  # half way to 1
        0.25

    References:
        Finn, Abbeel & Levine, Model-agnostic meta-learning for fast adaptation of deep networks, ICML 2017 [@finn2017].
    """

    objective: AbstractObjective
    steps: int = eqx.field(static=True, default=5)
    rate: float = eqx.field(static=True, default=0.01)

    def pulled(self, model: PyTree, batch: TaskBatch, key: PRNGKeyArray) -> tuple[Float[Array, ""], Float[Array, ""]]:
        """The loss of the adapted model, as a function of the model before."""
        loss = self.queried(self.adapted(model, batch, key), batch, key)
        return loss, loss

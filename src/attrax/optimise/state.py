"""The training state: everything that is needed to continue a training."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int, PyTree

from attrax.core.errors import ConfigError
from attrax.optimise.best_state import BestState
from attrax.optimise.objective import AbstractObjective


class TrainState(eqx.Module):
    """Everything that changes during training, for one model or for several replicas.

    Replicas are stacked along the leading axis of every array except `step`; a single model has no such axis.

    Attributes:
        model: The model.
        optimizer: State of the optimiser.
        objective: State of the objective, for example the current alpha of teacher forcing.
        rate: Factor on the learning rate; below 1 after a rollback.
        rollbacks: Number of rollbacks of each replica.
        stopped: True for a replica that was given up; its model is the last good one.
        best: The state with the lowest loss so far; None inside compiled code.
        step: Number of updates done, the same for all replicas.

    Example:
        >>> from attrax.optimise import radam
        >>> class Square(AbstractObjective):
        ...     def init(self):
        ...         return None
        ...     def __call__(self, model, batch, state, key):
        ...         return model**2, (state, {})
        >>> state = TrainState.create(jnp.asarray(1.0), Square(), radam())
        >>> int(state.step), state.replicas
        (0, None)
    """

    model: PyTree
    optimizer: optax.OptState
    objective: Any
    rate: Float[Array, "*replica"]
    rollbacks: Int[Array, "*replica"]
    stopped: Bool[Array, "*replica"]
    best: BestState | None
    step: Int[Array, ""]

    @classmethod
    def create(
        cls,
        model: PyTree,
        objective: AbstractObjective,
        optimizer: optax.GradientTransformation,
        replicas: int | None = None,
        *,
        chunk: int = 250,
    ) -> "TrainState":
        """The state before the first update.

        Args:
            model: The model, or models stacked along the leading axis of every array.
            objective: The function to minimise.
            optimizer: The optimiser, which turns a gradient into a direction of descent.
            replicas: Number of stacked models; None for a single model that is not stacked.
            chunk: Number of updates in a chunk, as in the plan.

        Raises: ConfigError C612 if the leading axis of an array is not `replicas` long.
        """
        model = jax.tree.map(lambda leaf: jnp.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf, model)
        if replicas is not None:
            _check_stacked(model, replicas)
        return _first_state(model, objective, optimizer, replicas, chunk)

    @property
    def replicas(self) -> int | None:
        """Number of models trained in parallel; None for a single model that is not stacked."""
        return self.rate.shape[0] if self.rate.ndim else None


@eqx.filter_jit
def _first_state(
    model: PyTree,
    objective: AbstractObjective,
    optimizer: optax.GradientTransformation,
    replicas: int | None,
    chunk: int,
) -> TrainState:
    """The state before the first update. Compiled as a whole: its many small arrays would be as many programs."""
    params = eqx.filter(model, eqx.is_inexact_array)
    axes = () if replicas is None else (replicas,)
    memory = optimizer.init(params) if replicas is None else jax.vmap(optimizer.init)(params)
    facts = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (*axes, *leaf.shape)), objective.init())
    return TrainState(
        model=model,
        optimizer=memory,
        objective=facts,
        rate=jnp.ones(axes),
        rollbacks=jnp.zeros(axes, jnp.int32),
        stopped=jnp.zeros(axes, bool),
        best=BestState.create(model, memory, facts, axes, chunk),
        step=jnp.zeros((), jnp.int32),
    )


def _check_stacked(model: PyTree, replicas: int) -> None:
    shapes = {leaf.shape for leaf in jax.tree.leaves(eqx.filter(model, eqx.is_array))}
    wrong = sorted(shape for shape in shapes if shape[:1] != (replicas,))
    if wrong:
        raise ConfigError(
            "C612",
            "models that are not stacked",
            where=f"replicas={replicas}, but the model has an array of shape {wrong[0]}",
            why="replicas are trained side by side along the leading axis of every array",
            fix="make them with eqx.filter_vmap over keys, or leave out replicas for a single model",
        )

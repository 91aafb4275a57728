"""Training state: all there is to know in order to continue a training run."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array, Bool, Float, Int, PyTree

from attrax.core.errors import ConfigError
from attrax.optimise.objective import AbstractObjective


class TrainState(eqx.Module):
    """Everything that changes while a model is trained, or several side by side.

    Replicas of a model share the leading axis of every array but `step`; a single model has no such axis.

    Attributes:
        model: The model.
        optimizer: State of the optimiser.
        objective: State of the objective, for example the current alpha of teacher forcing.
        rate: Factor on the learning rate: smaller after a rollback.
        rollbacks: How often a replica had to be rolled back.
        stopped: True for a replica that was given up; its model is the last good one.
        step: Updates done, the same for all replicas.
    """

    model: PyTree
    optimizer: optax.OptState
    objective: Any
    rate: Float[Array, "*replica"]
    rollbacks: Int[Array, "*replica"]
    stopped: Bool[Array, "*replica"]
    step: Int[Array, ""]

    @classmethod
    def create(
        cls,
        model: PyTree,
        objective: AbstractObjective,
        optimizer: optax.GradientTransformation,
        replicas: int | None = None,
    ) -> "TrainState":
        """The state before the first update.

        Args:
            model: The model, or models stacked along the leading axis of every array.
            objective: What is minimised.
            optimizer: Makes a direction of a gradient.
            replicas: How many models there are; None for a single one that is not stacked.

        Raises: ConfigError C612 if the arrays of stacked models do not count so many.
        """
        model = jax.tree.map(lambda leaf: jnp.asarray(leaf) if isinstance(leaf, np.ndarray) else leaf, model)
        params = eqx.filter(model, eqx.is_inexact_array)
        axes = () if replicas is None else (replicas,)
        if replicas is not None:
            _check_stacked(model, replicas)
        return cls(
            model=model,
            optimizer=optimizer.init(params) if replicas is None else jax.vmap(optimizer.init)(params),
            objective=jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (*axes, *leaf.shape)), objective.init()),
            rate=jnp.ones(axes),
            rollbacks=jnp.zeros(axes, jnp.int32),
            stopped=jnp.zeros(axes, bool),
            step=jnp.zeros((), jnp.int32),
        )

    @property
    def replicas(self) -> int | None:
        """Number of models trained side by side; None for a single one that is not stacked."""
        return self.rate.shape[0] if self.rate.ndim else None


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


def choose(pick: Bool[Array, "*replica"], this: PyTree, other: PyTree) -> PyTree:
    """Replica by replica, the arrays of `this` where `pick` is true and of `other` elsewhere.

    What replicas share (the step, and everything that is not an array) is taken from `this`.
    """

    def leaf(a: Any, b: Any) -> Any:
        if not eqx.is_array(a) or a.ndim < pick.ndim:
            return a
        return jnp.where(pick.reshape(*pick.shape, *(1,) * (a.ndim - pick.ndim)), a, b)

    return jax.tree.map(leaf, this, other)

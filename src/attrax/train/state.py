"""Train state: all there is to know in order to continue a training run."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import optax
from jaxtyping import Array, Bool, Float, Int, PyTree

from attrax.train.loss import AbstractLoss

OPTIMIZER = optax.scale_by_radam()


class TrainState(eqx.Module):
    """Everything that changes while models are trained; replicas of a model share the leading axis of every array.

    Attributes:
        model: The models.
        optimizer: Moments of RAdam.
        loss: State of the loss, for example the current alpha.
        rate: Factor on the learning rate: halved after a rollback.
        rollbacks: How often a replica had to be rolled back.
        stopped: True for a replica that was given up; its model is the last good one.
        step: Updates done, the same for all replicas.
    """

    model: PyTree
    optimizer: optax.OptState
    loss: Any
    rate: Float[Array, " replica"]
    rollbacks: Int[Array, " replica"]
    stopped: Bool[Array, " replica"]
    step: Int[Array, ""]

    @classmethod
    def create(cls, models: PyTree, loss: AbstractLoss) -> "TrainState":
        """The state before the first update of `models`, stacked along their leading axis."""
        params = eqx.filter(models, eqx.is_inexact_array)
        replicas = jax.tree.leaves(params)[0].shape[0]
        return cls(
            model=models,
            optimizer=jax.vmap(OPTIMIZER.init)(params),
            loss=jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (replicas, *leaf.shape)), loss.init()),
            rate=jnp.ones(replicas),
            rollbacks=jnp.zeros(replicas, jnp.int32),
            stopped=jnp.zeros(replicas, bool),
            step=jnp.zeros((), jnp.int32),
        )

    @property
    def replicas(self) -> int:
        """Number of models trained side by side."""
        return self.rate.shape[0]


def choose(pick: Bool[Array, " replica"], this: PyTree, other: PyTree) -> PyTree:
    """Replica by replica, the arrays of `this` where `pick` is true and of `other` elsewhere.

    What replicas share (scalars and everything that is not an array) is taken from `this`.
    """

    def leaf(a, b):
        if not eqx.is_array(a) or a.ndim == 0:
            return a
        return jnp.where(pick.reshape(-1, *(1,) * (a.ndim - 1)), a, b)

    return jax.tree.map(leaf, this, other)

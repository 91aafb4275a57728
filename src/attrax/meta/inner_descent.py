"""The steps within a task: plain gradient descent, itself a function that can be differentiated."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int, PRNGKeyArray, PyTree

from attrax.optimise import AbstractObjective


def descended(
    model: PyTree, objective: AbstractObjective, batches: Any, *, steps: int, rate: float, key: PRNGKeyArray
) -> PyTree:
    r"""The model after some steps of gradient descent, $\theta_{k+1} = \theta_k - a\, \nabla L(\theta_k)$.

    Args:
        model: Any pytree; its float arrays are trained.
        objective: The function L; its state begins as in a new training.
        batches: Batches along the leading axis of every array; used in turn, again and again.
        steps: Number of steps.
        rate: The learning rate a.
        key: Random key.
    """
    params, static = eqx.partition(model, eqx.is_inexact_array)
    count = len(jax.tree.leaves(batches)[0])

    def step(carry: tuple[PyTree[Array], Any], i: Int[Array, ""]) -> tuple[tuple[PyTree[Array], Any], None]:
        params, state = carry
        batch = jax.tree.map(lambda leaf: leaf[i % count], batches)

        def value(params: PyTree[Array]) -> tuple[Array, Any]:
            value, (new, _) = objective(eqx.combine(params, static), batch, state, jax.random.fold_in(key, i))
            return value, new

        gradient, state = jax.grad(value, has_aux=True)(params)
        return (jax.tree.map(lambda p, g: p - rate * g, params, gradient), state), None

    (params, _), _ = jax.lax.scan(step, (params, objective.init()), jnp.arange(steps))
    return eqx.combine(params, static)


def detached(tree: PyTree) -> PyTree:
    """The same values, through which no derivative is taken."""
    return jax.tree.map(lambda leaf: jax.lax.stop_gradient(leaf) if eqx.is_array(leaf) else leaf, tree)

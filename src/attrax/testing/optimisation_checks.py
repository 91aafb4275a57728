"""The checks of objectives and batches."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PRNGKeyArray, PyTree

from attrax.optimise import AbstractBatches, AbstractObjective
from attrax.testing.closeness import assert_close


def check_objective(objective: AbstractObjective, model: PyTree, batch: Any, *, key: PRNGKeyArray) -> None:
    """Value and gradient are finite and depend on the model, the call is pure, and the state keeps its shapes.

    Args:
        objective: The implementation.
        model: A model that can be trained with it, not at its minimum.
        batch: A batch as it is drawn for it.
        key: Random key of the call.

    Example:
        >>> class Distance(AbstractObjective):
        ...     def init(self):
        ...         return None
        ...     def __call__(self, model, batch, state, key):
        ...         return (model - batch) ** 2, (state, {})
        >>> check_objective(Distance(), jnp.asarray(0.0), jnp.asarray(2.0), key=jax.random.key(0))
    """
    state = objective.init()
    call = eqx.filter_jit(eqx.filter_value_and_grad(objective, has_aux=True))
    (value, (new, facts)), gradient = call(model, batch, state, key)
    assert value.shape == (), "the value is not one number"
    assert jnp.isfinite(value), "the value is not finite"
    assert all(fact.shape == () for fact in facts.values()), "a fact is not one number"
    leaves = jax.tree.leaves(gradient)
    assert all(jnp.isfinite(leaf).all() for leaf in leaves), "the gradient is not finite"
    assert any((leaf != 0).any() for leaf in leaves), "the gradient is 0: the value does not depend on the model"
    _check_state(state, new)
    again, _ = call(model, batch, state, key)
    for a, b in zip(*map(jax.tree.leaves, ((value, new, facts), (again[0], *again[1]))), strict=True):
        assert jnp.array_equal(a, b), "the same arguments give another value, state or facts"


def _check_state(state: PyTree, new: PyTree) -> None:
    assert jax.tree.structure(new) == jax.tree.structure(state), "a call changes the structure of the state"
    for before, after in zip(*map(jax.tree.leaves, (state, new)), strict=True):
        assert (after.shape, after.dtype) == (before.shape, before.dtype), "a call changes shape or type of the state"


def check_batches(batches: AbstractBatches, *, key: PRNGKeyArray) -> None:
    """A batch can be drawn in compiled code, has the same shapes at every step, and is repeated by the same key.

    Example:
        >>> from attrax.optimise import FixedBatch
        >>> check_batches(FixedBatch(jnp.arange(3.0)), key=jax.random.key(0))
    """
    steps = jnp.arange(3, dtype=jnp.int32)
    keys = jax.random.split(key, len(steps))
    try:
        drawn = jax.jit(lambda keys, steps: jax.vmap(batches.draw)(keys, steps))(keys, steps)
    except (TypeError, jax.errors.JAXTypeError) as failure:
        raise AssertionError(f"a batch cannot be drawn in compiled code: {failure}") from failure
    for i in range(len(steps)):
        alone = batches.draw(keys[i], steps[i])
        for a, b in zip(*map(jax.tree.leaves, (alone, drawn)), strict=True):
            assert a.shape == b.shape[1:], "batches of other steps have other shapes"
            assert_close("a batch drawn again", jnp.asarray(a, float), jnp.asarray(b[i], float), 1e-6)

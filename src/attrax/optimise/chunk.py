"""Chunks: many updates of all replicas in one call of compiled code."""

from collections.abc import Callable
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, Key, PRNGKeyArray, PyTree

from attrax.optimise.objective import Facts
from attrax.optimise.state import TrainState
from attrax.optimise.update import Update

Record = dict[str, Float[Array, "*replica size"]]


class Chunk(NamedTuple):
    """The result of a chunk of updates.

    Attributes:
        state: The state after the chunk.
        record: The loss and the facts before each update; zeros after the last update.
        ahead: The loss after the last update. It shows whether the last update made the loss infinite or NaN.
    """

    state: TrainState
    record: Record
    ahead: Float[Array, "*replica"]


@eqx.filter_jit
def run_chunk(update: Update, state: TrainState, n: Int[Array, ""], size: int, key: Key[Array, "*replica"]) -> Chunk:
    """Run `n` updates of every replica. Compiled once for all `n` up to `size`.

    Args:
        update: The function that makes one update.
        state: The state at the beginning.
        n: Number of updates.
        size: Length of the record, the largest allowed `n`.
        key: One random key per replica; a single key for a single model.
    """
    arrays, static = eqx.partition(state, eqx.is_array)

    def one(arrays: PyTree[Array], key: PRNGKeyArray) -> tuple[PyTree[Array], Record, Float[Array, ""]]:
        first = arrays.step

        @jax.jit  # traced once, although it is called twice
        def ahead(arrays: PyTree[Array], step: Int[Array, ""], key: PRNGKeyArray) -> Facts:
            whole = eqx.combine(arrays, static)
            return update.value(whole.model, whole.objective, step, key)[1][1]

        def body(i: Int[Array, ""], carry: tuple[PyTree[Array], Record]) -> tuple[PyTree[Array], Record]:
            arrays, record = carry
            new, facts = update(eqx.combine(arrays, static), first + i, key)
            record = jax.tree.map(lambda values, fact: values.at[i].set(fact), record, facts)
            return eqx.filter(new, eqx.is_array), record

        facts = jax.eval_shape(ahead, arrays, first, key)
        record = jax.tree.map(lambda fact: jnp.zeros((size, *fact.shape), fact.dtype), facts)
        arrays, record = jax.lax.fori_loop(0, n, body, (arrays, record))
        return arrays, record, ahead(arrays, first + n, key)["loss"]

    if state.replicas == 1:
        one = _alone(one)
    elif state.replicas is not None:
        axes = _replica_axes(arrays)
        one = jax.vmap(one, in_axes=(axes, 0), out_axes=(axes, 0, 0))
    arrays, record, ahead = one(arrays, key)
    new = eqx.combine(arrays, static)
    return Chunk(eqx.tree_at(lambda s: s.step, new, state.step + n), record, ahead)


def _alone(one: Callable) -> Callable:
    """The function for a single replica: on CPUs, products with an axis of length one take up to twice as long."""

    def with_axis(arrays: PyTree[Array], key: Key[Array, " replica"]) -> tuple:
        several_steps = eqx.tree_at(lambda s: s.step, arrays, arrays.step[None])
        new, *others = one(*jax.tree.map(lambda leaf: leaf[0], (several_steps, key)))
        stacked, *others = jax.tree.map(lambda leaf: leaf[None], (new, *others))
        return eqx.tree_at(lambda s: s.step, stacked, new.step), *others

    return with_axis


def _replica_axes(arrays: PyTree[Array]) -> PyTree[int | None]:
    """The axes for `vmap`: axis 0 for every array, none for the step, which all replicas share."""
    return eqx.tree_at(lambda s: s.step, jax.tree.map(lambda _: 0, arrays), None)


@eqx.filter_jit
def finite(chunk: Chunk) -> Bool[Array, "*replica"]:
    """Whether all recorded losses, the loss after the last update, and all parameters are finite, per replica."""
    leaves = [*jax.tree.leaves(eqx.filter(chunk.state.model, eqx.is_inexact_array)), chunk.record["loss"], chunk.ahead]
    kept = chunk.ahead.ndim
    return jnp.stack([jnp.isfinite(leaf).all(axis=tuple(range(kept, leaf.ndim))) for leaf in leaves]).all(axis=0)

"""The update step: a batch, its gradient, RAdam; compiled in chunks of many updates for all replicas at once."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray, PyTree

from attrax.data.windows import Windows
from attrax.train.loss import Batch
from attrax.train.plan import Plan
from attrax.train.state import OPTIMIZER, TrainState


def sample(windows: Windows, plan: Plan, *, key: PRNGKeyArray) -> Batch:
    """Windows drawn with replacement, uniformly over every place where one fits, in whichever series.

    Where subjects are told apart, each is drawn as often as any other, however long its recording: its vector is
    learned from its own windows alone.
    """
    if windows.counts is None:
        starts, subject = jax.random.choice(key, windows.starts, (plan.batch_size,)), None
    else:
        k_subject, k_window = jax.random.split(key)
        subject = jax.random.randint(k_subject, (plan.batch_size,), 0, len(windows.counts))
        first = jnp.cumsum(windows.counts) - windows.counts
        within = jax.random.randint(k_window, (plan.batch_size,), 0, windows.counts[subject])
        starts = windows.starts[first[subject] + within]

    def cut(array):
        return jax.vmap(lambda start: jax.lax.dynamic_slice_in_dim(array, start, plan.window))(starts)

    rows = windows.x, windows.mask, windows.inputs, windows.durations, windows.counted
    x, mask, s, durations, counted = jax.tree.map(cut, rows)
    return Batch(x, mask, s, subject, durations, counted)


def objective(
    model: PyTree, batch: Batch, loss_state: PyTree, plan: Plan, *, key: PRNGKeyArray
) -> tuple[Float[Array, ""], dict[str, Float[Array, ""]]]:
    """Loss plus penalties; the record holds the loss alone."""
    value, info = plan.loss(model, batch, loss_state, key=key)
    penalty = sum((p(model) for p in plan.penalties), start=jnp.zeros((), value.dtype))
    return value + penalty, {"loss": value, **info}


class Chunk(NamedTuple):
    """What a chunk of updates leaves behind.

    Attributes:
        state: The state after it.
        record: The loss, and whatever the loss tells beside it, before each update.
        ahead: The loss that the next update will meet: the only witness of what the last update did.
    """

    state: TrainState
    record: dict[str, Float[Array, "replica n"]]
    ahead: Float[Array, " replica"]


@eqx.filter_jit
def run_chunk(state: TrainState, windows: Windows, plan: Plan, n: int, *, key: Key[Array, " replica"]) -> Chunk:
    """`n` updates of every replica.

    The randomness of an update follows from the replica's key and the step alone, so a run continued from any
    checkpoint draws exactly the batches it would have drawn.

    Args:
        state: Where to start.
        windows: The training data, on the device.
        plan: How to train.
        n: Number of updates.
        key: One key for each replica.
    """
    schedule = plan.schedule()

    def task(carry: TrainState, step: Int[Array, ""], key: PRNGKeyArray):
        """The batch of a step, the state of the loss for it, and the key of the loss."""
        k_batch, k_loss = jax.random.split(jax.random.fold_in(key, step))
        batch = sample(windows, plan, key=k_batch)
        return batch, plan.loss.update(carry.loss, carry.model, batch, step), k_loss

    def update(carry: TrainState, step: Int[Array, ""], key: PRNGKeyArray):
        batch, loss_state, k_loss = task(carry, step, key)
        grad = eqx.filter_grad(objective, has_aux=True)
        gradient, info = grad(carry.model, batch, loss_state, plan, key=k_loss)
        direction, optimizer = OPTIMIZER.update(plan.clipped(gradient), carry.optimizer)
        rate = -jnp.asarray(schedule(step)) * carry.rate
        model = eqx.apply_updates(carry.model, jax.tree.map(lambda d: (rate * d).astype(d.dtype), direction))
        return eqx.tree_at(lambda c: (c.model, c.optimizer, c.loss), carry, (model, optimizer, loss_state)), info

    steps = state.step + jnp.arange(n, dtype=jnp.int32)
    axes = _replica_axes(state)
    arrays, static = eqx.partition(state, eqx.is_array)

    def many(arrays, key):
        def body(arrays, step):
            new, info = update(eqx.combine(arrays, static), step, key)
            return eqx.filter(new, eqx.is_array), info

        arrays, record = jax.lax.scan(body, arrays, steps)
        last = eqx.combine(arrays, static)
        batch, loss_state, k_loss = task(last, state.step + n, key)
        _, info = objective(last.model, batch, loss_state, plan, key=k_loss)
        return arrays, record, info["loss"]

    arrays, record, ahead = jax.vmap(many, in_axes=(axes, 0), out_axes=(axes, 0, 0))(arrays, key)
    new = eqx.combine(arrays, static)
    return Chunk(eqx.tree_at(lambda c: c.step, new, state.step + n), record, ahead)


def _replica_axes(state: TrainState) -> TrainState:
    """Axis 0 for every array but the shared step counter."""
    axes = jax.tree.map(lambda _: 0, eqx.filter(state, eqx.is_array))
    return eqx.tree_at(lambda c: c.step, axes, None)

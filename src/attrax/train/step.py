"""The update step: a batch, its gradient, RAdam; compiled in chunks of many updates for all replicas at once."""

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, Key, PRNGKeyArray, PyTree

from attrax.data.windows import Windows
from attrax.train.loss import Batch
from attrax.train.plan import Plan
from attrax.train.state import OPTIMIZER, TrainState


def sample(windows: Windows, plan: Plan, *, key: PRNGKeyArray) -> Batch:
    """Windows drawn with replacement, uniformly over every place where one fits, in whichever series."""
    starts = jax.random.choice(key, windows.starts, (plan.batch_size,))

    def cut(array):
        return jax.vmap(lambda start: jax.lax.dynamic_slice_in_dim(array, start, plan.window))(starts)

    x, mask, s = jax.tree.map(cut, (windows.x, windows.mask, windows.inputs))
    return Batch(x, mask, s)


def objective(
    model: PyTree, batch: Batch, loss_state: PyTree, plan: Plan, *, key: PRNGKeyArray
) -> tuple[Float[Array, ""], dict[str, Float[Array, ""]]]:
    """Loss plus penalties; the record holds the loss alone."""
    value, info = plan.loss(model, batch, loss_state, key=key)
    penalty = sum((p(model) for p in plan.penalties), start=jnp.zeros((), value.dtype))
    return value + penalty, {"loss": value, **info}


@eqx.filter_jit
def run_chunk(
    state: TrainState, windows: Windows, plan: Plan, n: int, *, key: Key[Array, " replica"]
) -> tuple[TrainState, dict[str, Float[Array, "replica n"]]]:
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

    def update(carry: TrainState, step: Int[Array, ""], key: PRNGKeyArray):
        k_batch, k_loss = jax.random.split(jax.random.fold_in(key, step))
        batch = sample(windows, plan, key=k_batch)
        loss_state = plan.loss.update(carry.loss, carry.model, batch, step)
        grad = eqx.filter_grad(objective, has_aux=True)
        gradient, info = grad(carry.model, batch, loss_state, plan, key=k_loss)
        direction, optimizer = OPTIMIZER.update(gradient, carry.optimizer)
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

        return jax.lax.scan(body, arrays, steps)

    arrays, info = jax.vmap(many, in_axes=(axes, 0), out_axes=(axes, 0))(arrays, key)
    new = eqx.combine(arrays, static)
    return eqx.tree_at(lambda c: c.step, new, state.step + n), info


def _replica_axes(state: TrainState) -> TrainState:
    """Axis 0 for every array but the shared step counter."""
    axes = jax.tree.map(lambda _: 0, eqx.filter(state, eqx.is_array))
    return eqx.tree_at(lambda c: c.step, axes, None)

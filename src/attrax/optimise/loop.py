"""The training loop: any pytree, any objective, any batches."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key, PyTree

from attrax.core.errors import ConfigError
from attrax.core.result import Result
from attrax.optimise.batches import AbstractBatches
from attrax.optimise.chunk import run_chunk
from attrax.optimise.objective import AbstractObjective
from attrax.optimise.plan import Plan
from attrax.optimise.rollback import Failure, advance
from attrax.optimise.state import TrainState
from attrax.optimise.update import Update


class Progress(NamedTuple):
    """What a callback sees after each chunk.

    Attributes:
        state: The state now; safe to keep.
        total: Updates planned.
        record: Means over the chunk, one value a replica: `loss` and whatever the objective tells beside it.
        failures: What had to be undone on the way to `state`.
    """

    state: TrainState
    total: int
    record: dict[str, Float[np.ndarray, "*replica"]]
    failures: tuple[Failure, ...] = ()


class Fit(NamedTuple):
    """A trained model and how training went.

    Attributes:
        model: The model; replicas along the leading axis of every array if there are any.
        state: All that is needed to go on.
        history: One record a chunk, as in `Progress`.
        results: A `Result` for each replica; a single one for a single model.
    """

    model: PyTree
    state: TrainState
    history: list[dict[str, Float[np.ndarray, "*replica"]]]
    results: tuple[Result, ...]


Callback = Callable[[Progress], bool | None]
"""Called after a chunk; returns True to stop the run. If it has `steps`, as a `Probe` has, chunks end on them."""


def fit(
    model: PyTree,
    objective: AbstractObjective,
    batches: AbstractBatches,
    plan: Plan,
    *,
    key: Key[Array, "*replica"],
    replicas: int | None = None,
    callbacks: Sequence[Callback] = (),
    resume: TrainState | None = None,
    until: int | None = None,
) -> Fit:
    """Train a model, or replicas of it side by side, in chunks of compiled updates.

    A chunk that ends in a loss or parameter that is no finite number is undone for the replica concerned and repeated
    at a smaller learning rate, as the plan says; at last the replica is given up at its last good state.

    Args:
        model: Any pytree; its float arrays are trained. With `replicas`, models stacked along the leading axis of every
            array (`eqx.filter_vmap` over keys makes them).
        objective: What is minimised.
        batches: What it is computed on.
        plan: How long and by which rule.
        key: A random key; with `replicas`, one for each.
        replicas: Number of stacked models; None for a single model.
        callbacks: Called after every chunk; a callback that returns True stops the run.
        resume: A state to continue from, bit for bit; it replaces `model`.
        until: Stop after so many updates of those planned, to go on with other batches, say.

    Returns: The `Fit`. Its results are `INTERRUPTED` if a callback stopped it, `NONFINITE_LOSS` where a replica was
        given up.
    Raises: ConfigError C612 if replicas are not stacked, C613 if there is not one key for each.
    """
    state = TrainState.create(model, objective, plan.optimizer, replicas) if resume is None else resume
    _check_keys(key, state)
    update = Update(objective, batches, plan.optimizer, plan.schedule)
    last = plan.updates if until is None else min(until, plan.updates)
    stops = sorted({last, *(step for callback in callbacks for step in getattr(callback, "steps", ()))})
    history = []
    step, interrupted = int(state.step), False
    while step < last and not interrupted and not bool(state.stopped.all()):
        end = _end_of_chunk(step, plan.chunk, stops)
        n = jnp.asarray(end - step, jnp.int32)
        state, record, failures = advance(
            lambda s, n=n: run_chunk(update, s, n, plan.chunk, key), state, n, plan.rollback
        )
        record = {name: np.asarray(values) for name, values in record.items()}
        history.append(record)
        step = end
        progress = Progress(state, plan.updates, record, failures)
        requests = [callback(progress) for callback in callbacks]
        interrupted = any(requests)
    return Fit(state.model, state, history, _results(state, step >= last))


def _end_of_chunk(step: int, chunk: int, stops: Sequence[int]) -> int:
    """The next multiple of `chunk`, or the next stop before it.

    Example:
        >>> [_end_of_chunk(step, 10, [3, 25]) for step in (0, 3, 10, 20)]
        [3, 10, 20, 25]
    """
    return min([(step // chunk + 1) * chunk, *(stop for stop in stops if stop > step)])


def _check_keys(key: Key[Array, "*replica"], state: TrainState) -> None:
    if key.shape != state.rate.shape:
        raise ConfigError(
            "C613",
            "not one key for each model",
            where=f"keys of shape {key.shape}, replicas={state.replicas}",
            why="each replica draws batches of its own",
            fix="jax.random.split(key, replicas), or a single key for a single model",
        )


def _results(state: TrainState, ended: bool) -> tuple[Result, ...]:
    result = Result.SUCCESSFUL if ended else Result.INTERRUPTED
    return tuple(Result.NONFINITE_LOSS if stopped else result for stopped in np.atleast_1d(state.stopped))

"""Fit: the training loop. It knows pytrees, losses and chunks, and nothing of recurrent networks."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Key, PyTree

from attrax.core.result import Result
from attrax.data.series import Dataset
from attrax.data.windows import cut_windows
from attrax.train.plan import Plan
from attrax.train.state import TrainState, choose
from attrax.train.step import Chunk, run_chunk

MAX_ROLLBACKS = 2


class Failure(NamedTuple):
    """A chunk that ended in a loss or parameter that is not finite, and was undone.

    Attributes:
        replica: Which model failed.
        step: The update at which the loss was no number, or after which a parameter was none.
        good_step: The update to which it was rolled back.
        rollback: How often that has now happened to the replica.
        given_up: Whether it was stopped for good; else it went on at half the learning rate.
    """

    replica: int
    step: int
    good_step: int
    rollback: int
    given_up: bool


class Progress(NamedTuple):
    """What a callback sees after each chunk.

    Attributes:
        state: The state now; safe to keep.
        total: Updates planned.
        record: Means over the chunk, one value a replica: `loss` and whatever the loss tells beside it.
        failures: What had to be undone on the way to `state`.
    """

    state: TrainState
    total: int
    record: dict[str, Float[np.ndarray, " replica"]]
    failures: tuple[Failure, ...] = ()


class Fit(NamedTuple):
    """A trained model and how training went.

    Attributes:
        model: The models; replicas along the leading axis of every array.
        state: All that is needed to go on.
        history: One record a chunk, as in `Progress`.
        result: A `Result` for each replica.
    """

    model: PyTree
    state: TrainState
    history: list[dict[str, Float[np.ndarray, " replica"]]]
    result: tuple[Result, ...]


Callback = Callable[[Progress], bool | None]


def fit(
    model: PyTree,
    dataset: Dataset,
    plan: Plan,
    *,
    key: Key[Array, " replica"],
    callbacks: Sequence[Callback] = (),
    resume: TrainState | None = None,
    until: int | None = None,
    measured: Dataset | None = None,
) -> Fit:
    """Train replicas of a model side by side, in chunks of compiled updates.

    A chunk that ends in a non-finite loss or parameter is undone for the replica concerned and repeated at half the
    learning rate, at most twice in a run; then the replica is given up at its last good state.

    Args:
        model: Models stacked along the leading axis of every array (`eqx.filter_vmap` over keys makes them).
        dataset: Standardised recordings.
        plan: How to train.
        key: One key for each replica.
        callbacks: Called after every chunk; a callback that returns True stops the run.
        resume: A state to continue from; it replaces `model`.
        until: Stop after so many updates of those planned, to go on with other data, say.
        measured: The recordings before their gaps were filled, if they were; only values that it holds count.

    Returns: The `Fit`. Its result is `INTERRUPTED` if a callback stopped it, `NONFINITE_LOSS` where a replica was
        given up.
    """
    state = TrainState.create(model, plan.loss) if resume is None else resume
    data = jax.tree.map(jnp.asarray, cut_windows(dataset, plan.window, subjects=plan.subjects, measured=measured))
    history = []
    interrupted = False
    last = plan.updates if until is None else min(until, plan.updates)
    while int(state.step) < last and not interrupted and not bool(state.stopped.all()):
        n = min(plan.chunk, last - int(state.step))
        state, record, failures = _advance(state, lambda s, n=n: run_chunk(s, data, plan, n, key=key))
        record = {name: np.asarray(values) for name, values in record.items()}
        history.append(record)
        progress = Progress(state, plan.updates, record, failures)
        requests = [callback(progress) for callback in callbacks]
        interrupted = any(requests)
    return Fit(state.model, state, history, _results(state, last))


def _advance(
    state: TrainState, run: Callable[[TrainState], Chunk]
) -> tuple[TrainState, dict[str, Float[Array, " replica"]], tuple[Failure, ...]]:
    """One chunk, with rollback of the replicas that fail."""
    good, failures = state, []
    done = run(good)
    while (failed := ~_finite(done) & ~good.stopped).any():
        exhausted = failed & (good.rollbacks >= MAX_ROLLBACKS)
        retry = failed & ~exhausted
        failures += _failures(done, good, failed, exhausted)
        good = eqx.tree_at(
            lambda s: (s.rate, s.rollbacks, s.stopped),
            good,
            (jnp.where(retry, good.rate / 2, good.rate), good.rollbacks + retry, good.stopped | exhausted),
        )
        done = choose(failed, run(good), done)
    return *_settle(good, done), tuple(failures)


def _failures(
    done: Chunk, good: TrainState, failed: Bool[Array, " replica"], exhausted: Bool[Array, " replica"]
) -> list[Failure]:
    bad = ~np.isfinite(np.asarray(done.record["loss"]))
    first = np.where(bad.any(axis=1), bad.argmax(axis=1), bad.shape[1])
    start = int(good.step)
    return [
        Failure(i, start + int(first[i]), start, int(good.rollbacks[i]) + 1, bool(exhausted[i]))
        for i in np.flatnonzero(np.asarray(failed)).tolist()
    ]


@eqx.filter_jit
def _settle(good: TrainState, done: Chunk) -> tuple[TrainState, dict[str, Float[Array, " replica"]]]:
    """The state to go on from, and the means of the record; one program rather than an operation a leaf."""
    record = {name: values.mean(axis=1) for name, values in done.record.items()}
    return choose(~good.stopped, done.state, good), record


@eqx.filter_jit
def _finite(chunk: Chunk) -> Bool[Array, " replica"]:
    """Whether all losses met, the next one, and all parameters are finite."""
    leaves = [*jax.tree.leaves(eqx.filter(chunk.state.model, eqx.is_inexact_array)), chunk.record["loss"], chunk.ahead]
    return jnp.stack([jnp.isfinite(leaf).reshape(leaf.shape[0], -1).all(axis=1) for leaf in leaves]).all(axis=0)


def _results(state: TrainState, last: int) -> tuple[Result, ...]:
    ended = Result.SUCCESSFUL if int(state.step) >= last else Result.INTERRUPTED
    return tuple(Result.NONFINITE_LOSS if stopped else ended for stopped in np.asarray(state.stopped))

"""The training loop for any model (a pytree), any objective and any batches."""

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
    """The information that a callback receives after each chunk of updates.

    Attributes:
        state: The current training state. Callbacks may keep it.
        total: Number of planned updates.
        record: Means over the chunk, one value per replica: `loss` and the facts of the objective.
        failures: Failures in this chunk that were rolled back.

    Example:
        >>> progress = Progress(state=None, total=1_000, record={"loss": np.array([0.02, 0.01])})
        >>> progress.record["loss"].tolist(), len(progress.failures)
        ([0.02, 0.01], 0)
    """

    state: TrainState
    total: int
    record: dict[str, Float[np.ndarray, "*replica"]]
    failures: tuple[Failure, ...] = ()


class Fit(NamedTuple):
    """A trained model and the history of its training.

    Attributes:
        model: The model. Replicas are stacked along the leading axis of every array.
        state: The training state; pass it as `resume` to continue the training.
        history: One record per chunk, as in `Progress`.
        results: How training ended, one `Result` per replica.

    Example:
        >>> Fit(model=None, state=None, history=[], results=(Result.SUCCESSFUL,)).results[0].message
        'finished as intended'
    """

    model: PyTree
    state: TrainState
    history: list[dict[str, Float[np.ndarray, "*replica"]]]
    results: tuple[Result, ...]


Callback = Callable[[Progress], bool | None]
"""A function that is called after each chunk; it returns True to stop training. If it has an attribute `steps`, like
`Probe`, chunks end at these steps."""


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
    """Train a model, or several replicas of it in parallel, in chunks of compiled updates.

    If a chunk ends in a NaN or infinite loss or parameter, it is undone for that replica and repeated with a smaller
    learning rate, up to the number of times in `plan.rollback`. After that the replica stops at its last good state. If
    the loss rises far above its lowest level, the replica returns to its best state, with a smaller learning rate.

    Args:
        model: Any pytree; its float arrays are trained. With `replicas`, models stacked along the leading axis of every
            array (`eqx.filter_vmap` over keys makes them).
        objective: The function to minimise.
        batches: The source of the batches that the objective is computed on.
        plan: Number of updates, optimiser and learning rate.
        key: A random key; with `replicas`, one key per replica.
        replicas: Number of stacked models; None for a single model.
        callbacks: Functions called after every chunk; training stops if one of them returns True.
        resume: A training state to continue from, with exactly the same result as without the break. It replaces
            `model`.
        until: Stop after this many updates, although more are planned; for example to continue with other batches.

    Returns: The trained model with its history. Its results are `INTERRUPTED` if a callback stopped the training, and
        `NONFINITE_LOSS` for a replica that was given up.
    Raises: ConfigError C612 if replicas are not stacked, C613 if the number of keys is not the number of replicas.

    Example:
        >>> import jax
        >>> from attrax.optimise import AbstractObjective, ExponentialDecay, FixedBatch
        >>> class Distance(AbstractObjective):
        ...     def init(self):
        ...         return None
        ...     def __call__(self, model, batch, state, key):
        ...         return (model - batch) ** 2, (state, {})
        >>> plan = Plan(300, ExponentialDecay(0.1, 0.001, 300))
        >>> fitted = fit(jnp.asarray(0.0), Distance(), FixedBatch(np.float32(2.0)), plan, key=jax.random.key(0))
        >>> round(float(fitted.model), 1)
        2.0
    """
    state = resume
    if state is None:
        state = TrainState.create(model, objective, plan.optimizer, replicas, chunk=plan.chunk)
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
    """The step at which the next chunk ends: the next multiple of `chunk`, or an earlier stop.

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

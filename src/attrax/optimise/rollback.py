"""Rollback: a chunk of updates that ends in a loss that is not finite, or far above the lowest one, is undone."""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from attrax.optimise.best_state import Rise, Rollback, settled, where
from attrax.optimise.chunk import Chunk, finite
from attrax.optimise.state import TrainState


class Failure(NamedTuple):
    """A record of a chunk that was undone.

    Attributes:
        replica: Index of the model that failed; 0 if there is only one.
        step: The first update with a loss that is not finite, or the update after which a parameter is not finite or
            the loss is too high.
        good_step: The update to which the model was rolled back.
        rollback: Number of rollbacks of this replica so far.
        given_up: True if its training was stopped; False if it continued with a smaller learning rate.
        loss: The median loss of the chunk, if it was finite but far above the lowest one; otherwise None.
        lowest: The lowest median loss of a chunk until then, if `loss` is given.

    Example:
        >>> failure = Failure(replica=0, step=1_250, good_step=1_000, rollback=1, given_up=False)
        >>> f"back to update {failure.good_step} after update {failure.step}"
        'back to update 1000 after update 1250'
    """

    replica: int
    step: int
    good_step: int
    rollback: int
    given_up: bool
    loss: float | None = None
    lowest: float | None = None


def advance(
    run: Callable[[TrainState], Chunk], state: TrainState, n: Int[Array, ""], rule: Rollback
) -> tuple[TrainState, dict[str, Float[Array, "*replica"]], tuple[Failure, ...]]:
    """Run a chunk of `n` updates; roll failed replicas back and repeat until no replica fails or it is given up.

    Args:
        run: Function that runs the chunk from a given state.
        state: The state at the beginning of the chunk.
        n: Number of updates in the chunk.
        rule: How often to roll back, and how much to reduce the learning rate.

    Returns: The state after the chunk, the means of the recorded numbers, and the failures.
    """
    # Compiled code does not see the best state, which it does not need.
    best, good, failures = state.best, replace(state, best=None), []
    assert best is not None
    done = run(good)
    while (failed := ~finite(done) & ~good.stopped).any():
        hopeless = failed & (good.rollbacks >= rule.times)
        retry = failed & ~hopeless
        failures += _broken(done, good, int(n), failed, hopeless)
        good = eqx.tree_at(
            lambda s: (s.rate, s.rollbacks, s.stopped),
            good,
            (jnp.where(retry, good.rate * rule.factor, good.rate), good.rollbacks + retry, good.stopped | hopeless),
        )
        done = where(failed, run(good), done)
    after, record = _settle(good, done, n)
    after, rise = settled(after, best, np.asarray(done.record["loss"]), int(n), rule)
    return after, record, (*failures, *_risen(rise, after))


def _broken(
    done: Chunk, good: TrainState, n: int, failed: Bool[Array, "*replica"], hopeless: Bool[Array, "*replica"]
) -> list[Failure]:
    bad = np.atleast_2d(~np.isfinite(np.asarray(done.record["loss"])))
    first = np.where(bad.any(axis=1), bad.argmax(axis=1), n)
    rollbacks, given_up = np.atleast_1d(good.rollbacks), np.atleast_1d(hopeless)
    start = int(good.step)
    return [
        Failure(i, start + int(first[i]), start, int(rollbacks[i]) + 1, bool(given_up[i]))
        for i in np.flatnonzero(np.asarray(failed)).tolist()
    ]


def _risen(rise: Rise, after: TrainState) -> list[Failure]:
    losses, lowest, steps, rollbacks = (
        np.atleast_1d(value) for value in (rise.level, rise.lowest, rise.step, after.rollbacks)
    )
    return [
        Failure(i, int(after.step), int(steps[i]), int(rollbacks[i]), False, float(losses[i]), float(lowest[i]))
        for i in np.flatnonzero(np.asarray(rise.risen)).tolist()
    ]


@eqx.filter_jit
def _settle(good: TrainState, done: Chunk, n: Int[Array, ""]) -> tuple[TrainState, dict[str, Float[Array, "*replica"]]]:
    """The state to continue from, and the means of the record. Compiled, to avoid one small operation per array."""
    record = {name: values.sum(axis=-1) / n for name, values in done.record.items()}
    return where(~good.stopped, done.state, good), record

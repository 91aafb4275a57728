"""Rollback: chunks that end in a loss or parameter that is no finite number are undone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from attrax.optimise.chunk import Chunk, finite
from attrax.optimise.state import TrainState, choose


@dataclass(frozen=True)
class Rollback:
    """The rule: a replica whose chunk fails goes back to where the chunk began, and on at a smaller learning rate.

    Attributes:
        times: How often a replica may be rolled back in a run; then it is given up at its last good state.
        factor: What its learning rate is multiplied with each time.
    """

    times: int = 2
    factor: float = 0.5


class Failure(NamedTuple):
    """A chunk that ended in a loss or parameter that is not finite, and was undone.

    Attributes:
        replica: Which model failed; 0 if there is only one.
        step: The update at which the loss was no number, or after which a parameter was none.
        good_step: The update to which it was rolled back.
        rollback: How often that has now happened to the replica.
        given_up: Whether it was stopped for good; else it went on at a smaller learning rate.
    """

    replica: int
    step: int
    good_step: int
    rollback: int
    given_up: bool


def advance(
    run: Callable[[TrainState], Chunk], state: TrainState, n: Int[Array, ""], rule: Rollback
) -> tuple[TrainState, dict[str, Float[Array, "*replica"]], tuple[Failure, ...]]:
    """The state after a chunk of `n` updates in which no replica has failed, means of its record, and what was undone.

    Args:
        run: Runs the chunk from a given state.
        state: Where to start.
        n: Updates in the chunk.
        rule: When to give up.
    """
    good, failures = state, []
    done = run(good)
    while (failed := ~finite(done) & ~good.stopped).any():
        hopeless = failed & (good.rollbacks >= rule.times)
        retry = failed & ~hopeless
        failures += _failures(done, good, int(n), failed, hopeless)
        good = eqx.tree_at(
            lambda s: (s.rate, s.rollbacks, s.stopped),
            good,
            (jnp.where(retry, good.rate * rule.factor, good.rate), good.rollbacks + retry, good.stopped | hopeless),
        )
        done = choose(failed, run(good), done)
    return *_settle(good, done, n), tuple(failures)


def _failures(
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


@eqx.filter_jit
def _settle(good: TrainState, done: Chunk, n: Int[Array, ""]) -> tuple[TrainState, dict[str, Float[Array, "*replica"]]]:
    """The state to go on from, and the means of the record; one program rather than an operation a leaf."""
    record = {name: values.sum(axis=-1) / n for name, values in done.record.items()}
    return choose(~good.stopped, done.state, good), record

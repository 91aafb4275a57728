"""Interleaving: A B C A B C ..., so that whatever the machine does to one of them it does to all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.pool import Worker

WARM_CHUNKS = 1


@dataclass(frozen=True)
class Spread:
    """Median and quartiles over rounds."""

    median: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        """Of at least one value."""
        low, median, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
        return cls(median, low, high, len(values))


def interleave(turns: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """What each of the turns returned, round by round."""
    results: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(rounds):
        for name, turn in turns.items():
            results[name].append(turn())
    return results


def ratios(values: list[float], reference: list[float]) -> Spread:
    """Pair by pair within a round: both halves of a pair met the same machine."""
    return Spread.of([value / base for value, base in zip(values, reference, strict=True)])


def turn(worker: Worker, name: str, chunk: int, seconds: float) -> Callable[[], float]:
    """A turn of a run that the worker has started: about `seconds` of updates; gives milliseconds an update.

    The length is set by a chunk that is timed now, after one that warms up.
    """
    for _ in range(WARM_CHUNKS + 1):
        trial = worker.ask("advance", name=name, updates=chunk)["seconds"]
    updates = chunk * max(1, round(seconds / trial))
    return lambda: 1e3 * worker.ask("advance", name=name, updates=updates)["seconds"] / updates

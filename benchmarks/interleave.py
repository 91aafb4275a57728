"""Interleaved measurements, A B C A B C ..., so that changes in the load of the machine affect all alike."""

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
        """Median and quartiles of at least one value."""
        low, median, high = np.quantile(values, (0.25, 0.5, 0.75)).tolist()
        return cls(median, low, high, len(values))


def interleave(turns: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Call all functions in each round, one after another. Returns their results by name, one for each round."""
    results: dict[str, list[float]] = {name: [] for name in turns}
    for _ in range(rounds):
        for name, turn in turns.items():
            results[name].append(turn())
    return results


def ratios(values: list[float], reference: list[float]) -> Spread:
    """Median and quartiles of the ratios within each round, because the load is the same within a round."""
    return Spread.of([value / base for value, base in zip(values, reference, strict=True)])


def turn(worker: Worker, name: str, chunk: int, seconds: float) -> Callable[[], float]:
    """A function that does about `seconds` of updates in a worker, and returns milliseconds for one update.

    The number of updates follows from the time of one chunk, measured after a first chunk for warming up.
    """
    for _ in range(WARM_CHUNKS + 1):
        trial = worker.ask("advance", name=name, updates=chunk)["seconds"]
    updates = chunk * max(1, round(seconds / trial))
    return lambda: 1e3 * worker.ask("advance", name=name, updates=updates)["seconds"] / updates

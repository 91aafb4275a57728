"""Free runs and forecasts of a simulator from many starts along a recording.

A free run is a simulation that is never corrected by data.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.core.result import Result
from attrax.core.simulator import AbstractSimulator, Simulation
from attrax.data.series import Series

CONTEXT_ROWS = 64
FORECAST_ROWS = 1_000
MAXIMUM_VALUES = 16_000_000
"""Values of all free runs together: 20 runs of 100,000 rows of 8 channels."""

LARGEST_SINGLE = float(np.finfo(np.float32).max)


class FreeRuns(NamedTuple):
    """Free runs, and the part of the recording that they are compared with.

    Attributes:
        reference: The part of the recording.
        runs: One simulation for each start, as long as the reference, without the transient.
    """

    reference: Series
    runs: tuple[Simulation, ...]

    @property
    def diverged(self) -> int:
        """Number of runs that diverged."""
        return sum(run.result is not Result.SUCCESSFUL for run in self.runs)

    @property
    def worst(self) -> Simulation:
        """The first run that diverged, or the first run if none did."""
        return next((run for run in self.runs if run.result is not Result.SUCCESSFUL), self.runs[0])


def free_runs(simulator: AbstractSimulator, reference: Series, starts: int, *, seed: int | None) -> FreeRuns:
    """Free runs as long as the reference, from starts evenly spread along it.

    Without inputs, each run has a transient of a quarter of the length, which is left out. With inputs, each run
    follows the inputs of the reference row by row; the first quarter is the transient and is left out in both.

    Args:
        simulator: The simulator.
        reference: The recording, without gaps.
        starts: Number of runs. It is lowered if all runs together would hold more than 16 million values.
        seed: Seed of a stochastic simulator; None for runs without noise, which models have, too.
    """
    n, quarter = len(reference), len(reference) // 4
    affordable = max(2, MAXIMUM_VALUES // (n * reference.obs_dim))
    contexts = _contexts(reference, min(starts, affordable))
    if reference.inputs is None:
        runs = simulator.simulate_many(contexts, n + quarter, key=seed)
        return FreeRuns(reference, tuple(Simulation(run.x[quarter:], run.result) for run in runs))
    rows = contexts.shape[1]
    inputs = np.repeat(reference.inputs[None, rows:], len(contexts), axis=0)
    runs = simulator.simulate_many(contexts, n - rows, inputs, key=seed)
    skip = quarter - rows
    return FreeRuns(reference[quarter:], tuple(Simulation(run.x[skip:], run.result) for run in runs))


def forecast_paths(
    simulator: AbstractSimulator, reference: Series, starts: int
) -> tuple[Float[np.ndarray, "start time obs"], Float[np.ndarray, "start time obs"]]:
    """Recorded values and forecasts from evenly spread starts.

    Args:
        simulator: The simulator.
        reference: The recording, without gaps.
        starts: Number of starts, if the recording is long enough.

    Returns: The recording after each start, and the forecast for the same rows.
    """
    rows = max(1, min(FORECAST_ROWS, len(reference) // 4))
    known = min(CONTEXT_ROWS, max(1, (len(reference) - rows) // 2))
    last = len(reference) - rows
    first = np.unique(np.linspace(known, last, num=min(starts, last - known + 1), dtype=int))
    contexts = np.stack([reference.x[t - known : t] for t in first])
    inputs = None if reference.inputs is None else np.stack([reference.inputs[t : t + rows] for t in first])
    runs = simulator.simulate_many(contexts, rows, inputs)
    return np.stack([reference.x[t : t + rows] for t in first]), np.stack([run.x for run in runs])


def _contexts(reference: Series, starts: int) -> Float[np.ndarray, "start time obs"]:
    """The rows before each start, which a simulator gets as context; the first context begins with the recording.

    They are in single precision. The exact equations of a recording without noise would otherwise send all free runs
    along one orbit, that of the recording, and twenty runs would contain no more information than one.
    """
    n = len(reference)
    rows = min(CONTEXT_ROWS, max(1, n // 10))
    first = np.unique(np.linspace(0, n - rows, num=starts, dtype=int))
    contexts = np.stack([reference.x[t : t + rows] for t in first])
    rounded = np.clip(contexts, -LARGEST_SINGLE, LARGEST_SINGLE).astype(np.float32)
    return rounded.astype(contexts.dtype)

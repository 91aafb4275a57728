"""Uneven: rows kept at the times at which they were taken, and what cannot be done with them then."""

from collections.abc import Sequence

import numpy as np

from attrax.core.errors import ConfigError
from attrax.data.clock.durations import spelled
from attrax.data.clock.time_step import recorded
from attrax.data.repair.repaired import Repaired
from attrax.data.series import Dataset


def keep_times(dataset: Dataset, asked: Sequence[str] = ()) -> Repaired:
    """The recordings with their times, and a sentence on them if they are uneven.

    Args:
        dataset: The recordings.
        asked: Options that count in rows, as they are spelled on the command line.

    Raises: DataError as `recorded`; ConfigError C620 if times are uneven and something is asked that counts in rows.
    """
    kept = recorded(dataset)
    durations = [s.stamps.durations for s in kept if s.stamps is not None]
    if not durations:
        return Repaired(kept)
    check_even(kept, asked)
    steps, unit = np.concatenate(durations), kept[0].unit
    median, shortest, longest = (spelled(float(t), unit) for t in (kept[0].dt, steps.min(), steps.max()))
    return Repaired(
        kept, (f"clock: rows are taken at their times, median step {median}, shortest {shortest}, longest {longest}",)
    )


def check_even(dataset: Dataset, asked: Sequence[str]) -> None:
    """Refuse what counts in rows where rows are not evenly spaced (C620)."""
    if asked and any(series.stamps is not None for series in dataset):
        raise ConfigError(
            "C620",
            "needs evenly spaced rows",
            where=f"{dataset.source}: {', '.join(asked)}, with rows at uneven times",
            why="it counts in rows, and the time between two rows differs",
            fix=f"--resample {spelled(dataset[0].dt, dataset[0].unit)}  # or leave it out",
        )

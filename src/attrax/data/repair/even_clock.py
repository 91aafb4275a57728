"""Even clock: make sure that rows are evenly spaced in time, or keep their times for dynamics in continuous time."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from attrax.core.errors import ConfigError, DataError
from attrax.data.clock.durations import spelled
from attrax.data.clock.row_times import TOLERANCE, Stamps
from attrax.data.clock.time_columns import check_forward, time_step
from attrax.data.column_names import option
from attrax.data.repair.row_order import check_repeats, check_ticks
from attrax.data.series import Dataset, Series


def with_even_clock(dataset: Dataset) -> Dataset:
    """Check that rows are evenly spaced, and replace their stamps by the time step.

    Raises: DataError D104 for a single row; D107 if a time is missing, repeated or out of order; D106 if a step
        differs from the median by more than 1 %, or if the steps of two series do.
    """
    for series in dataset:
        check_repeats(series)
        check_ticks(series)
    steps = [s.dt if s.stamps is None else time_step(s.stamps, s.unit) for s in dataset]
    _check_common_step(dataset, steps)
    return dataset.map(lambda s: replace(s, dt=steps[0], stamps=None, origin=s.stamps.origin if s.stamps else s.origin))


def with_row_times(dataset: Dataset) -> Dataset:
    """Keep the times of uneven rows, for dynamics in continuous time.

    The time step `dt` of every series becomes the median step of the series that are not held out.

    If rows are even and all series have the same step, the result is that of `with_even_clock`.

    Raises: DataError D104 for a single row; D107 if a time is missing, repeated or out of order.
    """
    for series in dataset:
        check_repeats(series)
        check_ticks(series)
    stamped = [s.stamps for s in dataset if s.stamps is not None]
    for stamps in stamped:
        check_forward(stamps)
    steps = [s.dt if s.stamps is None else s.stamps.median_step for s in dataset]
    alike = all(abs(step - steps[0]) <= TOLERANCE * steps[0] for step in steps)
    if alike and not any(stamps.uneven.any() for stamps in stamped):
        return with_even_clock(dataset)
    clocks = [s.stamps or Stamps(s.dt * np.arange(len(s)), s.origin.name, dataset.source) for s in dataset]
    median = float(
        np.median(np.concatenate([np.diff(c.t) for s, c in zip(dataset, clocks, strict=True) if not s.held_out]))
    )
    series = [replace(s, dt=median, stamps=c, origin=c.origin) for s, c in zip(dataset, clocks, strict=True)]
    return replace(dataset, series=tuple(series))


def keep_row_times(dataset: Dataset, asked: Sequence[str] = ()) -> Dataset:
    """As `with_row_times`, as a repair: it says so if rows are uneven.

    Args:
        dataset: The recordings.
        asked: Command-line options in use that count in rows, and therefore need even rows.

    Raises: DataError as `with_row_times`; ConfigError C620 as `check_even`.
    """
    kept = with_row_times(dataset)
    durations = [s.stamps.durations for s in kept if s.stamps is not None]
    if not durations:
        return kept
    check_even(kept, asked)
    steps, unit = np.concatenate(durations), kept[0].unit
    median, shortest, longest = (spelled(float(t), unit) for t in (kept[0].dt, steps.min(), steps.max()))
    return kept.repaired(
        kept, f"clock: rows keep their uneven times, median step {median}, shortest {shortest}, longest {longest}"
    )


def check_even(dataset: Dataset, asked: Sequence[str]) -> None:
    """Check that rows are even if an option is in use that counts in rows.

    Args:
        dataset: The recordings.
        asked: Those options, as they are written on the command line.

    Raises: ConfigError C620 if rows are uneven.
    """
    if asked and any(series.stamps is not None for series in dataset):
        raise ConfigError(
            "C620",
            "needs evenly spaced rows",
            where=f"{dataset.source}: {', '.join(asked)}, with rows at uneven times",
            why="it counts in rows, and the time between two rows differs",
            fix=f"{option('--resample', spelled(dataset[0].dt, dataset[0].unit))}  # or leave it out",
        )


def _check_common_step(dataset: Dataset, steps: list[float]) -> None:
    """Check that the time steps of all series differ by at most 1 % (D106)."""
    for i, step in enumerate(steps):
        if abs(step - steps[0]) > TOLERANCE * steps[0]:
            raise DataError(
                "D106",
                "different time steps",
                where=f"{_place(dataset, 0)}: {steps[0]:.6g}; {_place(dataset, i)}: {step:.6g}",
                why="a model is a map with one time step",
                fix=f"{option('--resample', spelled(min(steps), dataset[0].unit))}  # interpolates the coarser one; or "
                f"{option('--resample', spelled(max(steps), dataset[0].unit))}, which leaves out rows of the finer one"
                f"; or --dt {steps[0]:.6g} if the times are wrong and the rows are not",
            )


def _place(dataset: Dataset, i: int) -> str:
    series: Series = dataset[i]
    return f"{dataset.source}, series {i}" if series.stamps is None else series.stamps.place

"""Clock: the time step of a recording, measured from its time column instead of believed.

A map with a time step needs rows that are evenly spaced; a gap or a repeated row that goes unnoticed becomes dynamics.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from attrax.core.errors import DataError
from attrax.data.clock.durations import spelled
from attrax.data.clock.stamps import TOLERANCE, Stamps
from attrax.data.reading.columns import option
from attrax.data.series import Dataset, Series

_LATEST = 1e300


def seconds(column: np.ndarray) -> tuple[Float[np.ndarray, " time"], str, np.datetime64 | None]:
    """Times as numbers; their unit, `s` for dates and else not known; and the date from which they count, the first."""
    epoch = None
    if column.dtype.kind == "M":
        dated = column[~np.isnat(column)]
        epoch = dated[0] if len(dated) else column[0]
        column = column - epoch
    if column.dtype.kind == "m":
        return column / np.timedelta64(1, "s"), "s", epoch
    # Beyond this the difference of two times may not be a number.
    return np.where(np.abs(column) < _LATEST, column, np.nan), "", None


def regular(dataset: Dataset) -> Dataset:
    """The dataset with its time stamps, once they are found to be even, replaced by the one step they share.

    Raises: DataError D104 for a single row, D107 if time stands still, runs backward or is missing, D106 if a step is
        off the median by more than 1 %, or if the steps of two series differ by as much.
    """
    steps = [s.dt if s.stamps is None else time_step(s.stamps, s.unit) for s in dataset]
    check_common_step(dataset, steps)
    return dataset.map(lambda s: replace(s, dt=steps[0], stamps=None, origin=s.stamps.origin if s.stamps else s.origin))


def time_step(stamps: Stamps, unit: str) -> float:
    """The time between two rows of an evenly sampled recording.

    Args:
        stamps: The time of every row.
        unit: Unit of time, for the advice.

    Raises: DataError D104, D106 or D107, as in `regular`.
    """
    t = stamps.t
    check_forward(stamps)
    off = stamps.uneven
    if off.any():
        steps, median, first = np.diff(t), stamps.median_step, int(np.argmax(off))
        raise DataError(
            "D106",
            "non-uniform time step",
            where=f"{_column(stamps)}: steps from {steps.min():.6g} to {steps.max():.6g}, median {median:.6g}; "
            f"{off.mean():.2%} are off by more than {TOLERANCE:.0%}, first from {stamps.row(first)} to "
            f"{stamps.row(first + 1)} ({steps[first]:.6g})",
            why="the model is a map with one time step; uneven rows would be learned as dynamics",
            fix=f"--resample {spelled(median, unit)}"
            "  # or --dynamics continuous, which takes the rows as they are"
            f"; or --dt {median:.6g} if the rows are even and only the times are off",
        )
    # Twelve digits undo the rounding of decimal times: 0.004, not 0.004000000000000001.
    return float(f"{(t[-1] - t[0]) / (len(t) - 1):.12g}")


def recorded(dataset: Dataset) -> Dataset:
    """The dataset with the times at which its rows were taken, for dynamics in continuous time; `dt` is their median.

    Where the times are even and the series share a step, that is what `regular` makes of it.

    Raises: DataError D104 for a single row, D107 if time stands still, runs backward or is missing.
    """
    stamped = [s.stamps for s in dataset if s.stamps is not None]
    for stamps in stamped:
        check_forward(stamps)
    steps = [s.dt if s.stamps is None else s.stamps.median_step for s in dataset]
    alike = all(abs(step - steps[0]) <= TOLERANCE * steps[0] for step in steps)
    if alike and not any(stamps.uneven.any() for stamps in stamped):
        return regular(dataset)
    clocks = [s.stamps or Stamps(s.dt * np.arange(len(s)), s.origin.name, dataset.source) for s in dataset]
    median = float(np.median(np.concatenate([np.diff(stamps.t) for stamps in clocks])))
    series = [replace(s, dt=median, stamps=c, origin=c.origin) for s, c in zip(dataset, clocks, strict=True)]
    return replace(dataset, series=tuple(series))


def check_forward(stamps: Stamps) -> None:
    """Refuse time that stands still, runs backward or is missing (D107), and single rows (D104)."""
    t = stamps.t
    if len(t) < 2:
        raise DataError(
            "D104",
            "DATA TOO SHORT",
            where=f"{_column(stamps)}: {len(t)} row",
            why="a time step needs two rows",
            fix="record longer, or give the step with --dt",
        )
    steps = np.diff(t)
    if (steps > 0).all() and np.isfinite(t).all():
        return
    bad = int(np.argmin(steps > 0))
    seen = t[np.isfinite(t)]
    remedies = [
        *(["--sort"] if len(seen) < len(t) or (np.diff(seen) < 0).any() else []),
        *(["--duplicates mean"] if len(np.unique(seen)) < len(seen) else []),
    ]
    raise DataError(
        "D107",
        "time does not increase",
        where=f"{_column(stamps)}: {stamps.row(bad)} has {t[bad]:.12g}, {stamps.row(bad + 1)} has {t[bad + 1]:.12g}",
        why="rows in the wrong order, repeated or without a time would be learned as jumps",
        fix=f"{' '.join(remedies)}  # or {option('--drop', stamps.name)} --dt 1 if this is not the time",
    )


def check_common_step(dataset: Dataset, steps: list[float]) -> None:
    """Refuse series whose time steps differ by more than 1 % (D106)."""
    for i, step in enumerate(steps):
        if abs(step - steps[0]) > TOLERANCE * steps[0]:
            raise DataError(
                "D106",
                "different time steps",
                where=f"{_place(dataset, 0)}: {steps[0]:.6g}; {_place(dataset, i)}: {step:.6g}",
                why="a model is a map with one time step",
                fix=f"--resample {spelled(max(steps), dataset[0].unit)}"
                f"  # or --dt {steps[0]:.6g} if the times are wrong and the rows are not",
            )


def _column(stamps: Stamps) -> str:
    return f"{stamps.place}, time column '{stamps.name}'"


def _place(dataset: Dataset, i: int) -> str:
    series: Series = dataset[i]
    return f"{dataset.source}, series {i}" if series.stamps is None else series.stamps.place

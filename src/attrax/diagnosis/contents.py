"""Contents of a recording: time steps, missing values and constant channels, counted."""

from dataclasses import dataclass

import numpy as np

from attrax.data.repair.constant_channels import varies
from attrax.data.series import Dataset
from attrax.diagnosis.checks import find_gaps


@dataclass(frozen=True)
class Clock:
    """The time steps of all series together.

    Attributes:
        column: Name of the time column; empty if there is none and `step` was given.
        step: Median time between two rows.
        unit: Its unit, or empty.
        jitter: Mean deviation from the median step, as a share of it, over the steps that are not gaps.
        gaps: Number of steps that are longer than one and a half median steps.
        longest_gap: The longest of these steps; 0 if there is none.
        uneven: Share of the steps that differ from the median by more than 1 %.
        backward: Number of steps that are zero, negative or missing.
        span: Time from the first to the last row, of all series together; 0 without a time column.
    """

    column: str
    step: float
    unit: str
    jitter: float = 0.0
    gaps: int = 0
    longest_gap: float = 0.0
    uneven: float = 0.0
    backward: int = 0
    span: float = 0.0


@dataclass(frozen=True)
class Missing:
    """Missing values of one channel: their number, their share of its rows, and the longest gap in rows."""

    channel: str
    values: int
    share: float
    longest_gap: int


def clock(dataset: Dataset) -> Clock:
    """The time steps of a dataset, measured."""
    stamped = [series.stamps for series in dataset if series.stamps is not None and len(series) > 1]
    first = dataset[0]
    if not stamped:
        return Clock("", first.dt, first.unit)
    step = stamped[0].median_step
    steps = np.concatenate([np.diff(stamps.t) for stamps in stamped])
    # Rows from late to early are as even, or as uneven, as in the order of time.
    forward = np.concatenate([stamps.steps for stamps in stamped])
    wide = forward > 1.5 * step
    regular = (forward > 0) & ~wide
    return Clock(
        stamped[0].name,
        step,
        first.unit,
        jitter=float(np.abs(forward[regular] / step - 1).mean()) if regular.any() else 0.0,
        gaps=int(wide.sum()),
        longest_gap=float(forward[wide].max(initial=0.0)),
        uneven=float(np.concatenate([stamps.uneven for stamps in stamped]).mean()),
        backward=int((~(steps > 0)).sum()),
        span=float(sum(np.nanmax(stamps.t) - np.nanmin(stamps.t) for stamps in stamped if np.isfinite(stamps.t).any())),
    )


def missing(dataset: Dataset) -> tuple[Missing, ...]:
    """The channels with missing values."""
    return tuple(Missing(g.channel, g.n_missing, g.n_missing / g.n_values, g.longest) for g in find_gaps(dataset))


def constant(dataset: Dataset) -> tuple[str, ...]:
    """The channels that never change, or have no observed value."""
    return tuple(name for name, moves in zip(dataset[0].channels, varies(dataset), strict=True) if not moves)

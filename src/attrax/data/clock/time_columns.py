"""Time columns: checked for order and even steps."""

import numpy as np

from attrax.core.errors import DataError
from attrax.core.number_text import share_text
from attrax.data.clock.durations import spelled
from attrax.data.clock.order_advice import order_advice
from attrax.data.clock.row_times import TOLERANCE, Stamps
from attrax.data.clock.zones import Zone
from attrax.data.column_names import option

_HOUR = 3_600.0
_CITIES = ("Europe/Berlin", "Europe/London", "America/New_York", "Australia/Sydney", "Pacific/Auckland")
"""One zone for each usual rule by which clocks are changed."""


def time_step(stamps: Stamps, unit: str) -> float:
    """The time between two rows of an evenly sampled recording.

    Args:
        stamps: The time of every row.
        unit: Unit of time, for messages.

    Raises: DataError D104, D107 as `check_forward`; D106 if a step differs from the median by more than 1 %.
    """
    t = stamps.t
    check_forward(stamps)
    off = stamps.uneven
    if off.any():
        check_local_time(stamps)
        steps, median, first = np.diff(t), stamps.median_step, int(np.argmax(off))
        raise DataError(
            "D106",
            "non-uniform time step",
            where=f"{_column(stamps)}: steps from {spelled(steps.min(), unit)} to {spelled(steps.max(), unit)}, "
            f"median {spelled(median, unit)}; {share_text(off.mean())} are off by more than "
            f"{share_text(TOLERANCE)}, first from {stamps.row(first)} to {stamps.row(first + 1)} "
            f"({spelled(steps[first], unit)})",
            why="the model is a map with one time step; uneven rows would be learned as dynamics",
            fix="--dynamics continuous  # takes the rows as they are; or "
            f"{option('--resample', spelled(median, unit))}, which interpolates between them"
            f"; or --dt {median:.6g} if the rows are even and only the times are off",
        )
    # Twelve digits undo the rounding of decimal times: 0.004, not 0.004000000000000001.
    return float(f"{(t[-1] - t[0]) / (len(t) - 1):.12g}")


def check_forward(stamps: Stamps) -> None:
    """Check that time increases from every row to the next.

    Raises: DataError D104 for a single row, D107 if a time is missing, repeated or out of order, D144 if it goes back
        because clocks were changed.
    """
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
    check_local_time(stamps)
    bad = int(np.argmin(steps > 0))
    raise DataError(
        "D107",
        "time does not increase",
        where=f"{_column(stamps)}: {stamps.row(bad)} has {stamps.shown(bad)}, {stamps.row(bad + 1)} has "
        f"{stamps.shown(bad + 1)}",
        why="it counts back from the present: where it rises, time runs backward"
        if stamps.backward
        else "rows in the wrong order, repeated or without a time would be learned as jumps",
        fix=order_advice(stamps),
    )


def check_local_time(stamps: Stamps) -> None:
    """Check that dates without a zone do not leap by an hour, as they do where clocks are changed.

    Raises: DataError D144 if the only uneven steps are an hour too long or too short, in different months.
    """
    if stamps.calendar is None or stamps.calendar.zone is not None or not np.isfinite(stamps.t).all():
        return
    steps, middle = np.diff(stamps.t), stamps.median_step
    off = np.flatnonzero(np.abs(steps - middle) > TOLERANCE * middle).tolist()
    by_an_hour = np.abs(np.abs(steps[off] - middle) - _HOUR) <= TOLERANCE * middle
    if stamps.calendar.unit != "s" or not len(off) or not by_an_hour.all() or len(off) > 1 + 2.5 * _years(stamps):
        return
    # A row that is missing looks the same in hourly data: only clocks go back.
    if middle == _HOUR and (steps[off] > middle).all() and not _changes_at_night(stamps, off):
        return
    advice = _zone_advice(stamps)
    if not advice and (steps[off] > middle).all():
        # No change of clocks makes these rows even: they have a gap.
        return
    shown = ", ".join(f"{stamps.row(i)} has {stamps.shown(i)}, the next {stamps.shown(i + 1)}" for i in off[:2])
    raise DataError(
        "D144",
        "local times with a change of clocks",
        where=f"{_column(stamps)}: {shown}",
        why="an hour is missing or occurs twice; rows are even in the zone in which they were recorded",
        fix=advice or "name the zone of the recording with --zone, such as America/New_York",
    )


def _zone_advice(stamps: Stamps) -> str:
    """The zone in which the rows are even, of one city for each rule by which clocks are changed; empty if none is."""
    local, middle = stamps.times, stamps.median_step
    steps = {name: np.diff(Zone(name).instants(local)) / np.timedelta64(1, "s") for name in _CITIES}
    even = [name for name, each in steps.items() if (np.abs(each - middle) <= TOLERANCE * middle).all()]
    if not even:
        return ""
    return f"--zone {even[0]}  # rows are even in it; or another with the same changes, if it was recorded there"


def _years(stamps: Stamps) -> float:
    return float(np.ptp(stamps.t)) / (365.25 * 24 * _HOUR)


def _changes_at_night(stamps: Stamps, rows: list[int]) -> bool:
    """Whether all these rows are in the first hours of a Sunday, as changes of clocks are."""
    dates = stamps.times[rows]
    days = dates.astype("datetime64[D]")
    sunday = (days.astype(np.int64) + 3) % 7 == 6
    return bool((sunday & (dates - days < np.timedelta64(4, "h"))).all())


def _column(stamps: Stamps) -> str:
    return f"{stamps.place}, time column '{stamps.name}'"

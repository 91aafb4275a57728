"""Advice for times that do not increase: an option if it loses no rows, otherwise the choices."""

import numpy as np

from attrax.data.clock.durations import spelled
from attrax.data.clock.row_times import TOLERANCE, Stamps
from attrax.data.column_names import option

_YEAR = 365 * 86_400.0
_COMMON_YEAR = np.datetime64("2001-01", "M")


def order_advice(stamps: Stamps) -> str:
    """The fix of times that are missing, repeated or out of order.

    The fix begins with an option, which can be pasted, only if that option keeps all rows. Only the owner of the data
    knows which of several rows with the same time is right.

    Args:
        stamps: The time of every row.
    """
    t = stamps.t
    seen = t[np.isfinite(t)]
    steps = np.diff(seen)
    # Where most rows go back, as ages from young to old do, the others are out of order.
    backward = min(int((steps < 0).sum()), int((steps > 0).sum()))
    if len(seen) < len(t):
        step = _step_by_rows(t)
        if step:
            return f"--dt {step:.6g}  # the rows are even, and only some times are missing"
        return f"write the {len(t) - len(seen):,} missing times into the file; or --sort, which leaves these rows out"
    if len(np.unique(seen)) < len(seen):
        several = "; or --group COLUMN for several recordings in one table" if backward else ""
        return (
            "say which rows with the same time count: --duplicates first, their mean, or drop for none of them"
            f"{several}; or --time NAME if another column is the time"
        )
    step = _step_without_years(stamps)
    if step:
        return f"{option('--dt', step)}  # the rows are even but for their years: a typical year"
    return "--sort  # keeps all rows; or --time NAME if another column is the time"


def _step_without_years(stamps: Stamps) -> str:
    """The time step of dates that are even if all years are taken as the same one; empty for others."""
    if stamps.calendar is None or stamps.calendar.unit != "s":
        return ""
    dates = stamps.times
    months = dates.astype("datetime64[M]")
    one_year = _COMMON_YEAR + months.astype(np.int64) % 12
    steps = np.diff(one_year.astype("datetime64[us]") + (dates - months)) / np.timedelta64(1, "s")
    # The last hour may be written as the first of the next year.
    even = np.abs(steps % _YEAR - stamps.median_step) <= TOLERANCE
    return spelled(stamps.median_step, "s") if even.all() else ""


def _step_by_rows(t: np.ndarray) -> float:
    """The time step if all times that are known fit their row numbers; else 0."""
    rows = np.flatnonzero(np.isfinite(t))
    if len(rows) < 3:
        return 0.0
    step = float((t[rows[-1]] - t[rows[0]]) / (rows[-1] - rows[0]))
    even = np.abs(t[rows] - t[rows[0]] - step * (rows - rows[0])) <= TOLERANCE * abs(step)
    return step if step > 0 and even.all() else 0.0

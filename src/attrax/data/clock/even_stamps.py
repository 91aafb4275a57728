"""Even stamps: the time step behind times that were rounded when they were written."""

import numpy as np
from jaxtyping import Float

_FINEST = 12
_LEAST = 1.5
"""Shorter steps, in places, would also explain a row that is missing."""
_MOST_REPEATED = 0.75
"""Steps of up to three quarters of a place show in times that repeat."""
_FEW_ROWS = 20
_CLEAR = 10.0
"""In a few rows, uneven times look like rounded ones unless steps have this many places."""
_EQUAL = 1e-9
_MOST_RATES = 20
_HALVINGS = 25


def unrounded(
    t: Float[np.ndarray, " time"], digit: float = 0.0, second: float = 1.0, coarsest: float = np.inf
) -> Float[np.ndarray, " time"] | None:
    r"""The even times that were rounded to the given ones; None if there are none, or if the given ones are even.

    Times are even if all of them differ from $a + i\,\Delta t$ by no more than rounding does. Rows may be missing, if
    a step is longer than one and a half places. If just one whole number of rows in a second fits, it is taken.

    Args:
        t: The times, as they were written.
        digit: The last place that was written, in the unit of the times; 0 if the times themselves show it.
        second: How many units of time a second has; 0 if it is not known.
        coarsest: Longest place that is taken for rounding; whole days, for example, are dates and not rounded.

    Example:
        >>> even = unrounded(np.round(np.arange(100) / 256, 3))
        >>> float(even[1] - even[0])
        0.00390625
    """
    if len(t) < 3 or not np.isfinite(t).all():
        return None
    with np.errstate(over="ignore"):
        steps = np.diff(t)
    if not np.isfinite(steps).all():
        return None
    if steps[0] > 0 and np.ptp(steps) <= _EQUAL * steps[0]:
        return None
    digit = digit or _last_place(t)
    step = (t[-1] - t[0]) / (len(t) - 1)
    if not digit or digit >= coarsest or (len(t) < _FEW_ROWS and abs(step) < _CLEAR * digit):
        return None
    if step >= _LEAST * digit or 0 < step <= _MOST_REPEATED * digit:
        found = _line(t, np.arange(len(t)), digit, second)
        if found is not None:
            return found
    return _with_gaps(t, digit, second)


def _with_gaps(t: Float[np.ndarray, " time"], digit: float, second: float) -> Float[np.ndarray, " time"] | None:
    """Even times with rows left out, or in another order."""
    times, where = np.unique(t, return_inverse=True)
    steps = np.diff(times)
    if len(steps) < 2:
        return None
    step = steps[steps < 1.5 * np.median(steps)].mean()
    if step < _LEAST * digit:
        return None
    found = _line(times, np.append(0, np.cumsum(np.rint(steps / step))), digit, second)
    return None if found is None else found[where]


def _line(
    t: Float[np.ndarray, " time"], rows: np.ndarray, digit: float, second: float
) -> Float[np.ndarray, " time"] | None:
    """Times on a line, if rounding explains what is between them and those given.

    The step is that from the first to the last time, or the one that fits best, unless just one whole number of rows in
    a second fits as well.
    """
    mean = (t[-1] - t[0]) / rows[-1]
    slack = 0.02 * digit + 4 * np.finfo(float).eps * float(np.abs(t).max())
    # Twelve digits undo the rounding of decimal steps: 0.004, not 0.004000000000000001.
    line = t[0] + rows * float(f"{mean:.12g}")
    off = float(np.ptp(t - line))
    if off > digit + slack:
        line = t[0] + rows * _best_step(t, rows, mean, digit) if off <= 2 * digit + slack else line
        if np.ptp(t - line) > digit + slack:
            return None
    # With the first and the last time, the step is known to a place divided by the number of rows.
    slowest, fastest = (second / (mean + sign * digit / rows[-1]) for sign in (1, -1))
    if not 0 < slowest <= fastest < slowest + _MOST_RATES:
        return line
    rates = [t[0] + rows * (second / rate) for rate in range(int(np.ceil(slowest)), int(fastest) + 1) if rate]
    whole = [other for other in rates if np.ptp(t - other) <= digit + slack]
    return whole[0] if len(whole) == 1 else line


def _best_step(t: Float[np.ndarray, " time"], rows: np.ndarray, mean: float, digit: float) -> float:
    """The step of the line with the smallest range of differences, which is a convex function of it."""
    low, high = mean - digit / rows[-1], mean + digit / rows[-1]
    for _ in range(_HALVINGS):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if np.ptp(t - left * rows) < np.ptp(t - right * rows):
            high = right
        else:
            low = left
    return (low + high) / 2


def _last_place(t: Float[np.ndarray, " time"]) -> float:
    """The last decimal place of numbers; 0 if they have too many places to be determined."""
    largest = float(np.abs(t).max())
    places = _FINEST if largest < 1 else min(_FINEST, 14 - int(np.log10(largest)))
    return next((10.0**-place for place in range(places) if (np.round(t, place) == t).all()), 0.0)

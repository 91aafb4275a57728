"""Units of time: recordings whose times have different units are compared in one of them."""

from dataclasses import replace

from attrax.data.clock.durations import conversion
from attrax.data.series import Series


def in_unit(series: Series, unit: str) -> Series:
    """The recording with its times in another unit; as it is if they have no unit, or one that cannot be converted.

    Example:
        >>> import numpy as np
        >>> in_unit(Series(np.zeros((3, 1)), dt=50.0, unit="ms"), "s").dt
        0.05
    """
    factor = conversion(series.unit, unit) if unit and series.unit else None
    if factor is None or unit == series.unit:
        return series
    # Times in another unit are numbers, and no longer count from a date.
    stamps = series.stamps and replace(series.stamps, t=series.stamps.t * factor, calendar=None, base=0, daytime=None)
    origin = replace(series.origin, start=series.origin.start * factor, calendar=None, base=0, daytime=None)
    dt = float(f"{series.dt * factor:.12g}")
    return replace(series, dt=dt, unit=unit, stamps=stamps, origin=origin)

"""Baseline removal: channels without what changes more slowly than a given length of time."""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from attrax.core.errors import ConfigError
from attrax.data.clock.durations import duration, spelled
from attrax.data.levels.baseline import Baseline
from attrax.data.levels.level import Level
from attrax.data.series import Dataset, Series

ORDER = 2
FEWEST_ROWS = 4
PADDED_PERIODS = 3


def remove_baseline(dataset: Dataset, period: str) -> Dataset:
    """Remove what changes more slowly than a period from all channels; their means become 0.

    The slow part is that of a Butterworth low-pass filter that is run forward and backward, so that no phase is
    shifted. Each series is filtered on its own: rows that are held out do not change the rows to train on. Within a
    series, a value that was filtered holds a little of later values, about one part in the number of rows of half a
    period; scores on a test recording are those of filtered values. In what comes back the slow part is added again;
    after the last row it stays as it is there.

    Args:
        dataset: The recordings, with even rows.
        period: Length of time such as `2s`, or a number in the unit of the recordings.

    Raises: ConfigError C544 or C545 for a length that cannot be understood, C565 if it is shorter than four rows.
    Cost: Two passes of a filter, from SciPy.
    """
    length = duration(period, dataset[0].unit, "--highpass")
    series = [_without(each, length / each.dt, period) for each in dataset]
    unit = dataset[0].unit
    return dataset.repaired(
        series,
        f"highpass: what changes more slowly than {spelled(length, unit)} removed; added again in what comes back",
    )


def slow_part(
    x: Float[np.ndarray, "time channel"], rows: float, seen: Bool[np.ndarray, "time channel"] | None = None
) -> Float[np.ndarray, "time channel"]:
    """What changes more slowly than a number of rows.

    Args:
        x: Values.
        rows: The period of the low-pass filter at which half of the amplitude passes.
        seen: Where they were observed; gaps are crossed on straight lines. None: everywhere.

    Example:
        >>> t = np.arange(4000)
        >>> slow = slow_part(np.stack([np.sin(t / 2), np.sin(t / 500)], axis=1), 100)
        >>> np.ptp(slow[500:-500], axis=0).round(1).tolist()
        [0.0, 2.0]
    """
    from scipy import signal

    filled = x.astype(np.float64) if seen is None else _crossed(x, seen)
    sections = signal.butter(ORDER, 2 / rows, output="sos")
    # Mirrored at the ends: a value at the end, which may be a peak, does not carry the slow part away.
    padding = min(len(x) - 1, int(PADDED_PERIODS * rows))
    return signal.sosfiltfilt(sections, filled, axis=0, padtype="even", padlen=padding)


def _without(series: Series, rows: float, period: str) -> Series:
    if rows < FEWEST_ROWS:
        raise ConfigError(
            "C565",
            "a period of the high-pass filter that is too short",
            where=f"--highpass {period}: {rows:.3g} rows of {spelled(series.dt, series.unit)}",
            why=f"the filter needs {FEWEST_ROWS} rows in a period, and leaves only what is faster",
            fix=f"--highpass {spelled(100 * series.dt, series.unit)}  # several of the cycles that matter",
        )
    before = series.level or Level()
    slow = slow_part(series.x, rows, series.mask)
    level = replace(before, baseline=Baseline(series.channels, slow, before.first, before.stride))
    x = series.x - slow
    return replace(series, x=x if series.mask is None else np.where(series.mask, x, 0.0), level=level)


def _crossed(x: Float[np.ndarray, "time channel"], seen: Bool[np.ndarray, "time channel"]) -> np.ndarray:
    rows = np.arange(len(x))
    columns = [
        np.interp(rows, rows[s], c[s]) if s.any() else np.zeros(len(x)) for c, s in zip(x.T, seen.T, strict=True)
    ]
    return np.stack(columns, axis=1).astype(np.float64)

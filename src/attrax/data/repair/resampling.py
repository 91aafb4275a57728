"""Resampling: a recording at another time step, with a low-pass filter where the step becomes larger."""

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from attrax.core.errors import ConfigError
from attrax.data.clock.durations import duration, spelled
from attrax.data.clock.row_times import TOLERANCE, Stamps
from attrax.data.clock.time_columns import check_forward
from attrax.data.column_names import option
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset, Series

REACH = 3.0
FINEST = 0.1


def resample(dataset: Dataset, step: str) -> Dataset:
    """Interpolate all series at one even time step.

    Between neighbouring rows, values follow a monotone cubic (PCHIP), which does not overshoot. If two observed values
    are further apart than three recorded steps, values between them are missing. A larger time step is reached through
    `decimate`, whose low-pass filter prevents aliasing.

    Args:
        dataset: The recordings, with increasing times.
        step: The new time step, such as `4ms`.

    Raises: DataError D107 if time does not increase; ConfigError C544 or C545 for an impossible step, C547 for a step
        of less than a tenth of the recorded one.
    Cost: Time and memory grow with the number of rows before and after.

    References:
        Fritsch & Carlson, Monotone piecewise cubic interpolation, SIAM J. Numerical Analysis 1980 [@fritsch1980].
    """
    resampled = dataset.map(lambda s: _resampled(s, duration(step, s.unit, "--resample")))
    new, old = resampled[0].dt, dataset[0].dt
    values = sum(s.x.size for s in resampled)
    filtered = ", after a low-pass filter" if new > old * (1 + TOLERANCE) else ""
    sentence = (
        f"resample: {dataset.n_rows:,} rows at a median step of {spelled(old, dataset[0].unit)} became "
        f"{resampled.n_rows:,} rows at {spelled(new, resampled[0].unit)}{filtered}; {resampled.n_missing:,} of "
        f"{values:,} values are missing"
    )
    return dataset.repaired(resampled, sentence)


def evenly(dataset: Dataset, step: float) -> Dataset:
    """The recordings at an even time step: unchanged if they have it already, otherwise resampled."""
    if all(s.stamps is None and abs(s.dt - step) <= TOLERANCE * step for s in dataset):
        return dataset
    return resample(dataset, f"{step:.12g}")


def decimate(dataset: Dataset, every: int) -> Dataset:
    """Keep one row in `every`, after a zero-phase low-pass filter at the new Nyquist frequency.

    Without the filter, fast oscillations and noise would appear as slow ones (aliasing). A new value is missing if
    fewer than half of the old values around it were observed.

    Args:
        dataset: The recordings, evenly sampled.
        every: Number of old rows for each new one.
    """
    coarse = dataset.map(lambda series: _decimated(series, every))
    unit = dataset[0].unit
    sentence = (
        f"every: one row in {every} kept after a low-pass filter against aliasing, {dataset.n_rows:,} rows at "
        f"{spelled(dataset[0].dt, unit)} became {coarse.n_rows:,} at {spelled(coarse[0].dt, unit)}"
    )
    return dataset.repaired(coarse, sentence)


def _resampled(series: Series, step: float) -> Series:
    stamps = series.stamps or Stamps(np.arange(len(series)) * series.dt, "row", "array")
    check_forward(stamps)
    if step < FINEST * series.dt:
        raise ConfigError(
            "C547",
            "time step too small",
            where=f"--resample {spelled(step, series.unit)}; recorded rows are {spelled(series.dt, series.unit)} apart",
            why="rows between the recorded ones would hold interpolation, not data",
            fix=option("--resample", spelled(series.dt, series.unit)),
        )
    factor = max(1, int(np.ceil(step / series.dt - TOLERANCE)))
    fine = _on_grid(series, stamps.t - stamps.t[0], step / factor)
    return replace(_decimated(fine, factor) if factor > 1 else fine, dt=step)


def _on_grid(series: Series, t: Float[np.ndarray, " time"], step: float) -> Series:
    """The series at multiples of `step` after its first row."""
    grid = step * np.arange(int(t[-1] / step * (1 + 1e-9)) + 1)
    seen = series.observed_mask
    x, mask = np.zeros((len(grid), series.obs_dim)), np.zeros((len(grid), series.obs_dim), dtype=bool)
    for k in range(series.obs_dim):
        mask[:, k] = _within_reach(t[seen[:, k]], grid, series.dt)
        x[:, k] = np.where(mask[:, k], _curve(t[seen[:, k]], series.x[seen[:, k], k], grid), 0.0)
    inputs = None if series.inputs is None else np.stack([_curve(t, s, grid) for s in series.inputs.T], axis=1)
    origin = series.origin if series.stamps is None else series.stamps.origin
    arrays = {"x": x, "mask": None if mask.all() else mask, "inputs": inputs}
    return replace(series, **arrays, dt=step, stamps=None, origin=origin)


def _within_reach(
    t: Float[np.ndarray, " seen"], grid: Float[np.ndarray, " grid"], old: float
) -> Bool[np.ndarray, " grid"]:
    """Whether a grid point is an observed time, or lies between two observed times that are not far apart."""
    if len(t) < 2:
        return np.zeros(len(grid), dtype=bool)
    after = np.clip(np.searchsorted(t, grid), 1, len(t) - 1)
    left, right = grid - t[after - 1], t[after] - grid
    slack = TOLERANCE * old
    inside = (left >= -slack) & (right >= -slack)
    return inside & ((left + right <= (REACH + TOLERANCE) * old) | (np.minimum(abs(left), abs(right)) <= slack))


def _curve(
    t: Float[np.ndarray, " seen"], values: Float[np.ndarray, " seen"], grid: Float[np.ndarray, " grid"]
) -> Float[np.ndarray, " grid"]:
    from scipy.interpolate import PchipInterpolator

    if len(t) < 2:
        return np.full(len(grid), values[0] if len(t) else 0.0)
    return PchipInterpolator(t, values)(np.clip(grid, t[0], t[-1]))


def _decimated(series: Series, every: int) -> Series:
    from scipy.signal import resample_poly

    def filtered(values: np.ndarray) -> np.ndarray:
        if len(values) <= every:
            return values[:1]
        return resample_poly(values, 1, every, axis=0, padtype="line")

    mask = None if series.mask is None else _half_observed(series.mask, every)
    x = filtered(interpolated_values(series))
    return replace(
        series,
        x=x if mask is None else np.where(mask, x, 0.0),
        mask=None if mask is None or mask.all() else mask,
        inputs=None if series.inputs is None else filtered(series.inputs),
        dt=series.dt * every,
        stamps=None,
    )


def _half_observed(mask: Bool[np.ndarray, "time obs"], every: int) -> Bool[np.ndarray, "coarse obs"]:
    """Whether at least half of the `every` rows around each row that is kept were observed."""
    centres = np.arange(0, len(mask), every)
    start, stop = np.maximum(centres - every // 2, 0), np.minimum(centres + (every + 1) // 2, len(mask))
    seen = np.concatenate([np.zeros((1, mask.shape[1]), int), np.cumsum(mask, axis=0)])
    return 2 * (seen[stop] - seen[start]) >= (stop - start)[:, None]

"""Chooses the settings of a method by its forecasts of the last part of the training data, within a budget."""

import time
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from attrax.baselines.rival_spec import Fit
from attrax.data.series import Dataset

HELD_OUT = 0.2
TUNING_STARTS = 4


def tuned(fits: Sequence[Fit], train: Dataset, *, trials: int, seconds: float, seed: int) -> tuple[Fit, int]:
    """Choose the settings with the best forecasts of the end of the training data.

    Args:
        fits: Functions that fit the method, one for each setting; the usual setting first.
        train: Training recordings; the last fifth is held out for this comparison.
        trials: Number of settings to try; 1 takes the usual setting without a comparison.
        seconds: Time after which no further setting is tried.
        seed: Seed of all random numbers.

    Returns: The chosen function, and the number of settings that were tried.
    """
    fits = fits[:trials]
    if len(fits) == 1:
        return fits[0], 1
    started, errors = time.monotonic(), []
    known, later = _apart(train)
    for fit in fits:
        errors.append(_error(fit, known, later, seed=seed))
        if time.monotonic() - started > seconds:
            break
    return fits[int(np.argmin(errors))], len(errors)


def _apart(train: Dataset) -> tuple[Dataset, Float[np.ndarray, "time obs"]]:
    """The training data without their last fifth, and the longest series with all rows."""
    known = train.map(lambda series: series[: len(series) - int(HELD_OUT * len(series))])
    return known, train.longest.x


def _error(fit: Fit, known: Dataset, x: Float[np.ndarray, "time obs"], *, seed: int) -> float:
    """Median error of forecasts from several starts, in standard deviations; infinite if the method fails."""
    first = len(x) - int(HELD_OUT * len(x))
    ahead = max(1, (len(x) - first) // 2)
    moments = np.linspace(first, len(x) - ahead, TUNING_STARTS, dtype=int)
    context = min(first, 500)
    try:
        simulator = fit(known, seed=seed)
        runs = simulator.simulate_many(np.stack([x[t - context : t] for t in moments]), ahead, key=seed)
    except Exception:
        return np.inf
    scale = x.std(axis=0) + 1e-12
    errors = [
        np.minimum(np.abs((run.x - x[t : t + ahead]) / scale), 2).mean() for t, run in zip(moments, runs, strict=True)
    ]
    return float(np.median(np.nan_to_num(errors, nan=2.0)))

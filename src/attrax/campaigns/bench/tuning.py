"""Tuning: the settings of a method that forecast the end of what may be learned from best, within a budget."""

import time
from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from attrax.baselines.rival_spec import Fit
from attrax.data.series import Dataset

HELD_OUT = 0.2
TUNING_STARTS = 4


def tuned(fits: Sequence[Fit], train: Dataset, *, trials: int, seconds: float, seed: int) -> tuple[Fit, int]:
    """The settings whose forecasts of the end of the training data are best, and how many were tried.

    Args:
        fits: Settings, the usual ones first.
        train: What may be learned from; a fifth at its end is kept back for this comparison.
        trials: How many may be tried; 1 takes the usual ones as they are.
        seconds: Time after which no further ones are tried.
        seed: Seed of whatever they draw.
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
    """The training data without their last rows, and the longest series with them."""
    known = train.map(lambda series: series[: len(series) - int(HELD_OUT * len(series))])
    return known, train.longest.x


def _error(fit: Fit, known: Dataset, x: Float[np.ndarray, "time obs"], *, seed: int) -> float:
    """The median over moments of the error of forecasts, in standard deviations; infinite for whatever fails."""
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

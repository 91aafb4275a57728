"""Naive forecasts: mean, trend and season of what was seen. Whoever cannot beat them has learned nothing."""

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.data.diagnosis.cycle_count import rows_per_cycle
from attrax.data.series import Dataset


def fit_mean(train: Dataset, *, seed: int = 0) -> Forecaster:
    r"""$\\hat x_{t+h}$ is the mean of all rows seen. There is nothing to fit."""
    del train, seed
    return Forecaster(lambda contexts, n: np.repeat(contexts.mean(axis=1, keepdims=True), n, axis=1), reach=None)


def fit_drift(train: Dataset, *, seed: int = 0) -> Forecaster:
    """The straight line through the first and the last row seen, continued. There is nothing to fit."""
    del train, seed

    def path(contexts: Float[np.ndarray, "start time obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        slope = (contexts[:, -1] - contexts[:, 0]) / max(contexts.shape[1] - 1, 1)
        return contexts[:, -1:] + slope[:, None] * np.arange(1, n + 1)[:, None]

    return Forecaster(path, reach=None)


def fit_seasonal(train: Dataset, *, seed: int = 0) -> Forecaster:
    r"""$\\hat x_{t+h}$ is what was seen a whole number of cycles before; the cycle is that of the training data."""
    del seed
    rows = rows_per_cycle(train)
    length = round(rows) if np.isfinite(rows) else 1

    def path(contexts: Float[np.ndarray, "start cycle obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        return contexts[:, np.arange(n) % length]

    return Forecaster(path, reach=length)

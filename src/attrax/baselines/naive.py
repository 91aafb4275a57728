"""Naive forecasts: the last value, the mean, a straight line, the last cycle. Every useful model must be better."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.core.missing_values import fill_forward
from attrax.core.result import Result
from attrax.core.simulator import AbstractSimulator, Simulation, one_by_one
from attrax.data.diagnosis.cycle_count import rows_per_cycle
from attrax.data.series import Dataset


@dataclass(frozen=True)
class Persistence(AbstractSimulator):
    r"""Persistence, the forecast that nothing changes: $\hat x_{t+h} = x_t$ for every horizon $h$.

    There is nothing to fit. In place of a missing value (NaN) the last observed one is used.

    Example:
        >>> x = np.array([[1.0], [2.0], [4.0]])
        >>> Persistence().forecast(x, 1).ravel()
        array([1., 2.])
    """

    def simulate(
        self,
        context: Float[np.ndarray, "time obs"],
        n: int,
        s: Float[np.ndarray, "n input"] | None = None,
        *,
        key: Any = None,
    ) -> Simulation:
        """The last row of `context`, repeated `n` times; inputs and key are ignored."""
        del s, key
        return Simulation(np.repeat(fill_forward(context)[-1:], n, axis=0), Result.SUCCESSFUL)

    def simulate_many(
        self,
        contexts: Float[np.ndarray, "start time obs"],
        n: int,
        s: Float[np.ndarray, "start n input"] | None = None,
        *,
        key: Any = None,
    ) -> tuple[Simulation, ...]:
        """The last row of each context, repeated `n` times; inputs and key are ignored."""
        return one_by_one(self, contexts, n, s, key=key)

    def forecast(
        self,
        x: Float[np.ndarray, "time obs"],
        horizon: int,
        s: Float[np.ndarray, "time input"] | None = None,
    ) -> Float[np.ndarray, "ahead obs"]:
        """The forecast `horizon` steps ahead from every row that has a row so much later; inputs are ignored."""
        del s
        return fill_forward(x)[: max(len(x) - horizon, 0)]


def fit_mean(train: Dataset, *, seed: int = 0) -> Forecaster:
    r"""The mean forecast: $\hat x_{t+h}$ is the mean of all rows up to $t$. There is nothing to fit."""
    del train, seed
    return Forecaster(lambda contexts, n: np.repeat(contexts.mean(axis=1, keepdims=True), n, axis=1), reach=None)


def fit_drift(train: Dataset, *, seed: int = 0) -> Forecaster:
    """The drift forecast: continues the straight line through the first and the last row. There is nothing to fit."""
    del train, seed

    def path(contexts: Float[np.ndarray, "start time obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        slope = (contexts[:, -1] - contexts[:, 0]) / max(contexts.shape[1] - 1, 1)
        return contexts[:, -1:] + slope[:, None] * np.arange(1, n + 1)[:, None]

    return Forecaster(path, reach=None)


def fit_seasonal(train: Dataset, *, seed: int = 0) -> Forecaster:
    r"""The seasonal forecast: $\hat x_{t+h}$ is the value a whole number of cycles earlier.

    Args:
        train: Recordings that the length of a cycle is estimated from.
        seed: Not used.
    """
    del seed
    rows = rows_per_cycle(train)
    length = round(rows) if np.isfinite(rows) else 1

    def path(contexts: Float[np.ndarray, "start cycle obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        return contexts[:, np.arange(n) % length]

    return Forecaster(path, reach=length)

"""Mean forecast: the mean of all rows before the forecast."""

import numpy as np

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_mean(train: Dataset, *, seed: int = 0) -> Forecaster:
    r"""The mean forecast: $\hat x_{t+h}$ is the mean of all rows up to $t$. There is nothing to fit."""
    del train, seed
    return Forecaster(lambda contexts, n: np.repeat(contexts.mean(axis=1, keepdims=True), n, axis=1), reach=None)


SPEC = RivalSpec("mean", fit_mean)

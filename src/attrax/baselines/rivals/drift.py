"""Drift forecast: continues the linear trend of the last rows."""

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_drift(train: Dataset, *, seed: int = 0) -> Forecaster:
    """The drift forecast: continues the straight line through the first and the last row. There is nothing to fit."""
    del train, seed

    def path(contexts: Float[np.ndarray, "start time obs"], n: int) -> Float[np.ndarray, "start n obs"]:
        slope = (contexts[:, -1] - contexts[:, 0]) / max(contexts.shape[1] - 1, 1)
        return contexts[:, -1:] + slope[:, None] * np.arange(1, n + 1)[:, None]

    return Forecaster(path, reach=None)


SPEC = RivalSpec("drift", fit_drift)

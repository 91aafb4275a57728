"""Seasonal forecast: repeats the last cycle."""

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset
from attrax.diagnosis.cycle_count import rows_per_cycle


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


SPEC = RivalSpec("seasonal repetition", fit_seasonal)

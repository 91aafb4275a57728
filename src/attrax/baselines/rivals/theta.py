"""Theta method: a linear trend combined with exponential smoothing."""

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.rival_spec import RivalSpec
from attrax.baselines.statistical import without_warnings
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset
from attrax.diagnosis.cycle_count import rows_per_cycle


def fit_theta(train: Dataset, *, seed: int = 0) -> Forecaster:
    """The theta method: the mean of a linear trend and of exponential smoothing of the values with doubled curvature.

    Args:
        train: Recordings that the length of a season is estimated from.
        seed: Not used.

    Raises: ConfigError C640 if statsmodels is not installed.

    References:
        Assimakopoulos and Nikolopoulos, The theta model, Int. J. Forecasting 2000 [@assimakopoulos2000].
    """
    del seed
    theta = RIVAL_LIBRARIES.load("statsmodels.tsa.forecasting.theta", place="theta")[0].ThetaModel
    cycle = rows_per_cycle(train)

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        season = round(cycle) if 2 * cycle < len(x) else 1
        model = theta(x, period=season, deseasonalize=season > 1, use_test=False, method="additive")
        return np.asarray(model.fit().forecast(n))

    return without_warnings(extend)


SPEC = RivalSpec("Theta", fit_theta, needs="statsmodels")

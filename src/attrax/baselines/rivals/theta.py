"""The Theta method."""

import numpy as np
from jaxtyping import Float

from attrax.baselines.extra import required
from attrax.baselines.forecaster import Forecaster
from attrax.baselines.rival_spec import RivalSpec
from attrax.baselines.statistical import continued
from attrax.data.diagnosis.cycle_count import rows_per_cycle
from attrax.data.series import Dataset


def fit_theta(train: Dataset, *, seed: int = 0) -> Forecaster:
    """Theta: the mean of a linear trend and of simple exponential smoothing of what it leaves, doubled.

    References: [@assimakopoulos2000].
    """
    del seed
    theta = required("statsmodels.tsa.forecasting.theta", "ThetaModel")
    cycle = rows_per_cycle(train)

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        season = round(cycle) if 2 * cycle < len(x) else 1
        model = theta(x, period=season, deseasonalize=season > 1, use_test=False, method="additive")
        return np.asarray(model.fit().forecast(n))

    return continued(extend)


SPEC = RivalSpec("Theta", fit_theta, needs="statsmodels")

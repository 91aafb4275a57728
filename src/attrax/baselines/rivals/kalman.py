"""Structural time series model, fitted with the Kalman filter."""

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.rival_spec import RivalSpec
from attrax.baselines.statistical import without_warnings
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset
from attrax.diagnosis.cycle_count import rows_per_cycle


def fit_kalman(train: Dataset, *, seed: int = 0) -> Forecaster:
    """A structural time series model: a level and a stochastic cycle, by maximum likelihood with the Kalman filter.

    Args:
        train: Recordings that the length of the cycle is estimated from.
        seed: Not used.

    Raises: ConfigError C640 if statsmodels is not installed.

    References:
        Durbin and Koopman, Time series analysis by state space methods, Oxford University Press 2012 [@durbin2012].
    """
    del seed
    structural = RIVAL_LIBRARIES.load("statsmodels.tsa.statespace.structural", place="kalman")[0].UnobservedComponents
    cycle = rows_per_cycle(train)
    bounds = (cycle / 2, 2 * cycle) if np.isfinite(cycle) else None

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        model = structural(
            x, level="llevel", cycle=True, stochastic_cycle=True, damped_cycle=True, cycle_period_bounds=bounds
        )
        return model.fit(disp=False, maxiter=50).forecast(n)

    return without_warnings(extend)


SPEC = RivalSpec("Kalman filter", fit_kalman, needs="statsmodels")

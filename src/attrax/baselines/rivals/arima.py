"""ARIMA: autoregression of a series or of its differences."""

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import sliding_window_view

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.rival_spec import RivalSpec
from attrax.baselines.statistical import without_warnings
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset

MAXIMUM_LAGS = 20
INDEPENDENT = 1e-10
"""Relative singular value below which lagged values depend linearly on the others, up to rounding."""


def fit_arima(train: Dataset, *, seed: int = 0) -> Forecaster:
    r"""ARIMA(p, d, 0) by least squares: an autoregression of the values (d = 0) or of their differences (d = 1).

    p and d are selected by Akaike's information criterion. Nothing is fitted to `train`.

    Raises: ConfigError C640 if statsmodels is not installed.

    References:
        Box, Jenkins, Reinsel and Ljung, Time series analysis, Wiley 2015 [@box2015].
    """
    del train, seed
    select = RIVAL_LIBRARIES.load("statsmodels.tsa.ar_model", place="arima")[0].ar_select_order

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        most = _independent_lags(x, min(MAXIMUM_LAGS, (len(x) - 2) // 4))
        level, steps = (
            select(series, most, trend=trend).model.fit() for series, trend in ((x, "c"), (np.diff(x), "n"))
        )
        if level.aic <= steps.aic:
            return level.forecast(n)
        return x[-1] + np.cumsum(steps.forecast(n))

    return without_warnings(extend)


def _independent_lags(x: Float[np.ndarray, " time"], most: int) -> int:
    """Number of linearly independent lagged values. More lags would have coefficients determined by rounding errors."""
    sizes = np.linalg.svd(sliding_window_view(x - x.mean(), most), compute_uv=False)
    return int((sizes > INDEPENDENT * sizes[0]).sum())


SPEC = RivalSpec("ARIMA", fit_arima, needs="statsmodels")

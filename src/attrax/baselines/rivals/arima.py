"""Autoregression of a series or of its increments."""

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import sliding_window_view

from attrax.baselines.extra import required
from attrax.baselines.forecaster import Forecaster
from attrax.baselines.rival_spec import RivalSpec
from attrax.baselines.statistical import continued
from attrax.data.series import Dataset

MOST_LAGS = 20
DISTINCT = 1e-10
"""Lags whose singular values are a smaller share of the largest are copies of the others, up to rounding."""


def fit_arima(train: Dataset, *, seed: int = 0) -> Forecaster:
    r"""ARIMA(p, d, 0) by least squares: an autoregression of the series or of its increments; p and d by AIC.

    References: [@box2015].
    """
    del train, seed
    select = required("statsmodels.tsa.ar_model", "ar_select_order")

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        most = _distinct_lags(x, min(MOST_LAGS, (len(x) - 2) // 4))
        level, steps = (
            select(series, most, trend=trend).model.fit() for series, trend in ((x, "c"), (np.diff(x), "n"))
        )
        if level.aic <= steps.aic:
            return level.forecast(n)
        return x[-1] + np.cumsum(steps.forecast(n))

    return continued(extend)


def _distinct_lags(x: Float[np.ndarray, " time"], most: int) -> int:
    """How many lagged values differ; the coefficients of more than these would be those of rounding errors."""
    sizes = np.linalg.svd(sliding_window_view(x - x.mean(), most), compute_uv=False)
    return int((sizes > DISTINCT * sizes[0]).sum())


SPEC = RivalSpec("ARIMA", fit_arima, needs="statsmodels")

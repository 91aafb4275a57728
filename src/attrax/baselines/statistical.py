"""Methods of classical statistics, thin over statsmodels: fitted to the rows they continue, channel by channel."""

import warnings
from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import sliding_window_view

from attrax.baselines.forecaster import Forecaster, channelwise
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.diagnosis.cycle_count import rows_per_cycle
from attrax.data.series import Dataset

REMEMBERED = 1_000
"""Rows that are looked back on; what lies further back says little about tomorrow, and costs."""

FEWEST_ROWS = 10
MOST_LAGS = 20
DISTINCT = 1e-10
"""Lags whose singular values are a smaller share of the largest are copies of the others, up to rounding."""
WAVES = 10

Extend = Callable[[Float[np.ndarray, " time"], int], Float[np.ndarray, " n"]]


def fit_arima(train: Dataset, *, seed: int = 0) -> Forecaster:
    r"""ARIMA(p, d, 0) by least squares: an autoregression of the series or of its increments; p and d by AIC.

    References: [@box2015].
    """
    del train, seed
    select = RIVAL_LIBRARIES.load("statsmodels.tsa.ar_model", place="arima")[0].ar_select_order

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        most = _distinct_lags(x, min(MOST_LAGS, (len(x) - 2) // 4))
        level, steps = (
            select(series, most, trend=trend).model.fit() for series, trend in ((x, "c"), (np.diff(x), "n"))
        )
        if level.aic <= steps.aic:
            return level.forecast(n)
        return x[-1] + np.cumsum(steps.forecast(n))

    return _continued(extend)


def _distinct_lags(x: Float[np.ndarray, " time"], most: int) -> int:
    """How many lagged values differ; the coefficients of more than these would be those of rounding errors."""
    sizes = np.linalg.svd(sliding_window_view(x - x.mean(), most), compute_uv=False)
    return int((sizes > DISTINCT * sizes[0]).sum())


def fit_exponential_smoothing(train: Dataset, *, seed: int = 0) -> Forecaster:
    """Holt's level and damped trend, fitted by least squares.

    References: [@hyndman2021].
    """
    del train, seed
    smoothing = RIVAL_LIBRARIES.load("statsmodels.tsa.holtwinters", place="exponential-smoothing")[
        0
    ].ExponentialSmoothing
    return _continued(lambda x, n: smoothing(x, trend="add", damped_trend=True).fit().forecast(n))


def fit_theta(train: Dataset, *, seed: int = 0) -> Forecaster:
    """Theta: the mean of a linear trend and of simple exponential smoothing of what it leaves, doubled.

    References: [@assimakopoulos2000].
    """
    del seed
    theta = RIVAL_LIBRARIES.load("statsmodels.tsa.forecasting.theta", place="theta")[0].ThetaModel
    cycle = rows_per_cycle(train)

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        season = round(cycle) if 2 * cycle < len(x) else 1
        model = theta(x, period=season, deseasonalize=season > 1, use_test=False, method="additive")
        return np.asarray(model.fit().forecast(n))

    return _continued(extend)


def fit_kalman(train: Dataset, *, seed: int = 0) -> Forecaster:
    """A structural model, level and stochastic cycle, by maximum likelihood and the Kalman filter.

    References: [@durbin2012].
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

    return _continued(extend)


def fit_fourier(train: Dataset, *, seed: int = 0) -> Forecaster:
    """The mean and the strongest ten waves of the rows seen, continued."""
    del train, seed

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        waves = np.fft.rfft(x - x.mean())
        waves[np.argsort(-np.abs(waves), kind="stable")[WAVES:]] = 0
        return x.mean() + np.fft.irfft(waves, len(x))[np.arange(n) % len(x)]

    return _remembering(extend)


def _continued(extend: Extend) -> Forecaster:
    """The continuation; warnings of a fit that did not converge are not the user's business, its forecast is scored."""

    def quietly(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        if np.ptp(x) == 0 or len(x) < FEWEST_ROWS:
            return np.full(n, x[-1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(extend(x, n))

    return _remembering(quietly)


def _remembering(extend: Extend) -> Forecaster:
    return Forecaster(channelwise(lambda x, n: extend(x[-REMEMBERED:], n)), reach=None)

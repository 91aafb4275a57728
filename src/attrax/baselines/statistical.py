"""Classical statistical forecasts, with statsmodels. Each channel is fitted anew to the rows before the forecast."""

import warnings
from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import sliding_window_view

from attrax.baselines.extra import required
from attrax.baselines.forecaster import Forecaster, channelwise
from attrax.data.diagnosis.cycle_count import rows_per_cycle
from attrax.data.series import Dataset

CONTEXT_LIMIT = 1_000
"""Number of last rows that a method is fitted to; earlier rows add little and cost time."""

FEWEST_ROWS = 10
MAXIMUM_LAGS = 20
INDEPENDENT = 1e-10
"""Relative singular value below which lagged values depend linearly on the others, up to rounding."""
FOURIER_COMPONENTS = 10

Extend = Callable[[Float[np.ndarray, " time"], int], Float[np.ndarray, " n"]]


def fit_arima(train: Dataset, *, seed: int = 0) -> Forecaster:
    r"""ARIMA(p, d, 0) by least squares: an autoregression of the values (d = 0) or of their differences (d = 1).

    p and d are selected by Akaike's information criterion. Nothing is fitted to `train`.

    Raises: ConfigError C640 if statsmodels is not installed.

    References:
        Box, Jenkins, Reinsel and Ljung, Time series analysis, Wiley 2015 [@box2015].
    """
    del train, seed
    select = required("statsmodels.tsa.ar_model", "ar_select_order")

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        most = _independent_lags(x, min(MAXIMUM_LAGS, (len(x) - 2) // 4))
        level, steps = (
            select(series, most, trend=trend).model.fit() for series, trend in ((x, "c"), (np.diff(x), "n"))
        )
        if level.aic <= steps.aic:
            return level.forecast(n)
        return x[-1] + np.cumsum(steps.forecast(n))

    return _without_warnings(extend)


def _independent_lags(x: Float[np.ndarray, " time"], most: int) -> int:
    """Number of linearly independent lagged values. More lags would have coefficients determined by rounding errors."""
    sizes = np.linalg.svd(sliding_window_view(x - x.mean(), most), compute_uv=False)
    return int((sizes > INDEPENDENT * sizes[0]).sum())


def fit_exponential_smoothing(train: Dataset, *, seed: int = 0) -> Forecaster:
    """Holt's exponential smoothing with a damped trend, fitted by least squares.

    Nothing is fitted to `train`.

    Raises: ConfigError C640 if statsmodels is not installed.

    References:
        Hyndman and Athanasopoulos, Forecasting: principles and practice, OTexts 2021 [@hyndman2021].
    """
    del train, seed
    smoothing = required("statsmodels.tsa.holtwinters", "ExponentialSmoothing")
    return _without_warnings(lambda x, n: smoothing(x, trend="add", damped_trend=True).fit().forecast(n))


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
    theta = required("statsmodels.tsa.forecasting.theta", "ThetaModel")
    cycle = rows_per_cycle(train)

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        season = round(cycle) if 2 * cycle < len(x) else 1
        model = theta(x, period=season, deseasonalize=season > 1, use_test=False, method="additive")
        return np.asarray(model.fit().forecast(n))

    return _without_warnings(extend)


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
    structural = required("statsmodels.tsa.statespace.structural", "UnobservedComponents")
    cycle = rows_per_cycle(train)
    bounds = (cycle / 2, 2 * cycle) if np.isfinite(cycle) else None

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        model = structural(
            x, level="llevel", cycle=True, stochastic_cycle=True, damped_cycle=True, cycle_period_bounds=bounds
        )
        return model.fit(disp=False, maxiter=50).forecast(n)

    return _without_warnings(extend)


def fit_fourier(train: Dataset, *, seed: int = 0) -> Forecaster:
    """The mean and the ten strongest Fourier components of the last rows, continued. Nothing is fitted to `train`."""
    del train, seed

    def extend(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        waves = np.fft.rfft(x - x.mean())
        waves[np.argsort(-np.abs(waves), kind="stable")[FOURIER_COMPONENTS:]] = 0
        return x.mean() + np.fft.irfft(waves, len(x))[np.arange(n) % len(x)]

    return _forecaster(extend)


def _without_warnings(extend: Extend) -> Forecaster:
    """A forecaster without the warnings of statsmodels: if a fit did not converge, its score shows it."""

    def quietly(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        if np.ptp(x) == 0 or len(x) < FEWEST_ROWS:
            return np.full(n, x[-1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(extend(x, n))

    return _forecaster(quietly)


def _forecaster(extend: Extend) -> Forecaster:
    return Forecaster(channelwise(lambda x, n: extend(x[-CONTEXT_LIMIT:], n)), reach=None)

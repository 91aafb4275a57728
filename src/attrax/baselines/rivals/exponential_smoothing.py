"""Exponential smoothing with a damped trend."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.rival_spec import RivalSpec
from attrax.baselines.statistical import without_warnings
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.series import Dataset


def fit_exponential_smoothing(train: Dataset, *, seed: int = 0) -> Forecaster:
    """Holt's exponential smoothing with a damped trend, fitted by least squares.

    Nothing is fitted to `train`.

    Raises: ConfigError C640 if statsmodels is not installed.

    References:
        Hyndman and Athanasopoulos, Forecasting: principles and practice, OTexts 2021 [@hyndman2021].
    """
    del train, seed
    smoothing = RIVAL_LIBRARIES.load("statsmodels.tsa.holtwinters", place="exponential-smoothing")[
        0
    ].ExponentialSmoothing
    return without_warnings(lambda x, n: smoothing(x, trend="add", damped_trend=True).fit().forecast(n))


SPEC = RivalSpec("exponential smoothing", fit_exponential_smoothing, needs="statsmodels")

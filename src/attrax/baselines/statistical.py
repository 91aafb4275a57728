"""Classical statistical forecasts, with statsmodels. Each channel is fitted anew to the rows before the forecast."""

import warnings
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster, channelwise

CONTEXT_LIMIT = 1_000
"""Number of last rows that a method is fitted to; earlier rows add little and cost time."""

FEWEST_ROWS = 10

Extend = Callable[[Float[np.ndarray, " time"], int], Float[np.ndarray, " n"]]


def without_warnings(extend: Extend) -> Forecaster:
    """A forecaster that hides the warnings of statsmodels. If a fit did not converge, its score shows it.

    Args:
        extend: Function of one channel and a number n that returns its next n values.
    """

    def quietly(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        if np.ptp(x) == 0 or len(x) < FEWEST_ROWS:
            return np.full(n, x[-1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(extend(x, n))

    return last_rows_forecaster(quietly)


def last_rows_forecaster(extend: Extend) -> Forecaster:
    """A forecaster that continues each channel from at most `CONTEXT_LIMIT` of its last rows."""
    return Forecaster(channelwise(lambda x, n: extend(x[-CONTEXT_LIMIT:], n)), reach=None)

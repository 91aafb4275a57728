"""Methods of classical statistics, thin over statsmodels: fitted to the rows they continue, channel by channel."""

import warnings
from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster, channelwise

REMEMBERED = 1_000
"""Rows that are looked back on; what lies further back says little about tomorrow, and costs."""

FEWEST_ROWS = 10

Extend = Callable[[Float[np.ndarray, " time"], int], Float[np.ndarray, " n"]]


def continued(extend: Extend) -> Forecaster:
    """The continuation; warnings of a fit that did not converge are not the user's business, its forecast is scored."""

    def quietly(x: Float[np.ndarray, " time"], n: int) -> Float[np.ndarray, " n"]:
        if np.ptp(x) == 0 or len(x) < FEWEST_ROWS:
            return np.full(n, x[-1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return np.asarray(extend(x, n))

    return remembering(quietly)


def remembering(extend: Extend) -> Forecaster:
    """The continuation of the last rows, channel by channel."""
    return Forecaster(channelwise(lambda x, n: extend(x[-REMEMBERED:], n)), reach=None)

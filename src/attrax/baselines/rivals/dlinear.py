"""DLinear: a linear map of the trend and the remainder."""

import numpy as np
from jaxtyping import Float

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import blockwise, lags_of
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_dlinear(train: Dataset, *, ridge: float = 1e-3, seed: int = 0) -> Forecaster:
    """Fit DLinear: forecasts many rows at once, as a linear function of a moving average and of the remainder.

    Args:
        train: Recordings.
        ridge: Penalty on the squared coefficients.
        seed: Selects training examples where there are too many.

    References:
        Zeng et al., Are transformers effective for time series forecasting?, AAAI 2023 [@zeng2023].
    """
    width = max(3, lags_of(train) // 2)

    def decomposed(windows: Float[np.ndarray, "example reach obs"]) -> Float[np.ndarray, "example twice obs"]:
        sums = np.cumsum(np.pad(windows, ((0, 0), (width, 0), (0, 0)), mode="edge"), axis=1)
        trend = (sums[:, width:] - sums[:, :-width]) / width
        return np.concatenate([trend, windows - trend], axis=1)

    return blockwise(train, decomposed, lambda windows: np.zeros_like(windows[:, -1:]), ridge=ridge, seed=seed)


SPEC = RivalSpec("DLinear", fit_dlinear, variants=({}, {"ridge": 1e-1}, {"ridge": 10.0}))

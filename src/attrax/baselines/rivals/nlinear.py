"""NLinear: a linear map of the differences to the last row, so that the level of a recording does not matter."""

from attrax.baselines.forecaster import Forecaster
from attrax.baselines.regression import blockwise
from attrax.baselines.rival_spec import RivalSpec
from attrax.data.series import Dataset


def fit_nlinear(train: Dataset, *, ridge: float = 1e-3, seed: int = 0) -> Forecaster:
    """Fit NLinear: forecasts many rows at once, as a linear function of the differences to the last row.

    Because only differences enter, the level of the recording may change.

    Args:
        train: Recordings.
        ridge: Penalty on the squared coefficients.
        seed: Selects training examples where there are too many.

    References:
        Zeng et al., Are transformers effective for time series forecasting?, AAAI 2023 [@zeng2023].
    """
    last = lambda windows: windows[:, -1:]  # noqa: E731
    return blockwise(train, lambda windows: windows - last(windows), last, ridge=ridge, seed=seed)


SPEC = RivalSpec("NLinear", fit_nlinear, variants=({}, {"ridge": 1e-1}, {"ridge": 10.0}))

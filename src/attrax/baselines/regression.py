"""Forecasts by regression on the last rows, with the estimators of scikit-learn."""

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import sliding_window_view

from attrax.baselines.forecaster import Forecaster, recursion
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset
from attrax.diagnosis.cycle_count import rows_per_cycle

MOST_ROWS = 20_000
"""Largest number of training examples; from longer recordings this many are drawn at random."""


def lags_of(train: Dataset) -> int:
    """Number of last rows to use: half a cycle of the recording, at most 50 rows and at most a tenth of it."""
    rows = rows_per_cycle(train)
    longest = max(1, len(train.longest) // 10)
    return int(np.clip(rows / 2 if np.isfinite(rows) else 1, 1, min(50, longest)))


def examples(
    train: Dataset, reach: int, ahead: int, *, seed: int = 0, most: int = MOST_ROWS
) -> tuple[Float[np.ndarray, "example reach obs"], Float[np.ndarray, "example ahead obs"]]:
    """Training examples: windows of `reach` rows and the `ahead` rows after each, from all series.

    Args:
        train: Recordings; gaps are filled by linear interpolation.
        reach: Rows of a window.
        ahead: Rows after a window.
        seed: Selects examples where there are more than `most`.
        most: Largest number of examples.
    """
    cut = [
        sliding_window_view(interpolated_values(series), reach + ahead, axis=0).transpose(0, 2, 1)
        for series in train
        if len(series) >= reach + ahead
    ]
    windows = np.concatenate(cut)
    if len(windows) > most:
        windows = windows[np.sort(np.random.default_rng(seed).choice(len(windows), most, replace=False))]
    return windows[:, :reach], windows[:, reach:]


def lagged(
    train: Dataset, estimator: Any, *, relative: bool, seed: int, lags: int | None = None, stride: int = 1
) -> Forecaster:
    """Fit an estimator of the next row from the last rows; all channels are standardized first.

    Args:
        train: The recordings.
        estimator: A scikit-learn regressor.
        relative: Whether the estimator predicts the difference to the last row, from differences to the last row and
            the last row itself.
        seed: Selects training examples where there are too many.
        lags: Number of last rows used; `lags_of` if not given.
        stride: Distance between the rows used.
    """
    reach = ((lags or lags_of(train)) - 1) * stride + 1
    windows, after = examples(train, reach, 1, seed=seed)
    mean, std = windows.mean(axis=(0, 1)), windows.std(axis=(0, 1)) + 1e-12

    def features(windows: Float[np.ndarray, "example reach obs"]) -> Float[np.ndarray, "example feature"]:
        z = (windows[:, ::stride] - mean) / std
        if relative:
            z = np.concatenate([z[:, :-1] - z[:, -1:], z[:, -1:]], axis=1)
        return z.reshape(len(z), -1)

    origin = windows[:, -1] if relative else mean
    target = (after[:, 0] - origin) / std
    fitted = estimator.fit(features(windows), target if target.shape[1] > 1 else target.ravel())

    def predict(windows: Float[np.ndarray, "start reach obs"]) -> Float[np.ndarray, "start 1 obs"]:
        seen = np.nan_to_num(features(windows), posinf=1e9, neginf=-1e9)
        step = fitted.predict(seen).reshape(len(windows), -1) * std
        return ((windows[:, -1] if relative else mean) + step)[:, None]

    return Forecaster(recursion(predict), reach)


def blockwise(train: Dataset, features: Any, origin: Any, *, ridge: float, seed: int) -> Forecaster:
    """Fit a linear map from the last rows to the same number of next rows, by ridge regression.

    All channels share the same map, and all are standardized first.

    Args:
        train: The recordings.
        features: Function from windows to the features of the regression.
        origin: Function from windows to values that are subtracted from the targets and added to the predictions.
        ridge: Penalty on the squared coefficients.
        seed: Selects training examples where there are too many.
    """
    RIVAL_LIBRARIES.check("sklearn", place="a linear map")
    from sklearn.linear_model import Ridge

    reach = 2 * lags_of(train)
    windows, after = examples(train, reach, reach, seed=seed)
    mean, std = windows.mean(axis=(0, 1)), windows.std(axis=(0, 1)) + 1e-12

    def rows(array: Float[np.ndarray, "example time obs"]) -> Float[np.ndarray, "single time"]:
        return array.transpose(0, 2, 1).reshape(-1, array.shape[1])

    z, target = (windows - mean) / std, (after - mean) / std
    fitted = Ridge(ridge).fit(rows(features(z)), rows(target - origin(z)))

    def predict(windows: Float[np.ndarray, "start reach obs"]) -> Float[np.ndarray, "start ahead obs"]:
        z = np.nan_to_num((windows - mean) / std, posinf=1e9, neginf=-1e9)
        block = fitted.predict(rows(features(z))).reshape(len(z), z.shape[2], -1).transpose(0, 2, 1)
        return (origin(z) + block) * std + mean

    return Forecaster(recursion(predict), reach)

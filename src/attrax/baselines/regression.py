"""Regressions on lagged rows, thin over scikit-learn: what comes next is a function of the last few rows."""

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import sliding_window_view

from attrax.baselines.forecaster import Forecaster, recursion
from attrax.data.diagnosis.cycle_count import rows_per_cycle
from attrax.data.repair.interpolation import interpolated_values
from attrax.data.series import Dataset

MOST_ROWS = 20_000
"""Rows that are learned from; of longer recordings, so many are drawn."""


def lags_of(train: Dataset) -> int:
    """Rows in half a cycle of the recording, at most 50 and a tenth of it: enough to see the curvature of an orbit."""
    rows = rows_per_cycle(train)
    longest = max(1, len(train.longest) // 10)
    return int(np.clip(rows / 2 if np.isfinite(rows) else 1, 1, min(50, longest)))


def examples(
    train: Dataset, reach: int, ahead: int, *, seed: int = 0, most: int = MOST_ROWS
) -> tuple[Float[np.ndarray, "example reach obs"], Float[np.ndarray, "example ahead obs"]]:
    """Windows of `reach` rows and the `ahead` rows after each, from all series of a recording."""
    cut = [
        sliding_window_view(interpolated_values(series), reach + ahead, axis=0).transpose(0, 2, 1)
        for series in train
        if len(series) >= reach + ahead
    ]
    windows = np.concatenate(cut)
    if len(windows) > most:
        windows = windows[np.sort(np.random.default_rng(seed).choice(len(windows), most, replace=False))]
    return windows[:, :reach], windows[:, reach:]


def _lagged(
    train: Dataset, estimator: Any, *, relative: bool, seed: int, lags: int | None = None, stride: int = 1
) -> Forecaster:
    """An estimator of the next row, or of the step to it, from the rows before; channels have one scale.

    Args:
        train: The recordings.
        estimator: A scikit-learn regressor.
        relative: Rows are seen, and the next one is predicted, relative to the last; but the last itself is seen, too.
        seed: Chooses among too many rows.
        lags: Rows seen.
        stride: Rows from one of them to the next.
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


def fit_linear(train: Dataset, *, ridge: float = 1e-6, seed: int = 0) -> Forecaster:
    """A linear map from the last rows of all channels to the next row, by ridge regression."""
    from sklearn.linear_model import Ridge

    return _lagged(train, Ridge(ridge), relative=False, seed=seed)


def fit_nlinear(train: Dataset, *, ridge: float = 1e-3, seed: int = 0) -> Forecaster:
    """NLinear: many rows at once, linear in the last rows relative to the very last, so that levels may shift.

    References: [@zeng2023].
    """
    last = lambda windows: windows[:, -1:]  # noqa: E731
    return _blockwise(train, lambda windows: windows - last(windows), last, ridge=ridge, seed=seed)


def fit_dlinear(train: Dataset, *, ridge: float = 1e-3, seed: int = 0) -> Forecaster:
    """DLinear: many rows at once, linear in a moving average of the last rows and in what it leaves.

    References: [@zeng2023].
    """
    width = max(3, lags_of(train) // 2)

    def decomposed(windows: Float[np.ndarray, "example reach obs"]) -> Float[np.ndarray, "example twice obs"]:
        sums = np.cumsum(np.pad(windows, ((0, 0), (width, 0), (0, 0)), mode="edge"), axis=1)
        trend = (sums[:, width:] - sums[:, :-width]) / width
        return np.concatenate([trend, windows - trend], axis=1)

    return _blockwise(train, decomposed, lambda windows: np.zeros_like(windows[:, -1:]), ridge=ridge, seed=seed)


def _blockwise(train: Dataset, features: Any, origin: Any, *, ridge: float, seed: int) -> Forecaster:
    """As many rows at once as are seen, each channel by itself with the same weights, by ridge regression."""
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


def fit_random_forest(train: Dataset, *, max_features: float = 0.5, seed: int = 0) -> Forecaster:
    """The step to the next row by a forest of regression trees.

    References: [@breiman2001].
    """
    from sklearn.ensemble import RandomForestRegressor

    estimator = RandomForestRegressor(100, min_samples_leaf=2, max_features=max_features, random_state=seed)
    return _lagged(train, estimator, relative=True, seed=seed)


def fit_gradient_boosting(train: Dataset, *, learning_rate: float = 0.1, seed: int = 0) -> Forecaster:
    """The step to the next row by boosted regression trees.

    References: [@friedman2001].
    """
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.multioutput import MultiOutputRegressor

    estimator = HistGradientBoostingRegressor(learning_rate=learning_rate, random_state=seed)
    several = train[0].obs_dim > 1
    return _lagged(train, MultiOutputRegressor(estimator) if several else estimator, relative=True, seed=seed)


def fit_ngrc(train: Dataset, *, ridge: float = 30.0, seed: int = 0) -> Forecaster:
    """Next-generation reservoir: the next row, quadratic in a few lagged rows, by ridge regression.

    References: [@gauthier2021].
    """
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures

    lags = max(2, 12 // train[0].obs_dim)
    stride = max(1, lags_of(train) // lags)
    estimator = make_pipeline(PolynomialFeatures(2), Ridge(ridge))
    return _lagged(train, estimator, relative=False, seed=seed, lags=lags, stride=stride)


def fit_analogues(train: Dataset, *, neighbours: int = 5, seed: int = 0) -> Forecaster:
    """Analogues: the step that followed the most similar stretches of the past, the nearer the more.

    References: [@lorenz1969].
    """
    from sklearn.neighbors import KNeighborsRegressor

    return _lagged(train, KNeighborsRegressor(neighbours, weights="distance"), relative=True, seed=seed)

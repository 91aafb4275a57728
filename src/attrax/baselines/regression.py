"""Forecasts by regression on the last rows, with the estimators of scikit-learn."""

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.lib.stride_tricks import sliding_window_view

from attrax.baselines.forecaster import Forecaster, recursion
from attrax.data.diagnosis.cycle_count import rows_per_cycle
from attrax.data.repair.lines import drawn_through
from attrax.data.series import Dataset

MOST_ROWS = 20_000
"""Largest number of training examples; from longer recordings so many are drawn at random."""


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
        train: Recordings; gaps are bridged by straight lines.
        reach: Rows of a window.
        ahead: Rows after a window.
        seed: Selects examples where there are more than `most`.
        most: Largest number of examples.
    """
    cut = [
        sliding_window_view(drawn_through(series), reach + ahead, axis=0).transpose(0, 2, 1)
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


def fit_linear(train: Dataset, *, ridge: float = 1e-6, seed: int = 0) -> Forecaster:
    """Fit a linear map from the last rows of all channels to the next row, by ridge regression.

    Args:
        train: Recordings.
        ridge: Penalty on the squared coefficients. Raise it for short or noisy recordings.
        seed: Selects training examples where there are too many.
    """
    from sklearn.linear_model import Ridge

    return _lagged(train, Ridge(ridge), relative=False, seed=seed)


def fit_nlinear(train: Dataset, *, ridge: float = 1e-3, seed: int = 0) -> Forecaster:
    """Fit NLinear: many rows at once, linear in the differences of the last rows to the very last one.

    Because only differences enter, the level of the recording may change.

    Args:
        train: Recordings.
        ridge: Penalty on the squared coefficients.
        seed: Selects training examples where there are too many.

    References:
        Zeng et al., Are transformers effective for time series forecasting?, AAAI 2023 [@zeng2023].
    """
    last = lambda windows: windows[:, -1:]  # noqa: E731
    return _blockwise(train, lambda windows: windows - last(windows), last, ridge=ridge, seed=seed)


def fit_dlinear(train: Dataset, *, ridge: float = 1e-3, seed: int = 0) -> Forecaster:
    """Fit DLinear: many rows at once, linear in a moving average of the last rows and in the remainder.

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

    return _blockwise(train, decomposed, lambda windows: np.zeros_like(windows[:, -1:]), ridge=ridge, seed=seed)


def _blockwise(train: Dataset, features: Any, origin: Any, *, ridge: float, seed: int) -> Forecaster:
    """Fit a linear map from the last rows to as many next rows, the same for every channel, by ridge regression."""
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
    """Fit a random forest to the difference between the next row and the last one.

    Args:
        train: Recordings.
        max_features: Share of the features that each split of a tree may use.
        seed: Seed of the forest.

    References:
        Breiman, Random forests, Machine Learning 2001 [@breiman2001].
    """
    from sklearn.ensemble import RandomForestRegressor

    estimator = RandomForestRegressor(100, min_samples_leaf=2, max_features=max_features, random_state=seed)
    return _lagged(train, estimator, relative=True, seed=seed)


def fit_gradient_boosting(train: Dataset, *, learning_rate: float = 0.1, seed: int = 0) -> Forecaster:
    """Fit gradient-boosted regression trees to the difference between the next row and the last one.

    Args:
        train: Recordings.
        learning_rate: Weight of each new tree.
        seed: Seed of the estimator.

    References:
        Friedman, Greedy function approximation: a gradient boosting machine, Ann. Stat. 2001 [@friedman2001].
    """
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.multioutput import MultiOutputRegressor

    estimator = HistGradientBoostingRegressor(learning_rate=learning_rate, random_state=seed)
    several = train[0].obs_dim > 1
    return _lagged(train, MultiOutputRegressor(estimator) if several else estimator, relative=True, seed=seed)


def fit_ngrc(train: Dataset, *, ridge: float = 30.0, seed: int = 0) -> Forecaster:
    """Fit a next-generation reservoir computer: the next row is quadratic in a few last rows, by ridge regression.

    Args:
        train: Recordings.
        ridge: Penalty on the squared coefficients. Raise it if forecasts diverge.
        seed: Selects training examples where there are too many.

    References:
        Gauthier et al., Next generation reservoir computing, Nature Communications 2021 [@gauthier2021].
    """
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures

    lags = max(2, 12 // train[0].obs_dim)
    stride = max(1, lags_of(train) // lags)
    estimator = make_pipeline(PolynomialFeatures(2), Ridge(ridge))
    return _lagged(train, estimator, relative=False, seed=seed, lags=lags, stride=stride)


def fit_analogues(train: Dataset, *, neighbours: int = 5, seed: int = 0) -> Forecaster:
    """Fit the method of analogues: the next step is that of the most similar parts of the recording.

    It averages the steps that followed the nearest neighbours, weighted by 1 / distance.

    Args:
        train: Recordings.
        neighbours: Number of neighbours. Raise it for noisy recordings.
        seed: Selects training examples where there are too many.

    References:
        Lorenz, Atmospheric predictability as revealed by naturally occurring analogues, J. Atmos. Sci. 1969
            [@lorenz1969].
    """
    from sklearn.neighbors import KNeighborsRegressor

    return _lagged(train, KNeighborsRegressor(neighbours, weights="distance"), relative=True, seed=seed)

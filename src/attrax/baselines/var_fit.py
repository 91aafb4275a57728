"""Fits a vector autoregression by least squares and selects its order by the Bayesian information criterion (BIC).

One Cholesky factorization of the lagged covariances contains the fits of all smaller orders, so the selection of the
order costs no more than a single fit.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy.lib.stride_tricks import sliding_window_view
from scipy.linalg import cho_solve, solve_triangular

from attrax.baselines.var import VectorAutoregression, stabilise
from attrax.core.errors import ConfigError, DataError
from attrax.data.series import Dataset, Series

# The squared standard deviation of noise assumed on every regressor, relative to it: 1e-4 standard deviations. Without
# it, the lags of an oversampled recording are nearly collinear, and forecasts of 20 steps amplify rounding errors.
_RIDGE = 1e-8
_ROWS_PER_COEFFICIENT = 10


def fit_var(dataset: Dataset, *, order: int | None = None, max_order: int = 10) -> VectorAutoregression:
    r"""Fit a vector autoregression: the smallest squared one-step error over all series of a dataset.

    Rows with a missing value in the target or in one of its lags are left out. The order minimizes

    $\mathrm{BIC}(p) = T \ln \det \hat\Sigma_p + N (N p + K) \ln T$

    over one common sample of $T$ rows, with $N$ channels and $K$ inputs. Orders with fewer than ten rows for each
    coefficient are not tried. A ridge of 1e-8 (noise of 1e-4 standard deviations on the regressors) makes the solution
    unique when channels or lags repeat each other. If the fitted process is unstable, or decays more slowly than the
    recording is long, all eigenvalues are multiplied by one factor so that the slowest mode decays by $1/e$ over the
    recording; the noise covariance is then computed for the changed process.

    Args:
        dataset: Recordings; external inputs are used where there are any.
        order: Number of lags; selected by the BIC if not given.
        max_order: Largest order tried. Raise it if the selected order equals it.

    Returns: A stationary `VectorAutoregression`.
    Raises: `ConfigError` C531 for an order below 1; `DataError` D104 if fewer complete rows are left than coefficients.
    Cost: O(time (order obs)^2); half a second for 100,000 rows of 5 channels.

    Example:
        >>> from attrax.data.series import Dataset, Series
        >>> x = 0.5 ** np.arange(50)[:, None]
        >>> fit_var(Dataset((Series(x),)), order=1).A.round(3)
        array([[[0.5]]])

    References:
        Lütkepohl, New introduction to multiple time series analysis, Springer 2005 [@lutkepohl2005].
    """
    _check_order("order", 1 if order is None else order)
    _check_order("max_order", max_order)
    if order is None:
        order = best_order(dataset, max_order, lambda largest, counts: _moments(dataset, largest).bic(counts))
    return _fit(dataset, order)


@dataclass(frozen=True)
class _Moments:
    """Correlations of the regressors (with their noise) and the targets, with means and norms to undo the scaling."""

    gram: Float[np.ndarray, "column column"]
    mean: Float[np.ndarray, " column"]
    size: Float[np.ndarray, " column"]
    regressors: int
    rows: int

    def solve(self) -> Float[np.ndarray, "regressor obs"]:
        """The least-squares coefficients."""
        k = self.regressors
        return cho_solve((self._root, True), self.gram[:k, k:]) / self.size[:k, None] * self.size[k:]

    def residual(self, B: Float[np.ndarray, "regressor obs"]) -> Float[np.ndarray, "obs obs"]:
        """The sum of products of the residuals for coefficients `B`.

        It includes the noise of the regressors, so the process has the variance of the recording (Yule and Walker).
        """
        contrast = self.size[:, None] * np.concatenate([-B, np.eye(B.shape[1])])
        return contrast.T @ self.gram @ contrast

    def bic(self, candidates: range) -> list[float]:
        """The Bayesian information criterion of the fits to the first `k` regressors, for each `k` of `candidates`."""
        explained = solve_triangular(self._root, self.gram[: self.regressors, self.regressors :], lower=True)
        total = self.gram[self.regressors :, self.regressors :]
        # The small floor limits the weight of a channel that is predicted exactly.
        floor = _RIDGE * np.eye(len(total))
        log_det = [np.linalg.slogdet(total - explained[:k].T @ explained[:k] + floor)[1] for k in candidates]
        parameters = [len(total) * k for k in candidates]
        return [self.rows * d + m * math.log(self.rows) for d, m in zip(log_det, parameters, strict=True)]

    @property
    def _root(self) -> Float[np.ndarray, "regressor regressor"]:
        k = self.regressors
        return np.linalg.cholesky(self.gram[:k, :k])


def _fit(dataset: Dataset, order: int) -> VectorAutoregression:
    obs_dim, input_dim = dataset[0].obs_dim, dataset[0].input_dim
    check_rows(dataset, order)
    found = _moments(dataset, order)
    B = found.solve()
    A = stabilise(B[input_dim:].reshape(order, obs_dim, obs_dim).transpose(0, 2, 1), limit=math.exp(-1 / found.rows))
    B = np.concatenate([B[:input_dim], *(matrix.T for matrix in A)])
    return VectorAutoregression(
        c=found.mean[len(B) :] - found.mean[: len(B)] @ B,
        A=A,
        C=B[:input_dim].T,
        covariance=found.residual(B) / (found.rows - len(B) - 1),
    )


def best_order(dataset: Dataset, max_order: int, criterion: Callable[[int, range], list[float]]) -> int:
    """The order with the smallest criterion, among those for which there are ten rows for each coefficient.

    Args:
        dataset: Recordings.
        max_order: Largest order tried.
        criterion: A function of the largest order tried and of the numbers of regressors of all orders up to it. It
            returns the criterion of each.
    """
    obs_dim, input_dim = dataset[0].obs_dim, dataset[0].input_dim
    largest = max_order
    while largest > 1 and _count_rows(dataset, largest) < _ROWS_PER_COEFFICIENT * _count_regressors(dataset, largest):
        largest -= 1
    check_rows(dataset, largest)
    counts = range(input_dim + obs_dim, input_dim + largest * obs_dim + 1, obs_dim)
    return 1 + int(np.argmin(criterion(largest, counts)))


def lagged_columns(
    dataset: Dataset, order: int
) -> tuple[Float[np.ndarray, "rows column"], Float[np.ndarray, " column"], Float[np.ndarray, " column"]]:
    """Regressors and targets as columns of mean 0 and norm 1; the mean and the norm of each column before that.

    Args:
        dataset: Recordings; rows with a missing value in the target or in a lag are left out.
        order: Number of lags.
    """
    columns = np.concatenate([_columns(series, order) for series in dataset if len(series) > order])
    mean = columns.mean(axis=0)
    columns -= mean
    size = np.linalg.norm(columns, axis=0)
    # A constant channel has rounding errors only; they must not be scaled to the size of a signal.
    size[size <= 1e-12 * math.sqrt(len(columns)) * np.abs(mean)] = 1
    columns /= size
    return columns, mean, size


def _moments(dataset: Dataset, order: int) -> _Moments:
    columns, mean, size = lagged_columns(dataset, order)
    gram, regressors = columns.T @ columns, columns.shape[1] - dataset[0].obs_dim
    gram[range(regressors), range(regressors)] += _RIDGE
    return _Moments(gram, mean, size, regressors, len(columns))


def _columns(series: Series, order: int) -> Float[np.ndarray, "rows column"]:
    """Regressors (inputs, then lags, the latest first) and targets, of the rows without missing values."""
    rows = np.flatnonzero(_complete(series, order)) + order
    x = np.asarray(series.x, np.float64)
    inputs = [] if series.inputs is None else [series.inputs[rows]]
    return np.hstack([*inputs, *(x[rows - k] for k in range(1, order + 1)), x[rows]])


def _complete(series: Series, order: int) -> Bool[np.ndarray, " row"]:
    """For each `i`, whether row `order + i` and all its lags were observed."""
    observed = np.ones(len(series), bool) if series.mask is None else series.mask.all(axis=1)
    return sliding_window_view(observed, order + 1).min(axis=1)


def _count_rows(dataset: Dataset, order: int) -> int:
    return sum(int(_complete(series, order).sum()) for series in dataset if len(series) > order)


def _count_regressors(dataset: Dataset, order: int) -> int:
    return dataset[0].input_dim + order * dataset[0].obs_dim


def check_rows(dataset: Dataset, order: int) -> None:
    """Check that there are more complete rows than coefficients of a regression on this number of lags.

    Raises: `DataError` D104 if there are not.
    """
    rows, needed = _count_rows(dataset, order), _count_regressors(dataset, order) + 2
    if rows < needed:
        raise DataError(
            "D104",
            "too few complete rows for a linear model",
            where=f"{rows} rows with all channels and {order} lags observed, {needed} needed",
            why="with fewer rows than coefficients every recording is fitted exactly",
            fix="a longer recording, fewer channels, or missing values interpolated first",
        )


def _check_order(name: str, order: int) -> None:
    if order < 1:
        raise ConfigError(
            "C531",
            f"impossible {name}",
            where=f"{name} = {order}",
            why="an autoregression needs at least one lag",
            fix=f"{name}=1, or more",
        )

"""The linear null: forecasts by least squares, free runs by a stationary linear process with the same spectrum.

One fit cannot serve both. The least-squares predictor of a well-sampled recording has huge coefficients of opposite
signs; it forecasts far better than any damped one, but is often unstable, so that its free runs leave every bound.
"""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int

from attrax.baselines.var import VectorAutoregression
from attrax.baselines.var_fit import best_order, check_rows, fit_var, lagged_columns
from attrax.core.simulator import AbstractSimulator, Simulation, one_by_one
from attrax.data.series import Dataset

PREDICTED_EXACTLY = 1e-15
"""Share of a channel's variance below which its residual is rounding error, and says nothing about the order."""


@dataclass(frozen=True, eq=False)
class LinearNull(AbstractSimulator):
    """The best linear model of a recording. A model that is not better shows no nonlinear dynamics.

    Attributes:
        predictors: The autoregressions of order 1, 2, ..., p with the least squared one-step error; they make the
            forecasts.
        process: A stationary autoregression with the variance and the spectrum of the recording; makes the free runs.
    """

    predictors: tuple[VectorAutoregression, ...]
    process: VectorAutoregression

    def simulate(
        self,
        context: Float[np.ndarray, "time obs"],
        n: int,
        s: Float[np.ndarray, "n input"] | None = None,
        *,
        key: Any = None,
    ) -> Simulation:
        """One realisation of the process after `context`; without a key, the forecasts of the predictor, one by one."""
        return self._continued_by(context, key).simulate(context, n, s, key=key)

    def simulate_many(
        self,
        contexts: Float[np.ndarray, "start time obs"],
        n: int,
        s: Float[np.ndarray, "start n input"] | None = None,
        *,
        key: Any = None,
    ) -> tuple[Simulation, ...]:
        """One realisation of the process after each context; without a key, the forecasts of the predictor."""
        if key is None:
            return one_by_one(self, contexts, n, s, key=key)
        return self.process.simulate_many(contexts, n, s, key=key)

    def forecast(
        self,
        x: Float[np.ndarray, "time obs"],
        horizon: int,
        s: Float[np.ndarray, "time input"] | None = None,
    ) -> Float[np.ndarray, "ahead obs"]:
        """The expected value of `x[t + horizon]` given the rows up to `t`, for every `t`.

        After the beginning of the recording and after a gap, few rows are known in sequence. The predictor is then the
        one that needs no more than these.

        Args:
            x: A recording, NaN where missing.
            horizon: Steps ahead.
            s: Inputs of the recording, row by row; required if there were inputs in the fit.
        """
        n = max(len(x) - horizon, 0)
        order = self._orders(x[:n])
        forecasts = np.empty((n, x.shape[1]))
        for k in np.unique(order):
            rows = order == k
            forecasts[rows] = self.predictors[k - 1].forecast(x, horizon, s)[rows]
        return forecasts

    def _orders(self, x: Float[np.ndarray, "time obs"]) -> Int[np.ndarray, " time"]:
        return np.clip(_rows_in_sequence(x), 1, len(self.predictors))

    def _continued_by(self, context: Float[np.ndarray, "time obs"], key: Any) -> VectorAutoregression:
        return self.predictors[self._orders(context)[-1] - 1] if key is None else self.process


def fit_linear_null(dataset: Dataset, *, max_order: int = 10) -> LinearNull:
    """Fit the predictors and the process to a recording; the information criterion chooses the order of both.

    Args:
        dataset: Recordings; external inputs are used where there are any.
        max_order: Largest number of lags that is tried.

    Raises: `DataError` D104 if fewer complete rows are left than coefficients.
    Cost: O(time (order obs)^2); about a second for 100,000 rows of 5 channels.

    Example:
        >>> from attrax.data.series import Dataset, Series
        >>> x = np.sin(np.arange(300.0)[:, None] / 5)
        >>> null = fit_linear_null(Dataset((Series(x),)))
        >>> bool(np.abs(null.forecast(x, 20)[20:] - x[40:]).max() < 1e-6)
        True
    """
    return LinearNull(fit_predictors(dataset, max_order=max_order), fit_var(dataset, max_order=max_order))


def fit_predictors(
    dataset: Dataset, *, order: int | None = None, max_order: int = 10
) -> tuple[VectorAutoregression, ...]:
    r"""The autoregressions of least squared one-step error of order 1 to p, from one QR factorisation of lagged rows.

    The normal equations would square the condition number, which is $10^{10}$ and more where rows follow each other
    closely. Directions of the lagged rows below rounding error are left out; the gain from them would not last. The
    order p minimises $\mathrm{BIC}(p) = T \ln \det \hat\Sigma_p + N (N p + K) \ln T$ over one common sample of $T$
    rows, with $N$ channels and $K$ inputs. Channels that repeat each other share the weight (the solution of least
    norm).

    Args:
        dataset: Recordings.
        order: Largest number of lags p. Set it to skip the choice.
        max_order: Largest order tried.
    """
    if order is None:
        order = best_order(dataset, max_order, lambda largest, counts: _factorise(dataset, largest).bic(counts))
    check_rows(dataset, order)
    factor = _factorise(dataset, order)
    return tuple(factor.solve(k, dataset[0].obs_dim, dataset[0].input_dim) for k in range(1, order + 1))


class _Factor(NamedTuple):
    """The triangular factor of the columns (regressors, then targets), and what undoes their centring and scaling."""

    R: Float[np.ndarray, "column column"]
    mean: Float[np.ndarray, " column"]
    size: Float[np.ndarray, " column"]
    rows: int

    def bic(self, counts: range) -> list[float]:
        """The criterion of the fits to the first `k` regressors, for each `k` of `counts`.

        The rows of R below the k-th hold what these regressors leave unexplained of the targets.
        """
        obs_dim = counts.step
        targets = self.R[:, -obs_dim:]
        least = PREDICTED_EXACTLY * np.eye(obs_dim)
        log_det = [np.linalg.slogdet(targets[k:].T @ targets[k:] + least)[1] for k in counts]
        return [self.rows * d + obs_dim * k * math.log(self.rows) for d, k in zip(log_det, counts, strict=True)]

    def solve(self, order: int, obs_dim: int, input_dim: int) -> VectorAutoregression:
        """The least-squares fit to the inputs and the first `order` lags."""
        k = input_dim + order * obs_dim
        regressors, targets = self.R[:, :k], self.R[:, -obs_dim:]
        B, *_ = np.linalg.lstsq(regressors, targets, rcond=np.finfo(float).eps * max(self.rows, k))
        residual = (targets - regressors @ B) * self.size[-obs_dim:]
        B = B / self.size[:k, None] * self.size[-obs_dim:]
        return VectorAutoregression(
            c=self.mean[-obs_dim:] - self.mean[:k] @ B,
            A=B[input_dim:].reshape(order, obs_dim, obs_dim).transpose(0, 2, 1),
            C=B[:input_dim].T,
            covariance=residual.T @ residual / (self.rows - k - 1),
        )


def _factorise(dataset: Dataset, order: int) -> _Factor:
    columns, mean, size = lagged_columns(dataset, order)
    R = np.asarray(np.linalg.qr(columns, mode="r"))
    return _Factor(R[: columns.shape[1]], mean, size, len(columns))


def _rows_in_sequence(x: Float[np.ndarray, "time obs"]) -> Int[np.ndarray, " time"]:
    """For each row, how many complete rows there are in sequence up to it."""
    row = np.arange(1, len(x) + 1)
    return row - np.maximum.accumulate(np.where(np.isfinite(x).all(axis=1), 0, row))

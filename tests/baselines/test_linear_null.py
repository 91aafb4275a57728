"""The linear null: as good as least squares, near gaps and at the beginning too, and stationary in its free runs."""

import numpy as np
import pytest

from attrax.baselines.linear_null import fit_linear_null, fit_predictors
from attrax.baselines.nearest_neighbours import NearestNeighbours
from attrax.core import Result
from attrax.data import Dataset, Series
from tests.verdict.recordings import chaotic


def dataset(x, mask=None):
    return Dataset((Series(x, mask=mask),))


def error(null, x, horizon):
    """Mean squared error, without the first rows, which no predictor of order 10 can use."""
    return np.mean((null.forecast(x, horizon) - x[horizon:])[10:] ** 2)


@pytest.mark.parametrize(("kind", "one", "twenty"), [("lorenz63", 1.17e-7, 0.74), ("rossler", 7e-7, 0.34)])
def test_clean_recordings_are_forecast_as_well_as_least_squares_can(kind, one, twenty):
    x = chaotic(kind, 8_000, 0.0, 0)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    null = fit_linear_null(dataset(x))
    assert len(null.predictors) == 10
    assert error(null, x, 1) <= one  # a ridge in the normal equations made it a thousand times larger
    assert error(null, x, 20) <= twenty


def test_forecasts_are_those_of_least_squares():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, 2)).cumsum(axis=0)
    (_, predictor) = fit_predictors(dataset(x), order=2)
    lags = np.hstack([x[1:-1], x[:-2], np.ones((498, 1))])
    expected = lags @ np.linalg.lstsq(lags, x[2:], rcond=None)[0]
    np.testing.assert_allclose(predictor.forecast(x, 1)[1:], expected, atol=1e-9)


def test_near_gaps_the_predictor_needs_no_more_rows_than_there_are():
    t = np.arange(400.0)
    x = np.column_stack([np.sin(t / 5), np.cos(t / 5)])
    mask = np.ones(x.shape, bool)
    mask[100:110] = mask[200] = False
    null = fit_linear_null(dataset(x, mask))
    found = null.forecast(np.where(mask, x, np.nan), 3)
    assert np.isfinite(found).all()
    known = mask.all(axis=1)[:-3]
    np.testing.assert_allclose(found[known], x[3:][known], atol=1e-3)


def test_free_runs_are_stationary():
    x = 1.02 ** np.arange(300.0)[:, None]
    assert fit_linear_null(dataset(x)).simulate(x, 5_000, key=0).result is Result.SUCCESSFUL


def test_neighbours_forecast_what_a_linear_model_cannot():
    x = chaotic("henon", 3_000, 0.0, 0)
    train, test = x[:2_000], x[2_000:]
    found = NearestNeighbours(train, lag=1).forecasts(test, (1, 3))
    assert {horizon: len(forecast) for horizon, forecast in found.items()} == {1: 999, 3: 997}
    linear = error(fit_linear_null(dataset(train)), test, 1)
    assert np.nanmean((found[1] - test[1:]) ** 2) < 0.01 * linear


def test_neighbours_of_a_short_recording_forecast_nothing():
    assert NearestNeighbours(np.zeros((20, 1)), lag=1).forecasts(np.zeros((30, 1)), (20,)) == {}

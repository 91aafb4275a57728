"""The metrics against closed forms and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import mean_absolute_percentage_error, r2_score

from attrax.measures import forecast_metrics as module
from attrax.measures.forecast_metrics import METRICS, forecast_metrics


@pytest.fixture
def pair():
    rng = np.random.default_rng(0)
    y = 3 + rng.normal(size=(200, 2)).cumsum(axis=0)
    return y, y + rng.normal(size=y.shape)


def test_there_are_seventeen_with_the_two_of_the_attractor():
    assert len(METRICS) == 15


@pytest.mark.parametrize("name", METRICS)
def test_a_perfect_forecast_has_the_best_value_there_is(name, pair):
    y, y_hat = pair
    best, usual = forecast_metrics(y, y)[name], forecast_metrics(y, y_hat)[name]
    assert best > usual if METRICS[name].better == "higher" else abs(best) < abs(usual)
    if name != "mutual_information":
        assert best == pytest.approx(1.0 if METRICS[name].better == "higher" else 0.0)


def test_they_are_those_of_other_libraries(pair):
    y, y_hat = (array[:, 0] for array in pair)
    assert module.r2(y, y_hat) == pytest.approx(r2_score(y, y_hat))
    assert module.mape(y, y_hat) == pytest.approx(100 * mean_absolute_percentage_error(y, y_hat))


def test_errors_in_closed_form():
    y, y_hat = np.array([1.0, 2.0, 4.0]), np.array([2.0, 2.0, 2.0])
    expected = {
        "mse": 5 / 3,
        "mae": 1.0,
        "rmse": np.sqrt(5 / 3),
        "nrmse": np.sqrt(5 / 3) / np.std([1, 2, 4]),
        "marre": 100 / 3,
        "wape": 300 / 7,
        "mape": 100 * (1 + 0 + 0.5) / 3,
        "smape": 200 * (1 / 3 + 0 + 2 / 6) / 3,
        "coefficient_of_variation": 100 * np.sqrt(5 / 3) / (7 / 3),
        "rmsle": np.sqrt((np.log(2) ** 2 + np.log(4 / 2) ** 2) / 3),
    }
    for name, value in expected.items():
        assert METRICS[name].implementation(y, y_hat) == pytest.approx(value), name


def test_what_does_not_move_tells_nothing(pair):
    flat = np.ones_like(pair[0])
    found = forecast_metrics(pair[0], flat)
    assert {found[name] for name in ("pearson", "spearman", "kendall", "mutual_information")} == {0.0}


def test_a_forecast_that_left_every_bound_is_the_worst(pair):
    y, y_hat = pair[0], pair[1].copy()
    y_hat[50, 0] = np.nan
    found = forecast_metrics(y, y_hat)
    assert found["smape"] == 200
    assert found["mse"] == np.inf
    assert found["pearson"] == -np.inf

import numpy as np
import pytest

from attrax import DataError
from attrax.measures import DeviationUnit, Flag, PredictionError, ValidPredictionTime
from attrax.measures.valid_time import valid_rows


def test_error_of_known_arrays():
    x = np.array([[0.0, 1.0], [2.0, 3.0]])
    x_sim = np.array([[1.0, 1.0], [0.0, 6.0]])
    score = PredictionError(5)(x, x_sim)
    assert score.value == (1 + 0 + 4 + 9) / 4
    assert (score.n_used, score.n_dropped, score.flags) == (4, 0, ())


def test_relative_error_is_in_units_of_the_variance():
    # Variances 1 and 100, so the squared errors 1 and 25 weigh 1 and 0.25.
    x = np.array([[-1.0, -10.0], [1.0, 10.0]])
    score = PredictionError(5, unit=DeviationUnit())(x, x + np.array([1.0, 5.0]))
    assert score.value == pytest.approx((1 + 0.25) / 2, rel=1e-14)


def test_predicting_the_mean_has_relative_error_one():
    x = np.random.default_rng(0).normal(size=(500, 4)) * [1, 10, 0.1, 5] + 3
    x[17, 2] = np.nan
    forecast = np.tile(np.nanmean(x, axis=0), (500, 1))
    score = PredictionError(20, unit=DeviationUnit())(x, forecast)
    assert score.value == pytest.approx(1.0, abs=1e-12)
    assert (score.n_used, score.n_dropped, score.flags) == (1999, 1, (Flag.MISSING,))


def test_missing_targets_and_diverged_forecasts_are_told_apart():
    x = np.array([[0.0], [np.nan], [1.0], [2.0]])
    x_sim = np.array([[1.0], [1.0], [np.inf], [2.0]])
    score = PredictionError(1)(x, x_sim)
    assert (score.value, score.n_used, score.n_dropped) == (0.5, 2, 2)
    assert score.flags == (Flag.DIVERGED, Flag.MISSING)


@pytest.mark.parametrize("unit", [None, DeviationUnit()])
def test_no_forecast_at_all_is_empty(unit):
    x = np.arange(6.0).reshape(3, 2)
    measure = PredictionError(1) if unit is None else PredictionError(1, unit=unit)
    score = measure(x, np.full((3, 2), np.nan))
    assert (score.value, score.n_used, score.n_dropped) == (np.inf, 0, 6)
    assert score.flags == (Flag.DIVERGED, Flag.EMPTY)


def test_relative_error_refuses_a_constant_target():
    with pytest.raises(DataError) as error:
        PredictionError(1, unit=DeviationUnit())(np.ones((3, 1)), np.zeros((3, 1)))
    assert error.value.code == "D103"


def test_oracle(oracle):
    x, x_sim = np.random.default_rng(0).normal(size=(2, 100, 3))
    x[5, 1] = np.nan
    assert PredictionError(3)(x, x_sim).value == pytest.approx(oracle.prediction_error(x, x_sim), rel=1e-12)


def test_persistence_on_ecg_as_published(oracle, recording):
    x = recording("ECG_pecuzal_5d_test.npy")
    score = PredictionError(20)(x[20:], x[:-20])
    assert score.value == pytest.approx(1.13, abs=0.005)
    assert score.value == pytest.approx(oracle.prediction_error(x[20:], x[:-20]), rel=1e-9)


def exponential_forecasts(rates, n=400, dt=0.1, size=1e-3):
    """Forecasts of a unit circle whose normalised error is size * exp(rate t) at t = row * dt."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    x = np.tile(np.stack([np.cos(angle), np.sin(angle)], axis=1), (len(rates), 1, 1))
    growth = size * np.exp(np.outer(rates, dt * np.arange(n)))
    return x, x + np.stack([growth, np.zeros_like(growth)], axis=-1)


def test_exponential_growth_has_a_known_valid_time():
    rates = np.array([0.5, 1.0, 2.0])
    score = ValidPredictionTime(threshold=0.4, dt=0.1)(*exponential_forecasts(rates))
    # First multiple of 0.1 after log(400) / 1.
    assert score.value == pytest.approx(6.0, abs=1e-12)
    assert np.log(400) == pytest.approx(5.99, abs=0.005)
    assert (score.n_used, score.flags) == (3, ())


def test_unit_of_time_and_threshold():
    x, x_sim = exponential_forecasts(np.array([1.0]))
    lyapunov = ValidPredictionTime(threshold=0.4, dt=0.1, unit_time=2.0)(x, x_sim)
    assert lyapunov.value == pytest.approx(3.0, abs=1e-12)
    assert lyapunov.std_error is None
    assert ValidPredictionTime(threshold=0.1, dt=0.1)(x, x_sim).value == pytest.approx(4.7, abs=1e-12)


def test_errors_are_in_units_of_all_starts_together():
    """A quiet stretch is not judged more strictly than a wild one, and what lies between stretches counts, too."""
    x = np.stack([np.zeros(4), [0.0, 20.0, 0.0, 20.0]])[..., None]
    x_sim = x + np.array([1.0, 2.0, 3.0, 4.0])[:, None]
    # Together they have variance 75, so the limit is 3.46. Alone: 0 and 4; without what lies between: 2.83.
    assert ValidPredictionTime(threshold=0.4)(x, x_sim).value == 3.0


def test_every_channel_is_measured_by_its_own_deviation():
    """One of two channels is off by 0.5 deviations from row 4 on, and the mean of the squares is 0.354 squared."""
    x = np.tile([0.0, 2.0] * 4, (2, 1))[..., None] * [1.0, 1.0]
    x_sim = x + (np.arange(8) >= 4)[:, None] * [0.5, 0.0]
    for scale in ([1.0, 1.0], [1e3, 1.0], [1.0, 1e3]):
        assert ValidPredictionTime(threshold=0.35)(x * scale, x_sim * scale).value == 4.0
        assert ValidPredictionTime(threshold=0.36)(x * scale, x_sim * scale).value == 8.0


def test_a_constant_channel_does_not_count_unless_it_diverges():
    x = np.tile([0.0, 2.0] * 4, (2, 1))[..., None] * [1.0, 0.0]
    x_sim = x + np.array([0.0, 5.0])
    assert ValidPredictionTime()(x, x_sim).value == 8.0
    x_sim[:, 3:, 1] = np.nan
    assert ValidPredictionTime()(x, x_sim).value == 3.0


def test_forecasts_that_stay_valid_are_censored():
    x, x_sim = exponential_forecasts(np.array([0.0, 0.0, 2.0]))
    score = ValidPredictionTime(dt=0.1)(x, x_sim)
    assert score.value == pytest.approx(40.0)
    assert score.flags == (Flag.CENSORED,)


def test_a_diverged_forecast_ends_there():
    x = exponential_forecasts(np.array([0.0]))[0]
    x_sim = x.copy()
    x_sim[:, 7:] = np.nan
    score = ValidPredictionTime()(x, x_sim)
    assert (score.value, score.flags) == (7.0, (Flag.DIVERGED,))


def test_standard_error_of_the_median():
    # Valid for 1, 2, ... 9 rows: median 5, median absolute deviation 2.
    x = np.tile(np.array([0.0, 2.0] * 5)[:, None], (9, 1, 1))
    x_sim = x + 9.0 * (np.arange(10) >= np.arange(1, 10)[:, None])[..., None]
    score = ValidPredictionTime()(x, x_sim)
    assert score.value == 5.0
    assert score.std_error == pytest.approx(np.sqrt(np.pi / 2) * 1.4826 * 2 / 3, rel=1e-4)


def test_targets_that_cannot_be_judged():
    x = np.tile(np.arange(5.0)[:, None], (2, 1, 1))
    holes = x.copy()
    holes[1, 3] = np.nan
    with pytest.raises(DataError) as missing:
        ValidPredictionTime()(holes, x)
    with pytest.raises(DataError) as still:
        ValidPredictionTime()(np.ones((2, 5, 1)), x)
    assert (missing.value.code, still.value.code) == ("D101", "D103")
    assert "start 1, row 3" in missing.value.where


def test_valid_rows_are_counted_up_to_the_first_error():
    truth = np.zeros((2, 5, 3))
    said = truth.copy()
    said[0, 3] = 100.0
    said[1, 1] = np.nan
    np.testing.assert_array_equal(valid_rows(truth, said, unit=np.ones(3), threshold=0.4), [3, 1])

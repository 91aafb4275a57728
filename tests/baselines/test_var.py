"""Vector autoregression: recovery of a known process, closed-form errors, the order, gaps, inputs and stability."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from attrax import ConfigError, DataError
from attrax.baselines import VectorAutoregression, fit_var
from attrax.baselines.var import spectral_radius, stabilise
from attrax.core import Result
from attrax.data import Dataset, Series

ROTATION = np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])


def var2():
    return VectorAutoregression(
        c=np.array([1.0, -2.0]),
        A=np.array([[[0.5, -0.3], [0.2, 0.6]], [[-0.3, 0.1], [0.1, 0.2]]]),
        C=np.zeros((2, 0)),
        covariance=np.array([[1.0, 0.4], [0.4, 0.5]]),
    )


def recording(process, n=50_000, key=0):
    return process.simulate(np.zeros((1, len(process.c))), n + 500, key=key).x[500:]


def dataset(*recordings, mask=None, inputs=None):
    return Dataset(tuple(Series(x, mask=mask, inputs=inputs) for x in recordings))


def test_a_known_process_is_recovered():
    true = var2()
    found = fit_var(dataset(recording(true)), order=2)
    np.testing.assert_allclose(found.A, true.A, atol=0.02)
    np.testing.assert_allclose(found.c, true.c, atol=0.05)
    np.testing.assert_allclose(found.covariance, true.covariance, atol=0.02)
    assert found.C.shape == (2, 0)


def test_simulation_has_the_stationary_moments():
    true = var2()
    x = recording(true)
    companion = np.block([[true.A[0], true.A[1]], [np.eye(2), np.zeros((2, 2))]])
    noise = np.zeros((4, 4))
    noise[:2, :2] = true.covariance
    covariance = np.linalg.solve(np.eye(16) - np.kron(companion, companion), noise.ravel()).reshape(4, 4)[:2, :2]
    np.testing.assert_allclose(np.cov(x.T), covariance, rtol=0.05)
    np.testing.assert_allclose(x.mean(axis=0), np.linalg.solve(np.eye(2) - true.A.sum(axis=0), true.c), atol=0.06)


@pytest.mark.parametrize("horizon", [1, 5, 20])
def test_forecast_error_of_an_autoregression(horizon):
    a, sd = 0.9, 0.7
    true = VectorAutoregression(c=np.zeros(1), A=np.array([[[a]]]), C=np.zeros((1, 0)), covariance=np.array([[sd**2]]))
    x = recording(true, 50_000)
    error = np.mean((fit_var(dataset(x)).forecast(x, horizon) - x[horizon:]) ** 2)
    assert error == pytest.approx(sd**2 * (1 - a ** (2 * horizon)) / (1 - a**2), rel=0.05)


def test_forecasts_of_a_linear_map_are_exact():
    z = [np.array([1.0, 0.0])]
    for _ in range(200):
        z.append(ROTATION @ z[-1])
    x = np.array(z) + np.array([3.0, 0.0])
    found = fit_var(dataset(x), order=1)
    np.testing.assert_allclose(found.A[0], ROTATION, atol=0.01)
    np.testing.assert_allclose(found.forecast(x, 3), x[3:], atol=0.02)


@pytest.mark.parametrize("order", [1, 2, 4])
def test_the_information_criterion_finds_the_order(order):
    A = np.zeros((order, 2, 2))
    A[0] += 0.3 * ROTATION
    A[-1] += 0.4 * ROTATION.T
    true = VectorAutoregression(c=np.zeros(2), A=A, C=np.zeros((2, 0)), covariance=np.eye(2))
    assert fit_var(dataset(recording(true, 5000))).order == order


def test_order_is_no_larger_than_the_rows_can_carry():
    x = np.random.default_rng(0).normal(size=(70, 3)).cumsum(axis=0)
    assert fit_var(dataset(x)).order <= 2


def test_missing_values_are_left_out():
    true = var2()
    x = recording(true)
    mask = np.random.default_rng(1).random(x.shape) > 0.1
    found = fit_var(dataset(np.where(mask, x, 1e6), mask=mask), order=2)
    np.testing.assert_allclose(found.A, true.A, atol=0.03)
    np.testing.assert_allclose(found.covariance, true.covariance, atol=0.03)


def test_no_step_leads_from_one_series_to_the_next():
    whole = recording(var2(), 4000)
    pieces = [whole[k : k + 40] for k in range(0, 4000, 40)]
    joined = np.concatenate([np.vstack([piece, [[1e6, 1e6]]]) for piece in pieces])
    found = fit_var(dataset(*pieces, np.zeros((1, 2))), order=2)
    expected = fit_var(dataset(joined, mask=joined < 1e5), order=2)
    np.testing.assert_allclose(found.A, expected.A, atol=1e-10)
    np.testing.assert_allclose(found.covariance, expected.covariance, rtol=1e-8)


def test_channels_that_repeat_each_other_share_the_weight():
    x = recording(VectorAutoregression(np.zeros(1), np.array([[[0.8]]]), np.zeros((1, 0)), np.eye(1)))
    found = fit_var(dataset(np.hstack([x, x, np.full_like(x, 0.1)])), order=1)
    np.testing.assert_allclose(found.A[0], [[0.4, 0.4, 0], [0.4, 0.4, 0], [0, 0, 0]], atol=0.01)
    run = found.simulate(np.zeros((1, 3)), 1000, key=0).x
    np.testing.assert_allclose(run[:, 0], run[:, 1], atol=1e-6)
    np.testing.assert_allclose(run[:, 2], 0.1, atol=1e-6)


def test_scale_and_offset_of_the_channels_do_not_matter():
    x = recording(var2(), 5000)
    scale, offset = np.array([1e6, 1e-6]), np.array([3e6, 5e-6])
    plain, scaled = (fit_var(dataset(values)) for values in (x, x * scale + offset))
    np.testing.assert_allclose(scaled.A, plain.A * scale[:, None] / scale, rtol=1e-6)
    np.testing.assert_allclose(scaled.forecast(x * scale + offset, 5), plain.forecast(x, 5) * scale + offset, rtol=1e-5)


def test_a_growing_recording_gives_a_stationary_process():
    x = 1.02 ** np.arange(300.0)[:, None]
    found = fit_var(dataset(x), order=1)
    assert found.spectral_radius == pytest.approx(np.exp(-1 / 299))
    run = found.simulate(x, 50_000, key=0)
    assert run.result is Result.SUCCESSFUL
    assert np.abs(run.x).max() < 100 * np.abs(x).max()


def test_stabilising_scales_every_root_and_leaves_stable_processes_alone():
    A = np.random.default_rng(0).normal(size=(3, 2, 2))

    def roots(A):
        companion = np.zeros((6, 6))
        companion[:2], companion[2:, :4] = np.hstack(list(A)), np.eye(4)
        return np.sort_complex(np.linalg.eigvals(companion))

    assert spectral_radius(A) > 1
    np.testing.assert_allclose(roots(stabilise(A, 0.9)), roots(A) * 0.9 / np.abs(roots(A)).max(), atol=1e-10)
    np.testing.assert_array_equal(stabilise(var2().A, 0.999), var2().A)
    np.testing.assert_array_equal(stabilise(np.zeros((1, 2, 2)), 0.999), np.zeros((1, 2, 2)))


def test_an_oversampled_recording_keeps_its_variance_and_its_forecasts():
    x = gaussian_filter1d(np.random.default_rng(0).normal(size=50_000), 8)[:, None]
    found = fit_var(dataset(x))
    assert found.simulate(x, 100_000, key=0).x.std() == pytest.approx(x.std(), rel=0.1)
    error = np.mean((found.forecast(x, 8) - x[8:]) ** 2)
    # The two-point predictor from x[t] and x[t - 1] is in the span of what was fitted.
    pair = np.hstack([x[1:-8], x[:-9]])
    two_point = np.linalg.lstsq(pair, x[9:], rcond=None)[1][0] / len(pair)
    assert error < two_point


def test_external_inputs_drive_the_process():
    rng = np.random.default_rng(0)
    true = VectorAutoregression(np.zeros(2), 0.8 * ROTATION[None], np.array([[2.0], [-1.0]]), 1e-4 * np.eye(2))
    s = rng.normal(size=(5000, 1))
    x = true.simulate(np.zeros((1, 2)), 5000, s, key=0).x
    found = fit_var(dataset(x, inputs=s))
    np.testing.assert_allclose(found.C, true.C, atol=1e-3)
    np.testing.assert_allclose(found.forecast(x, 4, s), x[4:], atol=0.15)
    np.testing.assert_allclose(found.simulate(x[:100], 50, s[100:150]).x, x[100:150], atol=0.15)
    with pytest.raises(ConfigError, match="C533"):
        found.simulate(x, 10, key=0)


def test_an_unstable_process_set_by_hand_diverges_and_says_so():
    process = VectorAutoregression(np.zeros(1), np.array([[[10.0]]]), np.zeros((1, 0)), np.zeros((1, 1)))
    run = process.simulate(np.ones((1, 1)), 400, key=0)
    assert run.result is Result.DIVERGED
    assert np.isfinite(run.x[:300]).all()
    assert np.isnan(run.x[310:]).all()


def test_too_short_a_recording_is_an_error():
    x = np.random.default_rng(0).normal(size=(5, 4))
    for data in (dataset(x), dataset(x[:1]), dataset(np.tile(x, (10, 1)), mask=np.zeros((50, 4), bool))):
        with pytest.raises(DataError, match="D104"):
            fit_var(data)


@pytest.mark.parametrize("setting", [{"order": 0}, {"max_order": 0}])
def test_an_impossible_order_is_an_error(setting):
    with pytest.raises(ConfigError, match="C531"):
        fit_var(dataset(recording(var2(), 100)), **setting)

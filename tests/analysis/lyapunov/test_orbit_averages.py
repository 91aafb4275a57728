import numpy as np
import pytest

from attrax.analysis.lyapunov.orbit_averages import orbit_mean, orbit_mean_error, weights


@pytest.mark.parametrize("n", [1, 2, 7, 100, 10_001])
def test_weights_are_symmetric_and_sum_to_one(n):
    w = weights(n)
    np.testing.assert_allclose(w.sum(), 1)
    np.testing.assert_allclose(w, w[::-1], atol=1e-15)
    assert (w >= 0).all()


def test_the_mean_of_an_oscillation_converges_faster_than_any_small_power():
    errors = [abs(orbit_mean(np.cos(0.7 * np.arange(n))[:, None])[0]) for n in (300, 3000)]
    assert errors[1] < 1e-6 * errors[0]


def test_the_mean_of_a_constant_is_exact():
    np.testing.assert_allclose(orbit_mean(np.full((3, 50, 2), 4.2)), 4.2, rtol=1e-14)


def test_one_value_of_minus_infinity_decides():
    values = np.zeros((100, 2))
    values[0, 1] = -np.inf
    np.testing.assert_array_equal(orbit_mean(values), [0, -np.inf])
    np.testing.assert_array_equal(np.isnan(orbit_mean_error(values[None])), [False, True])


@pytest.mark.parametrize("starts", [1, 8, 50])
@pytest.mark.parametrize("memory", [0.0, 0.9])
def test_the_error_is_that_of_correlated_noise(memory, starts):
    # The variance of the mean of an autoregression is that of white noise over (1 - memory) squared.
    n = 6400
    noise = np.random.default_rng(0).normal(size=(starts, n, 1))
    x = noise.copy()
    for t in range(1, n):
        x[:, t] += memory * x[:, t - 1]
    expected = np.sqrt(n * np.sum(weights(n) ** 2)) / (1 - memory) / np.sqrt(starts * n)
    np.testing.assert_allclose(orbit_mean_error(x), [expected], rtol=0.25)


def test_too_few_values_have_no_error():
    assert np.isnan(orbit_mean_error(np.ones((1, 63, 1)))).all()

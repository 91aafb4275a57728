"""Invariants estimated from data, where they are known."""

import numpy as np
import pytest

from attrax.measures.correlation_dimension import correlation_dimension
from attrax.measures.largest_exponent import largest_lyapunov_exponent


def holds(found, true):
    return found.measured and found.low < true < found.high


def cube(dimension, channels, n):
    x = np.zeros((n, channels))
    x[:, :dimension] = np.random.default_rng(0).random((n, dimension))
    return x


def henon(n):
    x = np.zeros((n + 100, 2))
    for t in range(1, len(x)):
        x[t] = 1 - 1.4 * x[t - 1, 0] ** 2 + x[t - 1, 1], 0.3 * x[t - 1, 0]
    return x[100:]


def orbit(velocity, z, dt, n, steps):
    """Rows `dt` apart by the classical Runge-Kutta method, after a transient of a twentieth of their number."""
    rows, h = [], dt / steps
    for _ in range(n + n // 20):
        for _ in range(steps):
            k1 = velocity(*z)
            k2 = velocity(*[a + h / 2 * k for a, k in zip(z, k1, strict=True)])
            k3 = velocity(*[a + h / 2 * k for a, k in zip(z, k2, strict=True)])
            k4 = velocity(*[a + h * k for a, k in zip(z, k3, strict=True)])
            z = [a + h / 6 * (p + 2 * q + 2 * r + s) for a, p, q, r, s in zip(z, k1, k2, k3, k4, strict=True)]
        rows.append(z)
    return np.array(rows[n // 20 :])


@pytest.fixture(scope="module")
def lorenz():
    def velocity(x, y, z):
        return 10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z

    return orbit(velocity, (1.0, 1.0, 20.0), 0.01, 50_000, 1)


def rossler(n):
    return orbit(lambda x, y, z: (-y - z, x + 0.2 * y, 0.2 + z * (x - 5.7)), (1.0, 1.0, 1.0), 0.2, n, 4)


def standardized(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


@pytest.mark.parametrize("dimension", [1, 2, 3, 5])
def test_a_cube_has_its_dimension(dimension):
    found = correlation_dimension(cube(dimension, dimension + 1, 10_000), 0)
    assert holds(found, dimension)
    assert found.value == pytest.approx(dimension, rel=0.05)


def test_a_cube_that_fills_its_channels_has_at_least_their_number():
    found = correlation_dimension(cube(5, 5, 10_000), 0)
    assert not found.measured
    assert 4.2 < found.low < 5
    assert str(found).startswith("at least 4.")


def test_a_circle_has_dimension_one_and_a_torus_two():
    a, b = np.random.default_rng(0).uniform(0, 2 * np.pi, (2, 5_000))
    circle = np.stack([np.cos(a), np.sin(a)], axis=1)
    assert holds(correlation_dimension(circle, 0), 1)
    assert holds(correlation_dimension(np.hstack([circle, np.stack([np.cos(b), np.sin(b)], axis=1)]), 0), 2)


def test_a_circle_that_is_seen_at_even_times_never_has_dimension_zero():
    t = 0.1 * np.sqrt(2) * np.arange(3_000)
    found = correlation_dimension(np.stack([np.cos(t), np.sin(t)], axis=1), 44)
    assert not found.measured or found.low < 1 < found.high


def test_the_henon_map_has_the_known_invariants():
    x = henon(5_000)
    dimension, exponent = correlation_dimension(x, 5), largest_lyapunov_exponent(x, 5)
    assert holds(dimension, 1.22)
    assert 1.15 < dimension.value < 1.29
    assert holds(exponent, 0.419)
    assert exponent.value == pytest.approx(0.419, rel=0.1)


def test_lorenz_63_has_the_known_invariants(lorenz):
    x = standardized(lorenz[::5])
    dimension, exponent = correlation_dimension(x, 15), largest_lyapunov_exponent(x, 15)
    assert holds(dimension, 2.05)
    assert dimension.value == pytest.approx(2.05, abs=0.05)
    assert holds(exponent, 0.906 * 0.05)
    assert exponent.value == pytest.approx(0.906 * 0.05, rel=0.1)


def test_the_exponent_of_lorenz_63_does_not_depend_on_the_time_step(lorenz):
    found = largest_lyapunov_exponent(lorenz[:20_000], 75)
    assert holds(found, 0.00906)
    assert found.value == pytest.approx(0.00906, rel=0.1)


def test_rossler_has_the_known_invariants():
    x = standardized(rossler(10_000))
    exponent = largest_lyapunov_exponent(x, 30)
    assert holds(exponent, 0.0714 * 0.2)
    assert exponent.value == pytest.approx(0.0714 * 0.2, rel=0.1)
    assert holds(correlation_dimension(x[::2], 15), 1.99)


def test_orbits_of_the_logistic_map_part_as_fast_as_its_exponent_says():
    x = [0.3]
    for _ in range(4_000):
        x.append(4 * x[-1] * (1 - x[-1]))
    found = largest_lyapunov_exponent(np.array(x)[:, None], 5)
    assert holds(found, np.log(2))
    assert found.value == pytest.approx(np.log(2), rel=0.1)


def test_a_sine_does_not_part():
    t = 0.1 * np.sqrt(2) * np.arange(3_000)
    found = largest_lyapunov_exponent(np.stack([np.cos(t), np.sin(t)], axis=1), 44)
    assert holds(found, 0.0)
    assert abs(found.value) < 0.01


@pytest.mark.parametrize("channels", [1, 3])
def test_white_noise_is_refused(channels):
    found = largest_lyapunov_exponent(np.random.default_rng(0).normal(size=(4_000, channels)), 5)
    assert not found.measured
    assert str(found).startswith("not measurable: ")


def test_red_noise_is_refused():
    noise, x = np.random.default_rng(0).normal(size=(4_000, 2)), np.zeros((4_000, 2))
    for t in range(1, len(x)):
        x[t] = 0.95 * x[t - 1] + noise[t]
    assert not largest_lyapunov_exponent(x, 40).measured


def test_noise_on_an_orbit_leaves_a_bound_or_nothing():
    x = henon(5_000)
    found = largest_lyapunov_exponent(x + 0.01 * x.std(axis=0) * np.random.default_rng(0).normal(size=x.shape), 5)
    assert not found.measured
    assert np.isnan(found.low) or found.low < 0.419


def test_more_dimensions_than_the_rows_can_tell_are_refused():
    found = correlation_dimension(np.random.default_rng(0).normal(size=(1_000, 12)), 0)
    assert not found.measured
    assert "rows" in str(found) or "states" in str(found)


def test_too_few_rows_are_refused_with_the_number_that_is_needed(lorenz):
    assert str(largest_lyapunov_exponent(lorenz[:750:5], 15)).startswith("not measurable: ")
    assert "rows" in str(correlation_dimension(henon(50), 5))


def test_what_stands_still_has_no_invariants():
    x = np.ones((500, 2))
    for found in (correlation_dimension(x, 5), largest_lyapunov_exponent(x, 5), largest_lyapunov_exponent(x[:10], 5)):
        assert str(found).startswith("not measurable: ")

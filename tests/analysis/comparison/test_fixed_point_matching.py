import numpy as np
import pytest

from attrax.analysis import match_fixed_points
from attrax.analysis.comparison.fixed_point_matching import rates

ONE = np.ones(2)


def test_pairs_are_found_in_any_order():
    x = np.random.default_rng(0).normal(size=(6, 2)) * 20
    order = np.random.default_rng(1).permutation(6)
    pairs, distances = match_fixed_points(x[order] + 0.01, x, ONE)
    np.testing.assert_array_equal(pairs[:, 1], order[pairs[:, 0]])
    np.testing.assert_allclose(distances, 0.01 * np.sqrt(2))


def test_distances_are_in_standard_deviations():
    _, distances = match_fixed_points(np.array([[10.0, 0.03]]), np.array([[0.0, 0.0]]), np.array([100.0, 0.1]))
    np.testing.assert_allclose(distances, [np.hypot(0.1, 0.3)])


def test_the_sum_of_distances_is_least_where_greed_would_fail():
    # The nearest pair, 1.9 with 2, would leave 0 with 3.
    x, x_true = np.array([[0.0, 0.0], [1.9, 0.0]]), np.array([[2.0, 0.0], [3.0, 0.0]])
    pairs, _ = match_fixed_points(x, x_true, ONE, radius=5.0)
    assert pairs.tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_is_too_far_stays_alone(count):
    pairs, distances = match_fixed_points(np.full((count, 2), 5.0), np.zeros((2, 2)), ONE)
    assert pairs.shape == (0, 2)
    assert len(distances) == 0


def test_a_far_point_does_not_take_the_partner_of_a_near_one():
    pairs, _ = match_fixed_points(np.array([[9.0, 0.0], [0.5, 0.0]]), np.array([[0.0, 0.0], [0.6, 0.0]]), ONE)
    assert pairs.tolist() == [[1, 1]]


def test_rates_do_not_depend_on_the_time_step():
    exponent = np.array([[-2.0 + 3j, -2.0 - 3j, 0.5, -20.0]])
    for dt in (0.01, 0.1):
        rate, frequency = rates(np.exp(exponent * dt), dt)
        np.testing.assert_allclose(rate, [[0.5, -2, -2, -20]])
        np.testing.assert_allclose(frequency, [[0, 3, 3, 0]], atol=1e-12)
    assert rates(np.array([[0.0 + 0j]]), 1.0)[0] == -np.inf

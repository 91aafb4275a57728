"""Invariants estimated from data, where they are known."""

import numpy as np
import pytest

from attrax.measures.attractor_invariants import correlation_dimension, largest_lyapunov_exponent


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_a_filled_cube_has_its_dimension(dimension):
    x = np.zeros((2_000, 4))
    x[:, :dimension] = np.random.default_rng(0).random((2_000, dimension))
    assert correlation_dimension(x) == pytest.approx(dimension, rel=0.15)


def test_orbits_of_the_logistic_map_part_as_fast_as_its_exponent_says():
    x = [0.3]
    for _ in range(4_000):
        x.append(4 * x[-1] * (1 - x[-1]))
    assert largest_lyapunov_exponent(np.array(x)[:, None], 5, 5) == pytest.approx(np.log(2), rel=0.15)


def test_a_circle_does_not_part():
    t = 0.1 * np.sqrt(2) * np.arange(3_000)
    x = np.stack([np.cos(t), np.sin(t)], axis=1)
    assert abs(largest_lyapunov_exponent(x, 20, 40)) < 0.01


def test_what_stands_still_has_no_invariants():
    x = np.ones((500, 2))
    assert np.isnan(correlation_dimension(x))
    assert np.isnan(largest_lyapunov_exponent(x, 5, 5))
    assert np.isnan(largest_lyapunov_exponent(x[:10], 5, 5))

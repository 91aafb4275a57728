import numpy as np
import pytest

from attrax.core import Scaling

SCALING = Scaling((3.0, -1.0), (2.0, 0.5))


def test_means_become_zero_and_deviations_one():
    x = np.array([[3.0, -1.0], [5.0, -0.5], [1.0, -2.0]])
    np.testing.assert_array_equal(SCALING.apply(x), [[0, 0], [1, 1], [-1, -2]])


@pytest.mark.parametrize("shape", [(2,), (7, 2), (3, 4, 2)])
def test_the_way_back(shape):
    x = np.random.default_rng(0).normal(size=shape)
    np.testing.assert_allclose(SCALING.invert(SCALING.apply(x)), x, rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_type_is_kept(dtype):
    x = np.ones((4, 2), dtype)
    assert SCALING.apply(x).dtype == SCALING.invert(x).dtype == dtype


def test_single_precision_loses_nothing_to_a_large_mean():
    x = np.array([[1_000_001.0], [1_000_003.0]], np.float32)
    np.testing.assert_allclose(Scaling((1_000_002.0,), (0.1,)).apply(x)[:, 0], [-10, 10], rtol=1e-6)


def test_identity_changes_nothing():
    x = np.random.default_rng(0).normal(size=(4, 3))
    np.testing.assert_array_equal(Scaling.identity(3).apply(x), x)


def test_scalings_compare_and_hash_by_value():
    twin = Scaling((3.0, -1.0), (2.0, 0.5))
    assert twin == SCALING
    assert hash(twin) == hash(SCALING)
    assert Scaling.identity(2) != SCALING

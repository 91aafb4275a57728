import json
from dataclasses import asdict

import numpy as np
import pytest

from attrax.core.errors import DataError
from attrax.core.scaling import Scaling
from attrax.data import fit_scaling, standardize
from attrax.reading.load import load

A = np.array([[1.0, 10.0], [3.0, 30.0]])
B = np.array([[5.0, np.nan], [7.0, 80.0]])


def test_known_mean_and_deviation():
    scaling = fit_scaling(load([A, B]))
    assert scaling.mean == (4.0, 40.0)
    np.testing.assert_allclose(scaling.std, [np.sqrt(5), np.sqrt((900 + 100 + 1600) / 3)], rtol=1e-15)


def test_there_and_back():
    x = np.random.default_rng(0).normal(3, 5, size=(7, 11, 2))
    scaling = Scaling((3.0, -1.0), (5.0, 0.1))
    np.testing.assert_allclose(scaling.invert(scaling.apply(x)), x, rtol=1e-13)
    assert scaling.apply(x.astype(np.float32)).dtype == np.float32
    np.testing.assert_array_equal(Scaling.identity(2).apply(x), x)


def test_large_offsets_keep_their_digits():
    x = (1e6 + np.arange(5.0)[:, None]).astype(np.float32)
    np.testing.assert_allclose(Scaling((1e6,), (1.0,)).apply(x)[:, 0], np.arange(5.0), atol=1e-6)


def test_a_scaled_dataset_is_standard_and_keeps_its_gaps():
    dataset = load([np.random.default_rng(0).normal(3, 5, size=(500, 2)), B])
    scaled = standardize(dataset, fit_scaling(dataset))
    again = fit_scaling(scaled)
    np.testing.assert_allclose(again.mean, 0, atol=1e-14)
    np.testing.assert_allclose(again.std, 1, rtol=1e-14)
    np.testing.assert_array_equal(scaled[1].mask, dataset[1].mask)
    assert scaled[1].x[0, 1] == 0.0
    assert scaled[0].channels == dataset[0].channels


def test_it_is_plain_numbers():
    scaling = fit_scaling(load([A, B]))
    stored = json.loads(json.dumps(asdict(scaling)))
    assert Scaling(tuple(stored["mean"]), tuple(stored["std"])) == scaling
    assert hash(scaling) == hash(Scaling(scaling.mean, scaling.std))
    assert all(type(number) is float for number in scaling.mean + scaling.std)


def test_a_constant_cannot_be_scaled():
    with pytest.raises(DataError, match="D103"):
        fit_scaling(load(np.full((100, 1), 0.1)))


@pytest.mark.parametrize("size", [1e160, 1e-160, 1.0])
def test_huge_and_tiny_values_have_a_scale(size):
    x = size * np.array([[1.0, 3.0], [2.0, 5.0], [3.0, 4.0]])
    scaling = fit_scaling(load(x))
    np.testing.assert_allclose(scaling.apply(x).std(axis=0), 1)
    np.testing.assert_allclose(scaling.invert(scaling.apply(x)), x)

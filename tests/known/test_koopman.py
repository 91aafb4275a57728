"""Koopman spectra known in closed form."""

import jax
import numpy as np
import pytest

from attrax import ConfigError, koopman_spectrum
from attrax.analysis.koopman.least_residual import LeastResidual
from attrax.analysis.koopman.snapshots import take_snapshots
from attrax.data import Series

KEY = jax.random.key(0)


def pairs(step, n=300, dim=2, seed=0):
    x = np.random.default_rng(seed).uniform(-1, 1, (n, dim))
    return np.stack([x, step(x)], axis=1)


def spectrum(x, **settings):
    return koopman_spectrum(x, **{"dictionary": "polynomial", "spacing": 0.2, "key": KEY, **settings})


def nearest(values, wanted):
    return np.abs(np.asarray(values)[:, None] - np.asarray(wanted)).min(axis=0)


@pytest.mark.parametrize("shear", [0.0, 1.0])
def test_eigenvalues_of_a_linear_map_are_products_of_those_of_its_matrix(shear):
    found = spectrum(pairs(lambda x: x @ np.array([[0.9, shear], [0.0, 0.5]]).T), functions=6)
    wanted = [1, 0.9, 0.5, 0.81, 0.45, 0.25]
    assert len(found.eigenvalues) == 6
    assert nearest(found.eigenvalues, wanted).max() < 1e-10
    assert nearest(found.verified, wanted).max() < 1e-8
    assert found.residuals.max() < 1e-10
    assert found.verified_residuals[:6].max() < 1e-8
    # With a shear the operator is far from normal: other numbers have small residuals too, and keep them.
    assert len(found.verified) == 6 or shear
    assert not found.spurious.any()


def test_a_system_at_rest_has_the_eigenvalue_1_only():
    # The grid has 1 on it, where the squared operator cancels to nothing.
    found = spectrum(np.ones((300, 2, 2)), functions=6)
    assert nearest(found.verified, [1]).max() < 1e-8
    assert nearest([1], found.verified).max() < 1e-8


def test_a_rotation_has_its_angle_and_an_expansion_is_on_the_grid():
    turn = 1.3 * np.array([[np.cos(1.0), -np.sin(1.0)], [np.sin(1.0), np.cos(1.0)]])
    found = spectrum(pairs(lambda x: x @ turn.T), functions=3, dt=0.1)
    assert nearest(found.verified, [1, 1.3 * np.exp(1j), 1.3 * np.exp(-1j)]).max() < 1e-8
    assert found.grid.real.max() > 1.3
    np.testing.assert_allclose(np.sort(found.frequencies), np.array([-1, 0, 1]) / (2 * np.pi * 0.1), atol=1e-8)
    np.testing.assert_allclose(np.sort(found.rates), [0, np.log(1.3) / 0.1, np.log(1.3) / 0.1], atol=1e-7)


def test_a_wave_of_one_channel_is_found_from_its_delays():
    found = spectrum(3 + np.sin(0.3 * np.arange(200)), dictionary="delay", functions=3, every=2)
    assert nearest(found.verified, [1, np.exp(0.6j), np.exp(-0.6j)]).max() < 1e-8
    assert found.dt == 2


def test_functions_of_the_verified_spectrum_are_multiplied_by_their_numbers():
    x = pairs(lambda x: x * [0.9, 0.5])
    found = spectrum(x, functions=6)
    before, after = found.functions(x[:, 0]), found.functions(x[:, 1])
    np.testing.assert_allclose(after, found.verified * before, atol=1e-8)
    assert found.least_residuals(np.array([0.9 + 0j, 0.7 + 0j]))[0] < 1e-8


def test_a_mixing_map_has_the_eigenvalue_1_and_all_others_are_spurious():
    """The logistic map at r = 4 takes the Chebyshev polynomial of degree n to that of degree 2n."""
    x = np.sin(np.pi / 2 * np.random.default_rng(0).uniform(size=4000)) ** 2
    found = spectrum(np.stack([x, 4 * x * (1 - x)], axis=1)[..., None], functions=12)
    assert found.verified == pytest.approx([1])
    assert found.error_bound < 1e-9
    assert found.spurious.sum() == len(found.eigenvalues) - 1
    assert found.residuals[1:].min() > 0.9
    assert repr(found).startswith("Koopman(1 verified value with residuals of at most ")


def test_radial_functions_find_no_more_than_the_constant_in_noise():
    found = spectrum(np.random.default_rng(0).normal(size=(2000, 2)), dictionary="radial", functions=15)
    assert found.verified == pytest.approx([1])
    assert found.spurious.sum() == len(found.eigenvalues) - 1


def test_the_least_residual_is_the_smallest_singular_value():
    found = spectrum(np.random.default_rng(0).normal(size=(300, 2)).cumsum(axis=0), functions=10)
    a, b, least = found.operator.inside, found.operator.outside, LeastResidual.of(found.operator)
    for z in (0.3 + 0.4j, -1.0 + 0j, 0.99 + 0.01j):
        dense = np.linalg.svd(np.concatenate([a - z * np.eye(len(a)), b]), compute_uv=False)[-1]
        value, v = least(z, least.start())
        assert value == pytest.approx(dense, rel=1e-2)
        assert np.linalg.norm(np.concatenate([(a - z * np.eye(len(a))) @ v[:, 0], b @ v[:, 0]])) == pytest.approx(value)
    i, j = 2, 3
    z = complex(found.grid.real[j], found.grid.imaginary[i])
    assert found.grid.residuals[i, j] == pytest.approx(found.least_residuals(np.array([z]))[0], rel=1e-2)


def test_pairs_with_missing_values_are_left_out_and_counted():
    x = np.arange(20.0)[:, None]
    x[5] = np.nan
    taken = take_snapshots([x[:10], x[10:]], every=1, history=2)
    assert taken.n_dropped == 3
    assert [*taken.fitted, *taken.held_out] == [1, 2, 3, 7, 8, *range(11, 19)]
    assert taken.states(np.array([2])) * taken.std + taken.mean == pytest.approx(np.array([[[2.0], [1.0]]]))


def test_recordings_come_in_several_forms():
    x = np.random.default_rng(0).normal(size=(60, 2))
    mask = np.ones((60, 2), bool)
    mask[30] = False
    one, masked = Series(x, dt=0.5), Series(np.where(mask, x, 0.0), dt=0.5, mask=mask)
    found = {
        name: spectrum(form, functions=3, spacing=0.6)
        for name, form in {"array": x, "series": one, "two": [x[:30], x[30:]], "stack": x.reshape(2, 30, 2)}.items()
    }
    np.testing.assert_array_equal(found["array"].eigenvalues, found["series"].eigenvalues)
    np.testing.assert_array_equal(found["two"].eigenvalues, found["stack"].eigenvalues)
    assert (found["array"].dt, found["series"].dt) == (1.0, 0.5)
    assert spectrum(masked, functions=3, spacing=0.6).snapshots.n_dropped == 2


@pytest.mark.parametrize(
    ("code", "settings"),
    [
        ("C512", {"dictionary": "radical"}),
        ("C531", {"functions": 40}),
        ("C531", {"functions": 2}),
        ("C531", {"every": 0}),
        ("C531", {"every": 99, "functions": 3}),
        ("C531", {"spacing": 0.0}),
    ],
)
def test_what_cannot_work_is_answered(code, settings):
    with pytest.raises(ConfigError, match=code):
        spectrum(np.random.default_rng(0).normal(size=(100, 2)), **settings)


def test_arrays_that_are_no_recordings_are_answered():
    for x in (np.zeros((2, 3, 4, 5)), [np.zeros((9, 1)), np.zeros((9, 2))]):
        with pytest.raises(ConfigError, match="C531"):
            spectrum(x, functions=3)

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import ConfigError, rollout
from attrax.analysis import lyapunov_spectrum
from attrax.analysis.lyapunov.orbit_averages import orbit_mean
from attrax.core.precision import in_float64
from attrax.core.result import Result
from attrax.systems import Henon, Logistic, find

HENON = np.array([0.1, 0.1])


def test_a_linear_change_of_coordinates_changes_nothing(maps):
    T = np.array([[2.0, -1.0], [0.5, 3.0]])
    z0 = np.random.default_rng(0).normal(scale=0.1, size=(3, 2))
    plain = lyapunov_spectrum(Henon(), jnp.asarray(z0), 2000)
    seen = lyapunov_spectrum(maps.Conjugate(Henon(), T), jnp.asarray(z0 @ T.T), 2000)
    assert np.all(np.abs(seen.exponents - plain.exponents) < 4 * np.hypot(seen.std_error, plain.std_error))
    np.testing.assert_allclose(seen.exponents.sum(), np.log(0.3), atol=1e-6)


def test_a_product_has_the_exponents_of_both(maps):
    both = maps.Product(Henon(), maps.Linear(np.diag([0.5, 0.02])))
    found = lyapunov_spectrum(both, jnp.array([0.1, 0.1, 0.0, 0.0]), 5000)
    alone = lyapunov_spectrum(Henon(), jnp.asarray(HENON), 5000)
    expected = np.sort([*alone.exponents, np.log(0.5), np.log(0.02)])[::-1]
    np.testing.assert_allclose(found.exponents, expected, atol=1e-2)


def test_exponents_sum_to_the_mean_logarithm_of_the_determinant(maps):
    # The determinant of the Henon map is -b at every state; that of a network changes from region to region.
    network = maps.bounded_network(3, 20, 0.3)
    found = lyapunov_spectrum(network, 0.1 * jnp.ones(3), 1000, transient=0)
    with jax.enable_x64(True):
        double = in_float64(network)
        start = 0.1 * jnp.ones(3)
        z = jnp.concatenate([start[None], rollout(double, start, 999).z])
        J = eqx.filter_jit(eqx.filter_vmap(double.jacobian))(z)
    log = np.log(np.abs(np.linalg.det(J)))
    assert log.std() > 0.1
    np.testing.assert_allclose(found.exponents.sum(), orbit_mean(log[:, None])[0], atol=1e-6)


def test_the_first_exponents_are_those_of_the_whole_spectrum():
    whole = lyapunov_spectrum(Henon(), jnp.asarray(HENON), 2000)
    first = lyapunov_spectrum(Henon(), jnp.asarray(HENON), 2000, k=1)
    np.testing.assert_allclose(first.exponents, whole.exponents[:1], rtol=1e-9)
    assert (first.complete, whole.complete) == (False, True)
    assert first.by_start.shape == (1, 1)


def test_rare_factorizations_change_nothing():
    # Smooth weights over blocks differ a little from those over steps.
    often, rarely = (lyapunov_spectrum(Henon(), jnp.asarray(HENON), 4000, every=every) for every in (1, 5))
    np.testing.assert_allclose(often.exponents, rarely.exponents, rtol=1e-3)
    np.testing.assert_allclose(rarely.exponents.sum(), np.log(0.3), atol=1e-9)
    assert rarely.n == 4000


def test_a_stack_of_starts_is_each_of_them_and_their_mean():
    z0 = 0.1 * np.random.default_rng(0).normal(size=(3, 2))
    stack = lyapunov_spectrum(Henon(), jnp.asarray(z0), 700)
    alone = [lyapunov_spectrum(Henon(), jnp.asarray(z), 700).exponents for z in z0]
    np.testing.assert_allclose(stack.by_start, alone, rtol=1e-6)
    np.testing.assert_allclose(stack.exponents, np.mean(alone, axis=0), rtol=1e-6)


def test_inputs_meet_their_steps_and_the_transient_does_not_count(maps):
    s = jnp.concatenate([jnp.full((100, 1), 100.0), jnp.full((500, 1), 0.5)])
    found = lyapunov_spectrum(maps.Switched(), jnp.zeros(1), 500, transient=100, s=s)
    np.testing.assert_allclose(found.exponents, [np.log(0.5)], atol=1e-12)


@pytest.mark.slow
def test_the_standard_error_is_the_spread_of_many_orbits():
    rng = np.random.default_rng(1)
    for dynamics, z0 in ((Henon(), 0.1 * rng.normal(size=(100, 2))), (Logistic(3.8), rng.uniform(0.2, 0.8, (100, 1)))):
        found = lyapunov_spectrum(dynamics, jnp.asarray(z0), 1000)
        spread = found.by_start.std(axis=0) / np.sqrt(100)
        np.testing.assert_allclose(found.std_error, spread, rtol=0.25)


def test_the_convergence_curve_ends_at_the_exponents_and_settles_on_the_way():
    found = lyapunov_spectrum(find("henon").map(), jnp.asarray(HENON), 20_000)
    np.testing.assert_allclose(found.convergence[-1], found.exponents, rtol=1e-12)
    error = np.abs(found.convergence[:, 0] - 0.41922)
    assert error[:5].max() > 5 * error[-5:].max()
    assert found.times[-1] == 20_000


def test_a_diverging_orbit_is_told_and_does_not_count():
    # The Henon map throws orbits from far away to infinity.
    found = lyapunov_spectrum(Henon(), jnp.array([[0.1, 0.1], [5.0, 5.0], [5.0, 5.0]]), 2000)
    assert found.result is Result.DIVERGED
    assert np.isnan(found.by_start[1]).all()
    np.testing.assert_array_equal(found.exponents, found.by_start[0])
    lost = lyapunov_spectrum(Henon(), jnp.array([5.0, 5.0]), 2000)
    assert lost.result is Result.DIVERGED
    assert np.isnan(lost.exponents).all()
    assert np.isnan(lost.kaplan_yorke)
    assert np.isnan(lost.entropy)


@pytest.mark.parametrize("turn", [0.0, 0.7])
def test_a_singular_map_has_an_exponent_of_minus_infinity(maps, turn):
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = rotation @ np.diag([0.5, 0.0]) @ rotation.T
    found = lyapunov_spectrum(maps.Linear(matrix), jnp.zeros(2), 1000)
    assert found.result is Result.UNRESOLVED
    np.testing.assert_allclose(found.exponents, [np.log(0.5), -np.inf], atol=1e-9)
    assert found.kaplan_yorke == 0


def test_a_superstable_cycle_has_an_exponent_of_minus_infinity():
    # The cycle through 1/2, where the parabola is flat.
    found = lyapunov_spectrum(Logistic(2.0), jnp.array([0.5]), 1000)
    assert found.exponents == [-np.inf]
    assert found.result is Result.UNRESOLVED


def test_a_time_step_too_long_is_told(maps):
    found = lyapunov_spectrum(maps.Linear(np.diag([np.e**9, 1.0, np.e**-20]), dt=10.0), jnp.zeros(3), 100)
    assert found.result is Result.UNRESOLVED
    np.testing.assert_allclose(found.exponents[:2], [0.9, 0.0], atol=1e-9)


def test_single_precision_parameters_are_computed_with_in_double(maps):
    network = maps.bounded_network(3, 20, 0.3)
    found = lyapunov_spectrum(network, jnp.zeros(3), 200)
    assert found.exponents.dtype == np.float64
    assert network.W1.dtype == jnp.float32
    assert jnp.zeros(1).dtype == jnp.float32


def test_a_limit_cycle_has_dimension_one(maps):
    found = lyapunov_spectrum(maps.Circle(0.5), jnp.array([0.3, 0.1]), 2000)
    np.testing.assert_allclose(found.exponents, [0.0, np.log(0.5)], atol=1e-9)
    np.testing.assert_allclose(found.kaplan_yorke, 1.0, atol=1e-6)


def test_progress_ends_at_the_total():
    calls = []
    lyapunov_spectrum(Henon(), jnp.asarray(HENON), 2000, progress=lambda done, total: calls.append((done, total)))
    done, total = np.transpose(calls)
    assert (total == 3000).all()
    assert (np.diff(done) > 0).all()
    assert done[-1] == 3000
    assert len(calls) >= 3


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"n": 0}, "C531"),
        ({"n": 10, "every": 3}, "C531"),
        ({"n": 9, "every": 3, "transient": 10}, "C531"),
        ({"n": 10, "k": 3}, "C531"),
        ({"n": 10, "k": 0}, "C531"),
        ({"n": 10, "transient": -1}, "C531"),
        ({"n": 10, "z0": jnp.zeros(3)}, "C561"),
        ({"n": 10, "s": jnp.zeros((10, 1))}, "C562"),
    ],
)
def test_impossible_settings_are_refused(settings, code):
    settings = {"z0": jnp.asarray(HENON), **settings}
    with pytest.raises(ConfigError) as error:
        lyapunov_spectrum(Henon(), **settings)
    assert error.value.code == code


def test_a_map_without_a_time_step_is_refused():
    with pytest.raises(ConfigError, match="time step"):
        lyapunov_spectrum(dataclasses.replace(Henon(), dt=0.0), jnp.asarray(HENON), 10)

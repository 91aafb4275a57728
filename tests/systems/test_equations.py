"""Equations of motion: fixed points in closed form, Jacobians, and exact solutions where they exist."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import expm

from attrax import rollout
from attrax.core import AbstractFlow, Result, TimeMap
from attrax.systems import Henon, Logistic, Lorenz63, Lorenz96, Oscillator, Rossler

FLOWS = [Lorenz63(), Lorenz63(rho=0.5), Lorenz96(), Lorenz96(F=16.0, size=7), Rossler(), Rossler(c=0.1), Oscillator()]
MAPS = [Henon(), Henon(a=-2.0), Logistic(), Logistic(r=3.2)]


class Blowup(AbstractFlow):
    """dz/dt = z^2: from 1 the solution 1 / (1 - t) is infinite at t = 1."""

    @property
    def dim(self):
        return 1

    def rhs(self, t, z, s=None):
        return z**2


@pytest.mark.parametrize("flow", FLOWS, ids=repr)
def test_velocity_vanishes_at_fixed_points_of_a_flow(flow):
    with jax.enable_x64(True):
        for z in flow.fixed_points():
            np.testing.assert_allclose(flow.rhs(jnp.asarray(0.0), jnp.asarray(z)), 0, atol=1e-12)


@pytest.mark.parametrize("dynamics", MAPS, ids=repr)
def test_a_map_stays_at_its_fixed_points(dynamics):
    with jax.enable_x64(True):
        for z in dynamics.fixed_points():
            np.testing.assert_allclose(dynamics.step(jnp.asarray(z)), z, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    ("system", "count"),
    [
        (Lorenz63(), 3),
        (Lorenz63(rho=0.5), 1),
        (Lorenz96(), 1),
        (Rossler(), 2),
        (Rossler(c=0.1), 0),
        (Oscillator(), 1),
        (Henon(), 2),
        (Henon(a=-2.0), 0),
        (Logistic(), 2),
    ],
    ids=repr,
)
def test_number_of_fixed_points(system, count):
    assert len(system.fixed_points()) == count


@pytest.mark.parametrize("dynamics", MAPS, ids=repr)
def test_jacobian_is_the_derivative_of_the_step(dynamics):
    with jax.enable_x64(True):
        for z in jax.random.normal(jax.random.key(0), (5, dynamics.latent_dim), jnp.float64):
            np.testing.assert_allclose(dynamics.jacobian(z), jax.jacfwd(dynamics.step)(z), rtol=1e-12)


@pytest.mark.parametrize("dynamics", MAPS, ids=repr)
def test_maps_keep_the_precision_they_are_given(dynamics):
    z = jnp.full(dynamics.latent_dim, 0.1, jnp.float32)
    with jax.enable_x64(True):
        assert dynamics.step(z).dtype == dynamics.jacobian(z).dtype == jnp.float32


def test_time_map_of_the_oscillator_is_the_matrix_exponential():
    oscillator = Oscillator(omega=2.0, gamma=0.3)
    exact = expm(0.7 * np.array([[0, 1], [-4, -0.6]]))
    z = np.array([0.3, -1.2])
    with jax.enable_x64(True):
        time_map = TimeMap(oscillator, 0.7)
        np.testing.assert_allclose(time_map.step(jnp.asarray(z)), exact @ z, atol=1e-8)
        np.testing.assert_allclose(time_map.jacobian(jnp.asarray(z)), exact, atol=1e-8)


def test_time_map_follows_the_exact_solution_until_it_blows_up():
    with jax.enable_x64(True):
        run = rollout(TimeMap(Blowup(), 0.3), jnp.array([1.0]), 100)
    np.testing.assert_allclose(run.z[:3, 0], 1 / (1 - 0.3 * np.arange(1, 4)), rtol=1e-8)
    assert np.isnan(run.z[3:]).all()
    assert Result(int(run.result)) is Result.DIVERGED

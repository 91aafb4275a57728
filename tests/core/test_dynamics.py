import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import expm

from attrax.core.dynamics import AbstractFlow, TimeMap
from attrax.systems import Oscillator

GENERATOR = np.array([[0.0, 1.0], [-1.0, -0.2]])


class Explosion(AbstractFlow):
    """dz/dt = z ** 2, which blows up at time 1 / z(0)."""

    dim = 1

    def rhs(self, t, z, s=None):
        return z**2


class Integrator(AbstractFlow):
    """dz/dt = s."""

    dim = 1

    def rhs(self, t, z, s=None):
        return s


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("dt", [pytest.param(0.01, marks=pytest.mark.slow), 3.0])
def test_time_map_of_a_linear_flow_is_the_matrix_exponential(dt):
    step = TimeMap(Oscillator(), dt)
    z = jnp.array([0.7, -0.4])
    np.testing.assert_allclose(step.step(z), expm(dt * GENERATOR) @ z, atol=1e-8)
    np.testing.assert_allclose(step.jacobian(z), expm(dt * GENERATOR), atol=1e-8)


def test_time_map_before_a_blow_up_is_exact_and_after_it_is_nan():
    np.testing.assert_allclose(TimeMap(Explosion(), 0.5).step(jnp.array([1.0])), 2.0, rtol=1e-8)
    assert jnp.isnan(TimeMap(Explosion(), 2.0).step(jnp.array([1.0]))).all()


@pytest.mark.parametrize("z", [np.nan, np.inf])
def test_time_map_of_a_state_that_is_not_finite_is_nan(z):
    assert jnp.isnan(TimeMap(Explosion(), 0.1).step(jnp.array([z]))).all()


def test_inputs_are_held_over_the_step():
    np.testing.assert_allclose(TimeMap(Integrator(), 0.5).step(jnp.array([1.0]), jnp.array([3.0])), 2.5)


def test_sizes_come_from_the_flow():
    step = TimeMap(Oscillator(), 0.1)
    assert (step.latent_dim, step.input_dim, step.dt) == (2, 0, 0.1)

"""Lyapunov exponents known in closed form or from the literature, the trivial ones first."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.analysis import lyapunov_spectrum
from attrax.core.dynamics import AbstractDynamics
from attrax.core.result import Result
from attrax.systems import Logistic, find


class Linear(AbstractDynamics):
    matrix: np.ndarray | jax.Array
    dt: float = eqx.field(static=True, default=1.0)

    @property
    def latent_dim(self):
        return len(self.matrix)

    @property
    def input_dim(self):
        return 0

    def step(self, z, s=None):
        return jnp.asarray(self.matrix) @ z

    def jacobian(self, z, s=None):
        return jnp.asarray(self.matrix)


class Tent(AbstractDynamics):
    """Slopes 1/p and -1/(1 - p): each step stretches by one or the other with the probability of its side."""

    peak: float
    dt: float = eqx.field(static=True, default=1.0)
    latent_dim = 1
    input_dim = 0

    def step(self, z, s=None):
        return jnp.where(z < self.peak, z / self.peak, (1 - z) / (1 - self.peak))

    def jacobian(self, z, s=None):
        return jax.jacfwd(self.step)(z)


def exponents(dynamics, z0, n, **settings):
    found = lyapunov_spectrum(dynamics, jnp.asarray(z0), n, **settings)
    assert found.result is Result.SUCCESSFUL
    return found.exponents


def rotation(angle):
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


MATRICES = {
    "diagonal": np.diag([0.3, 2.0, -0.9]),
    "identity": np.eye(2),
    "triangular": np.array([[0.5, 10.0, -3.0], [0.0, 0.9, 7.0], [0.0, 0.0, 0.2]]),
    "rotation": 0.95 * rotation(0.3),
    "stretched-rotation": np.diag([1.0, 20.0]) @ (0.95 * rotation(0.3)) @ np.diag([1.0, 0.05]),
    "rotation-and-reals": np.array([[0.9, -0.4, 1.0, 0], [0.4, 0.9, 0, 2.0], [0, 0, 0.5, 1.0], [0, 0, 0, -1.1]]),
}


@pytest.mark.parametrize("name", MATRICES)
def test_a_linear_map_has_the_logarithms_of_its_eigenvalues(name):
    # Four dimensions for all of them, so that one compilation serves.
    matrix = 0.05 * np.eye(4)
    size = len(MATRICES[name])
    matrix[:size, :size] = MATRICES[name]
    expected = np.sort(np.log(np.abs(np.linalg.eigvals(matrix))))[::-1]
    np.testing.assert_allclose(exponents(Linear(matrix), np.zeros(4), 10_000), expected, atol=1e-7)


def test_nearly_equal_eigenvalues_without_enough_eigenvectors_converge_slowly():
    matrix = np.diag([0.8, 0.7999, 0.05, 0.05])
    matrix[0, 1] = 1.0
    found = exponents(Linear(matrix), np.zeros(4), 100_000, transient=0)
    np.testing.assert_allclose(found[:2], np.log([0.8, 0.7999]), atol=1e-4)


def test_exponents_are_rates_per_unit_of_time():
    np.testing.assert_allclose(
        exponents(Linear(np.diag([0.5, 2.0]), dt=0.1), np.zeros(2), 1000), np.log([2, 0.5]) / 0.1
    )


@pytest.mark.parametrize(("r", "cycle"), [(2.5, [0.6]), (3.2, [0.5130445095326298, 0.7994554904673701])])
def test_a_stable_cycle_of_the_logistic_map_has_the_mean_logarithm_of_its_slopes(r, cycle):
    expected = np.log(np.abs(r * (1 - 2 * np.array(cycle)))).mean()
    np.testing.assert_allclose(exponents(Logistic(r), [0.3], 10_001), [expected], atol=1e-8)


def test_an_unstable_fixed_point_that_rounding_does_not_leave():
    np.testing.assert_allclose(exponents(Logistic(4.0), [0.75], 1000), [np.log(2)], atol=1e-12)


def test_the_logistic_map_at_4():
    np.testing.assert_allclose(exponents(Logistic(4.0), [0.4], 100_000), [np.log(2)], rtol=1e-3)


@pytest.mark.parametrize("peak", [0.3, 0.45])
def test_the_skew_tent_map_has_the_entropy_of_its_branches(peak):
    expected = -peak * np.log(peak) - (1 - peak) * np.log(1 - peak)
    found = lyapunov_spectrum(Tent(peak), jnp.array([[0.2], [0.37], [0.61], [0.7]]), 50_000)
    np.testing.assert_allclose(found.exponents, [expected], rtol=1e-2)
    assert abs(found.exponents[0] - expected) < 4 * found.std_error[0]


def test_the_henon_map():
    z0 = 0.1 * np.random.default_rng(0).normal(size=(3, 2))
    np.testing.assert_allclose(exponents(find("henon").map(), z0, 60_000), [0.41922, -1.62319], rtol=5e-3)


@pytest.mark.slow
def test_a_damped_oscillator_has_the_real_parts_of_its_eigenvalues():
    np.testing.assert_allclose(exponents(find("oscillator").map(), [1.0, 0.0], 3000), [-0.1, -0.1], atol=1e-6)


# 100,000 steps in 16 orbits. At dt = 0.01 they would last 1000 units of time, over which the largest exponent of
# Lorenz-63 itself varies by more than a percent.
FLOWS = {"lorenz63": (0.1, [0.9056, 0.0, -14.5723]), "rossler": (0.2, [0.0714, 0.0, -5.3943])}


@pytest.mark.slow
@pytest.mark.parametrize("name", FLOWS)
def test_flows_have_the_published_exponents(name):
    dt, expected = FLOWS[name]
    system = find(name)
    z0 = np.array(system.z0) + 0.1 * np.random.default_rng(0).normal(size=(16, 3))
    found = lyapunov_spectrum(system.map(dt), jnp.asarray(z0), 6250, transient=1000)
    np.testing.assert_allclose(found.exponents, expected, rtol=0.01, atol=0.001)


@pytest.mark.slow
def test_lorenz96_has_the_tabulated_exponents():
    system = find("lorenz96")
    z0 = np.array(system.z0) + 0.1 * np.random.default_rng(0).normal(size=(8, 20))
    found = lyapunov_spectrum(system.map(0.05), jnp.asarray(z0), 500, transient=300)
    np.testing.assert_allclose(found.exponents, system.exponents, atol=0.15)
    np.testing.assert_allclose(found.exponents.sum(), -20, rtol=1e-6)

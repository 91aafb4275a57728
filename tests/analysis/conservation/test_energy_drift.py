"""The drift of the energy against closed forms."""

import jax.numpy as jnp
import numpy as np
import pytest

from attrax.analysis import energy_drift
from attrax.core import Result
from attrax.core.errors import ConfigError
from attrax.models import HamiltonianNetwork, ScalarNetwork, SeparableEnergy


def oscillator(z):
    return (z**2).sum() / 2


def powers(matrix, n):
    """The orbit of a linear map from the state (1, 0)."""
    z = np.empty((n, 2))
    z[0] = 1.0, 0.0
    for t in range(1, n):
        z[t] = matrix @ z[t - 1]
    return z


def test_euler_steps_of_an_oscillator_gain_the_energy_that_theory_says():
    # Each Euler step multiplies the energy by 1 + h^2.
    h, n = 0.05, 400
    found = energy_drift(oscillator, powers(np.array([[1, h], [-h, 1]]), n), dt=h)
    expected = (1 + h**2) ** np.arange(n) / 2
    np.testing.assert_allclose(found.energies, expected, rtol=1e-12)
    assert found.slope == pytest.approx(np.polyfit(h * np.arange(n), expected, 1)[0])
    assert found.excursion == pytest.approx(expected[-1] - 0.5)
    assert found.result is Result.SUCCESSFUL


def test_leapfrog_steps_of_an_oscillator_have_an_excursion_and_no_trend():
    h, n = 0.1, 20_000
    half = np.array([[1, 0], [-h / 2, 1]])
    found = energy_drift(oscillator, powers(half @ np.array([[1, h], [0, 1]]) @ half, n), dt=h)
    assert found.excursion == pytest.approx(h**2 / 8, rel=1e-3)
    assert abs(found.drift) < 1e-5
    assert found.scale == pytest.approx(0.25, rel=0.01)


def test_a_damped_orbit_loses_the_energy_that_friction_takes():
    rate, dt = 0.3, 0.01
    t = dt * np.arange(1000)
    z = np.exp(-rate * t / 2)[:, None] * np.stack([np.sin(t), np.cos(t)], axis=1)
    found = energy_drift(oscillator, z, dt=dt)
    np.testing.assert_allclose(found.energies, np.exp(-rate * t) / 2)
    assert found.slope < 0


def test_a_constant_in_the_energy_changes_no_number():
    z = np.random.default_rng(0).normal(size=(50, 4))
    one, other = energy_drift(oscillator, z), energy_drift(lambda z: oscillator(z) - 7, z)
    for name in ("slope", "excursion", "scale", "drift"):
        assert getattr(one, name) == pytest.approx(getattr(other, name))


def test_only_the_states_before_the_first_broken_one_count():
    z = powers(np.array([[1, 0.1], [-0.1, 1]]), 20)
    broken = np.concatenate([z[:10], [[np.nan, 1.0]], z[10:]])
    found, expected = energy_drift(oscillator, broken), energy_drift(oscillator, z[:10])
    assert (found.result, found.n_used) == (Result.DIVERGED, 10)
    assert (found.slope, found.excursion, found.drift) == (expected.slope, expected.excursion, expected.drift)
    assert np.isnan(found.energies[10:]).all()
    nothing = energy_drift(oscillator, np.full((5, 2), np.inf))
    assert (nothing.n_used, nothing.result) == (0, Result.DIVERGED)
    assert np.isnan(nothing.drift)


def test_the_energy_of_a_model_in_single_precision_is_computed_in_double():
    half = ScalarNetwork(jnp.zeros(1), jnp.ones((1, 1)), jnp.zeros(1), jnp.full(1, 0.1))
    f = HamiltonianNetwork(SeparableEnergy(half, half), jnp.zeros(1), jnp.zeros(0), jnp.zeros((1, 0)))
    found = energy_drift(f.energy, np.ones((3, 2), np.float32))
    assert found.energies.dtype == np.float64
    np.testing.assert_allclose(found.energies, 1 + 2 * np.float64(np.float32(0.1)) * np.log(np.cosh(1.0)), rtol=1e-14)


@pytest.mark.parametrize("shape", [(2, 4), (10, 3)])
def test_states_without_a_drift_are_refused(shape):
    with pytest.raises(ConfigError, match="C531"):
        energy_drift(oscillator, np.ones(shape))

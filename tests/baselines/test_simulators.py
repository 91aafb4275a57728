"""What every baseline must do as a simulator, whatever it believes about the motion."""

import subprocess
import sys

import numpy as np
import pytest

from attrax.baselines import Persistence, VectorAutoregression
from attrax.core import Result

ROTATION = 0.95 * np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
PROCESS = VectorAutoregression(
    c=np.array([0.1, -0.2]),
    A=np.stack([0.6 * ROTATION, 0.3 * ROTATION]),
    C=np.zeros((2, 0)),
    covariance=np.array([[0.5, 0.2], [0.2, 0.3]]),
)
SIMULATORS = [Persistence(), PROCESS]


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(30, 2))


@pytest.mark.parametrize("simulator", SIMULATORS)
@pytest.mark.parametrize("rows", [1, 2, 30])
def test_a_simulation_has_n_finite_rows_after_any_context(simulator, rows, x):
    before = x.copy()
    run = simulator.simulate(x[:rows], 12, key=0)
    assert run.x.shape == (12, 2)
    assert np.isfinite(run.x).all()
    assert run.result is Result.SUCCESSFUL
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_the_same_key_gives_the_same_bits(simulator, x):
    a, b = (simulator.simulate(x, 20, key=5).x for _ in range(2))
    np.testing.assert_array_equal(a, b)


def test_another_key_changes_a_stochastic_simulation_only(x):
    def change(simulator):
        return np.abs(simulator.simulate(x, 20, key=1).x - simulator.simulate(x, 20, key=2).x).min()

    assert change(Persistence()) == 0
    assert change(PROCESS) > 0


@pytest.mark.parametrize("simulator", SIMULATORS)
@pytest.mark.parametrize("horizon", [1, 3, 29])
def test_a_forecast_is_the_end_of_the_simulation_without_noise(simulator, horizon, x):
    forecast = simulator.forecast(x, horizon)
    assert forecast.shape == (30 - horizon, 2)
    for t in range(len(forecast)):
        np.testing.assert_allclose(forecast[t], simulator.simulate(x[: t + 1], horizon).x[-1], atol=1e-12)


@pytest.mark.parametrize("simulator", SIMULATORS)
@pytest.mark.parametrize("horizon", [30, 100])
def test_nothing_can_be_forecast_beyond_the_recording(simulator, horizon, x):
    assert simulator.forecast(x, horizon).shape == (0, 2)


@pytest.mark.parametrize("simulator", SIMULATORS)
def test_a_missing_value_is_taken_as_the_last_one_observed(simulator, x):
    gap, filled = x.copy(), x.copy()
    gap[0, 1], filled[0, 1] = np.nan, np.delete(x[:, 1], [0, 7, 8, 29]).mean()
    gap[7:9, 1], filled[7:9, 1] = np.nan, x[6, 1]
    gap[29, 1], filled[29, 1] = np.nan, x[28, 1]
    np.testing.assert_allclose(simulator.forecast(gap, 4), simulator.forecast(filled, 4), atol=1e-12)
    np.testing.assert_allclose(simulator.simulate(gap, 4, key=0).x, simulator.simulate(filled, 4, key=0).x, atol=1e-12)


def test_persistence_repeats_the_present(x):
    np.testing.assert_array_equal(Persistence().simulate(x, 3).x, x[[-1, -1, -1]])
    np.testing.assert_array_equal(Persistence().forecast(x, 4), x[:-4])


def test_baselines_cost_no_jax():
    program = "import sys, attrax.baselines; sys.exit(7 if {'jax', 'pandas'}.isdisjoint(sys.modules) else 1)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 7

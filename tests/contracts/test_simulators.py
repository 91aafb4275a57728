import numpy as np
import pytest

from attrax.baselines import Persistence
from attrax.core import Simulation
from attrax.testing import check_simulator


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(30, 2)) * [2.0, 0.5] + [3.0, -1.0]


def test_simulators_keep_the_contract(simulator, x):
    simulated, input_dim = simulator()
    s = np.random.default_rng(1).normal(size=(30, input_dim)) if input_dim else None
    check_simulator(simulated, x, s)


@pytest.mark.parametrize("horizon", [1, 4])
def test_a_forecast_is_the_end_of_the_expected_simulation(simulator, horizon, x):
    simulated, input_dim = simulator()
    s = np.random.default_rng(1).normal(size=(30, input_dim)) if input_dim else None
    forecast = simulated.forecast(x, horizon, s)
    for t in (0, 11, 29 - horizon):
        future = None if s is None else s[t + 1 : t + 1 + horizon]
        expected = simulated.simulate(x[: t + 1], horizon, future).x[-1]
        np.testing.assert_allclose(forecast[t], expected, rtol=1e-4, atol=1e-5)


def test_a_simulation_of_the_wrong_length_is_found(x):
    class Short(Persistence):
        def simulate(self, context, n, s=None, *, key=None):
            run = super().simulate(context, n, s, key=key)
            return Simulation(run.x[1:], run.result)

    with pytest.raises(AssertionError, match="number of rows"):
        check_simulator(Short(), x)

"""Every rival as a simulator, and what each must be able to continue."""

from pathlib import Path

import numpy as np
import pytest

from attrax.baselines.operators import accurate_modes
from attrax.core.result import Result
from attrax.reading.load import load
from attrax.registries import RIVALS
from attrax.testing import check_simulator

SLOW = {"kalman", "bop-dmd", "random-forest", "gradient-boosting", "sindy", "neural-ode", "rnn", "lstm", "gru", "tcn"}
SLOW |= {"transformer", "n-beats", "n-hits", "state-space", "liquid-state"}
ALL = [pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in RIVALS.names]
STEADY = [
    pytest.param(name, marks=pytest.mark.slow) if name in SLOW else name for name in RIVALS.names if name != "sindy"
]
"""The equations that SINDy finds on a closed curve may lead away from states off the curve, as after a gap."""
CANNOT = {"mean", "persistence", "drift", "exponential-smoothing"}
"""They know no waves."""
ROWS = 260


@pytest.fixture(scope="module")
def waves():
    t = 2 * np.pi * np.arange(ROWS + 20) / 20
    return np.stack([np.sin(t), np.cos(t) + 0.3 * np.sin(2 * t)], axis=1)


@pytest.fixture(scope="module")
def fitted(waves):
    """Rivals that have seen the waves, each fitted once.

    A little noise keeps the functions of a state apart, which on a closed curve are copies of each other.
    """
    known = {}
    seen = load(waves[:ROWS] + 0.01 * np.random.default_rng(0).normal(size=(ROWS, 2)))

    def fit(name):
        if name not in known:
            known[name] = RIVALS.spec(name).fits[0](seen, seed=0)
        return known[name]

    return fit


@pytest.mark.parametrize("name", RIVALS.names)
def test_where_a_rival_is_described_is_in_the_references(name):
    references = (Path(__file__).parents[2] / "docs" / "refs.bib").read_text(encoding="utf-8")
    assert all(f"{{{key}," in references for key in RIVALS.spec(name).references)
    assert bool(RIVALS.spec(name).paper) == bool(RIVALS.spec(name).references)


@pytest.mark.parametrize("name", STEADY)
def test_a_rival_goes_on_from_any_context(name, fitted, waves):
    simulator = fitted(name)
    one = simulator.simulate(waves[:ROWS], 7)
    assert (one.x.shape, one.result) == ((7, 2), Result.SUCCESSFUL)
    assert np.isfinite(one.x).all()
    first, second = simulator.simulate_many(np.stack([waves[40:ROWS], waves[20 : ROWS - 20]]), 7)
    np.testing.assert_allclose(first.x, simulator.simulate(waves[40:ROWS], 7).x, rtol=1e-3, atol=1e-3)
    assert second.x.shape == (7, 2)
    gaps = waves[:ROWS].copy()
    gaps[-1, 0] = gaps[5, 1] = np.nan
    assert np.isfinite(simulator.simulate(gaps, 7).x).all()


@pytest.mark.parametrize("name", STEADY)
def test_a_rival_keeps_the_contract_of_simulators(name, fitted, waves):
    check_simulator(fitted(name), waves[:20])


@pytest.mark.parametrize("name", ALL)
def test_a_rival_that_knows_waves_continues_one(name, fitted, waves):
    run = fitted(name).simulate(waves[:ROWS], 20)
    error = np.abs(run.x - waves[ROWS:]).mean() / np.abs(waves).mean()
    assert (error < 0.35) != (name in CANNOT), error


@pytest.mark.parametrize("name", ["mean", "drift", "seasonal", "linear", "dmd", "edmd", "analogues"])
def test_a_forecast_is_the_end_of_the_simulation(name, fitted, waves):
    simulator, x = fitted(name), waves[:60]
    forecast = simulator.forecast(x, 3)
    assert forecast.shape == (57, 2)
    for t in (0, 30, 56):
        np.testing.assert_allclose(forecast[t], simulator.simulate(x[: t + 1], 3).x[-1], atol=1e-8)
    assert simulator.forecast(x, 60).shape == (0, 2)


def test_eigenpairs_that_the_data_do_not_bear_out_are_left_out():
    # The functions (x, x squared) of a rotation: the first two close under it, the last does not.
    angle = 0.3 * np.arange(500)
    orbit = np.stack([np.cos(angle), np.sin(angle), np.sign(np.cos(7 * angle))], axis=1)
    eigenvalues, _ = accurate_modes(orbit[:-1], orbit[1:], 0.1)
    np.testing.assert_allclose(np.sort_complex(eigenvalues), np.exp([-0.3j, 0.3j]), atol=1e-2)
    assert len(accurate_modes(orbit[:-1], orbit[1:], np.inf)[0]) == 3

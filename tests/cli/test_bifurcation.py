"""A parameter is swept through what is known: period doublings, chaos, fixed points; bad ranges and names are told."""

import json

import numpy as np
import pytest

from attrax import ConfigError
from attrax.runs.parameter_sweep import family_of, parse_range, sweep_figure, sweep_parameter


def test_the_logistic_map_doubles_its_period_and_becomes_chaotic():
    family = family_of("logistic", "r")
    found = sweep_parameter(family, np.array([2.8, 3.2, 3.5, 4.0]))
    counts = [len(np.unique(states.round(6))) for states in found.states]
    assert counts[:3] == [1, 2, 4]
    assert counts[3] > 50
    # At r = 2.8 the multiplier of the fixed point is 2 - r.
    assert found.exponents[0] == pytest.approx(np.log(0.8), abs=1e-6)
    assert found.exponents[3] == pytest.approx(np.log(2), abs=0.1)


@pytest.mark.slow
def test_a_flow_is_shown_by_its_maxima():
    found = sweep_parameter(family_of("rossler", "c"), np.array([2.5, 5.7]))
    cycle, chaos = (states[np.isfinite(states)] for states in found.states)
    assert np.ptp(cycle[-10:]) < 1e-3 * np.ptp(chaos)
    assert abs(found.exponents[0]) < 0.02 < found.exponents[1] < 0.12


def test_an_orbit_that_diverges_has_no_states():
    found = sweep_parameter(family_of("logistic", "r"), np.array([3.2, 4.5]))
    assert np.isnan(found.states[1]).all()
    assert np.isnan(found.exponents[1])
    assert np.isfinite(found.exponents[0])


def test_the_figure_has_states_above_and_exponents_below():
    family = family_of("logistic", "r")
    figure = sweep_figure(sweep_parameter(family, np.linspace(2.8, 4.0, 5)), family, "r")
    assert [panel.y.label for panel in figure.panels] == ["x", "largest exponent"]
    assert "5 values of r" in figure.caption


@pytest.mark.parametrize("text", ["r", "r=3", "r=4:3", "r=a:b", "=3:4", "r=1:inf"])
def test_a_range_that_cannot_be_read_is_told(text):
    with pytest.raises(ConfigError, match="C616"):
        parse_range(text)


def test_an_unknown_parameter_is_told():
    with pytest.raises(ConfigError, match="did you mean 'rho'"):
        family_of("lorenz63", "rhp")


def test_the_command_writes_figures_and_json(program, tmp_path):
    told = json.loads(program("bifurcation", "logistic", "r=3:4", "--values", 4, "--json", "--quiet").out)
    assert (told["parameter"], len(told["exponents"])) == ("r", 4)
    names = {path.name for path in (tmp_path / "logistic-bifurcation" / "figures").iterdir()}
    assert names == {f"bifurcation.{end}" for end in ("png", "svg", "pdf", "csv")}

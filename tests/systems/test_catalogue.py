"""The catalogue: names found, names mistyped, and no compiler started for either answer."""

import subprocess
import sys
from dataclasses import replace

import pytest

from attrax import ConfigError, DataError
from attrax.systems import Lorenz63, find, names
from attrax.systems.system import identity_sampling


def test_every_name_leads_to_a_system_of_that_name():
    for name in names():
        assert find(name).name == name
        assert find(name).map().dt == find(name).dt


def test_the_catalogue_holds_136_flows_23_maps_and_8_lattices():
    systems = [find(name) for name in names() if name != "oscillator"]
    assert sum(system.sampling is identity_sampling for system in systems) == 31
    assert sum(system.has_memory for system in systems) == 6
    assert len(systems) == 167


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lorentz63", "lorenz63"),
        ("Rossler", "rossler"),
        ("roessler", "rossler"),
        ("hennon", "henon"),
        ("MackeyGlas", "mackey_glass"),
    ],
)
def test_a_mistyped_name_gets_the_nearest_one(typed, meant):
    with pytest.raises(DataError) as caught:
        find(typed)
    assert caught.value.code == "D120"
    assert f"did you mean '{meant}'" in caught.value.fix


def test_a_name_like_no_other_gets_the_list():
    with pytest.raises(DataError) as caught:
        find("qqq")
    assert "did you mean" not in caught.value.fix
    assert all(name in caught.value.fix for name in names())


def test_an_unknown_name_is_answered_without_jax():
    program = """
import sys
from attrax.systems import catalogue
try:
    catalogue.find("nothing")
except ValueError as error:
    assert error.code == "D120"
    assert "jax" not in sys.modules and "pandas" not in sys.modules
    sys.exit(7)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 7


def test_a_flow_is_sampled_at_any_step_and_a_map_only_at_its_own():
    assert find("lorenz63").map(0.5).dt == 0.5
    assert find("henon").map(1.0).dt == 1.0
    with pytest.raises(ConfigError, match="C532"):
        find("henon").map(0.5)
    for name in ("lorenz63", "henon"):
        with pytest.raises(ConfigError, match="C531"):
            find(name).map(0.0)


def test_other_parameters_are_another_record():
    system = replace(find("lorenz63"), dynamics=Lorenz63(rho=20.0), exponents=())
    assert system.map().flow.rho == 20.0

"""Built-in systems: equations against an independent version, live and frozen; orbits against another solver."""

import dataclasses
import importlib.util
import inspect
import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import ConfigError
from attrax.core import AbstractFlow
from attrax.systems import Logistic, Lorenz63, Lorenz96, System, catalogue, find, names
from attrax.systems.decorators import TWO_PI, flow_system, map_system
from tests.systems import oracle

FROZEN = json.loads(oracle.FROZEN.read_text())
COMPARED = [name for name in names() if name not in oracle.OURS_ALONE]
# Where ours are other values than theirs, and why: 8/3 to all digits, the usual ring, the parameter with known density.
OTHER_VALUES = {"lorenz63": Lorenz63(beta=2.667), "lorenz96": Lorenz96(F=20.0), "logistic": Logistic(3.9)}
# The velocity jumps, so no solver keeps its order there.
JUMPS = [name for name in names() if not find(name).smooth]

NOW = jnp.zeros(())

needs_dysts = pytest.mark.skipif(
    importlib.util.find_spec("dysts") is None, reason="needs dysts: see tests/systems/oracle.py"
)


def velocities(name, z):
    """Velocities or next states by our equation, at the parameters of the independent version."""
    system = find(name)
    dynamics = OTHER_VALUES.get(name, system.dynamics)
    with jax.enable_x64(True):
        if oracle.delayed(system):
            return np.array([[dynamics.equation(*map(jnp.asarray, row), **dynamics.parameters)] for row in z])
        move = (lambda x: dynamics.rhs(NOW, x)) if isinstance(dynamics, AbstractFlow) else dynamics.step
        return np.array([move(jnp.asarray(row)) for row in z])


def assert_same(ours, theirs, rtol):
    """Equal up to `rtol` of the larger of a number and a billionth of its column."""
    finite = np.isfinite(theirs).all(axis=1)
    assert finite.any()
    scale = np.abs(theirs[finite]).max(axis=0)
    assert (np.abs(ours - theirs)[finite] <= rtol * np.abs(theirs[finite]) + 1e-9 * rtol * scale + 1e-300).all()
    np.testing.assert_array_equal(np.isfinite(ours).all(axis=1), finite)


def test_every_equation_gives_the_frozen_velocities(monkeypatch):
    # In NumPy: compiling what 158 equations are made of takes a hundred times as long as computing them.
    for file in {*catalogue._FILE.values(), *(f"closed_form.{name}" for name in catalogue._CLASSES)}:
        module = importlib.import_module(f"attrax.systems.{file}")
        if hasattr(module, "jnp"):
            monkeypatch.setattr(module, "jnp", np)
    monkeypatch.setattr("attrax.systems.maps.jax", NewtonInNumPy)
    assert sorted(FROZEN) == sorted(COMPARED)
    for name, frozen in FROZEN.items():
        z, expected = np.array(frozen["z"]), np.array(frozen["velocity"], float)
        with np.errstate(all="ignore"):
            found = np.array([formula(name)(*row) for row in z], float)
        try:
            assert_same(found.reshape(expected.shape), expected, 1e-9)
        except AssertionError as error:
            raise AssertionError(name) from error


class NewtonInNumPy:
    """The two functions of `jax.lax` that an equation of the catalogue uses."""

    class lax:  # noqa: N801
        @staticmethod
        def stop_gradient(values):
            return values

        @staticmethod
        def fori_loop(first, last, body, value):
            for i in range(first, last):
                value = body(i, value)
            return value


def formula(name):
    """The function behind a system, of its state variables one by one."""
    dynamics = OTHER_VALUES.get(name, find(name).dynamics)
    if hasattr(dynamics, "parameters"):
        return lambda *z: dynamics.equation(*z, **dynamics.parameters)
    unchecked = inspect.unwrap(type(dynamics).rhs if isinstance(dynamics, AbstractFlow) else type(dynamics).step)
    return (
        (lambda *z: unchecked(dynamics, 0.0, np.array(z)))
        if isinstance(dynamics, AbstractFlow)
        else (lambda *z: unchecked(dynamics, np.array(z)))
    )


@pytest.mark.slow
@needs_dysts
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", COMPARED)
def test_every_equation_agrees_with_the_independent_version_at_a_hundred_states(name):
    z = oracle.states(find(name), 100)
    assert_same(velocities(name, z), oracle.their_velocities(find(name), z).astype(float), 1e-9)


@pytest.mark.slow
@needs_dysts
@pytest.mark.filterwarnings("ignore")
def test_parameters_are_those_of_the_independent_version():
    for name in COMPARED:
        system = find(name)
        theirs = oracle.their_parameters(system)
        for parameter, value in getattr(system.dynamics, "parameters", {}).items():
            np.testing.assert_array_equal(value, theirs[parameter], err_msg=f"{name}: {parameter}")


def assert_orbit(name):
    system = find(name)
    frozen = np.array(FROZEN[name]["half_period"])
    with jax.enable_x64(True):
        ours = np.asarray(system.map(system.period / 2).step(jnp.asarray(system.z0)))
    # A variable may start at less than the absolute tolerance, as do two of `liu_chen`, whose errors then grow.
    scale = np.abs(frozen - system.z0) + np.abs(frozen) + 0.1 * np.abs(frozen).max()
    np.testing.assert_allclose((ours - frozen) / scale, 0, atol=1e-3 if name in JUMPS else 1e-6, err_msg=name)


@pytest.mark.parametrize("name", ["chen", "torus"])
def test_half_a_period_agrees_with_another_solver(name):
    assert_orbit(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in COMPARED if "half_period" in FROZEN[name]])
def test_half_a_period_of_every_flow_agrees_with_another_solver(name):
    assert_orbit(name)


def test_the_catalogue_lists_what_the_files_define():
    for file, listed in catalogue._BY_FILE.items():
        module = importlib.import_module(f"attrax.systems.{file}")
        defined = {name for name, value in vars(module).items() if isinstance(value, System)}
        assert defined == set(listed.split())


def test_every_record_is_complete():
    for name in names():
        system = find(name)
        assert system.name == name
        assert system.title
        assert system.summary.endswith(".")
        assert system.equations
        assert system.citation.endswith(".")
        assert system.domain
        assert len(system.z0) == len(system.channels)
        assert set(system.phases) <= set(system.channels)
        assert all(0 <= system.z0[system.channels.index(p)] < length for p, length in system.phases.items())


def test_a_system_of_your_own_takes_a_dozen_lines():
    @flow_system(
        z0=(1.0, 0.0, 0.5),
        period=TWO_PI / 2,
        domain="mechanics",
        citation="Nobody (2026). A rotor that stays.",
        phases={"angle": TWO_PI},
    )
    def rotor(angle, offset, drift, *, speed=2.0):
        """Rotor: it turns at an even speed."""
        return speed, -offset, 0 * drift

    assert (rotor.title, rotor.summary) == ("Rotor", "it turns at an even speed.")
    assert rotor.equations[0] == "dangle/dt = speed"
    assert rotor.observed_channels == ("cos_angle", "sin_angle", "offset", "drift")
    seen = rotor.observe(np.array([[0.0, 1.0, 2.0], [TWO_PI / 4, 3.0, 4.0]]))
    np.testing.assert_allclose(seen, [[1, 0, 1, 2], [0, 1, 3, 4]], atol=1e-15)
    with jax.enable_x64(True):
        after = rotor.map(rotor.period).step(jnp.asarray(rotor.z0))
    np.testing.assert_allclose(after, [1 + TWO_PI, 0.0, 0.5], atol=1e-9)


def test_a_map_of_your_own_has_its_derivative():
    @map_system(z0=(0.1, 0.2), domain="mathematics", citation="Nobody (2026).")
    def shear(x, y, *, k=2.0):
        """Shear: it shears."""
        return x + k * y, y

    np.testing.assert_allclose(shear.map().jacobian(jnp.array([0.3, 0.4])), [[1, 2], [0, 1]])


def test_parameters_are_leaves_and_can_be_changed_by_name():
    chen = find("chen").dynamics
    z = jnp.array([1.0, 2.0, 3.0])
    rates = jax.vmap(lambda c: chen.at(c=c).rhs(NOW, z))(jnp.array([28.0, 30.0]))
    np.testing.assert_allclose(rates[:, 1], [(28 - 35 - 3) * 1 + 28 * 2, (30 - 35 - 3) * 1 + 30 * 2])
    assert {35.0, 3.0, 28.0} <= {leaf for leaf in jax.tree.leaves(chen) if not callable(leaf)}
    with pytest.raises(ConfigError, match="C573") as caught:
        find("windmi_reduced").dynamics.at(a11=1.0)
    assert "did you mean 'a1'" in caught.value.fix
    assert dataclasses.replace(find("chen"), dynamics=chen.at(a=30.0)).map().flow.parameters["a"] == 30.0

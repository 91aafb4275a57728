"""An independent version of every equation: the package `dysts`, which the product never imports.

Run as a program, it writes `equations.json`: a few states and velocities of each system, so that the default suite can
check the equations without `dysts`. Its needs do not fit `constraints.txt`, so make it an environment of its own:

    python3 -m venv .venv-oracle && .venv-oracle/bin/pip install -e ".[oracle]"
    .venv-oracle/bin/python -m tests.systems.oracle                          # half a minute
    .venv-oracle/bin/pytest -m slow tests/systems/test_decorators.py         # every equation, at a hundred states
"""

import importlib
import json
import sys
import warnings
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp

from attrax.systems import System, find, names

FROZEN = Path(__file__).with_name("equations.json")
# Names that differ by more than capitals and underscores.
OTHER = {"lorenz63": "Lorenz", "duffing_map": "Duffing"}
OURS_ALONE = (
    *("oscillator", "theta_gamma"),
    *("day_and_night", "high_life", "life", "replicator", "rule_22", "rule_90", "rule_150", "seeds"),
)
MAPS = ("henon", "logistic", "duffing_map")


def is_map(system: System) -> bool:
    """Whether time is counted in steps."""
    return system.period == 0 and system.name != "lorenz96"


def their_class(system: System):
    """The class of `dysts` that stands for the same equation."""
    module = importlib.import_module("dysts.maps" if is_map(system) else "dysts.flows")
    wanted = OTHER.get(system.name, system.name.replace("_", "")).lower()
    (name,) = (n for n in vars(module) if n.lower() == wanted and isinstance(vars(module)[n], type))
    return vars(module)[name]


def their_parameters(system: System) -> dict:
    """The parameters under which both are compared: theirs, of which ours are the same unless said otherwise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return dict(their_class(system)().params)


def states(system: System, n: int) -> np.ndarray:
    """Random states about the attractor: half of them with the signs of `z0`, half with any."""
    rng = np.random.default_rng(0)
    z0 = np.array(system.z0 * 2 if delayed(system) else system.z0)
    low = np.where(np.arange(n) % 2, 0.2, -2.0)[:, None]
    return np.where(z0 == 0, 1.0, z0) * (low + (2.0 - low) * rng.random((n, len(z0))))


def delayed(system: System) -> bool:
    """Whether it is a delay equation; its state is then the present and the past value."""
    return hasattr(system.dynamics, "tau")


def their_velocities(system: System, z: np.ndarray) -> np.ndarray:
    """Velocities or next states, by `dysts`."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        theirs = their_class(system)()
        if delayed(system):
            return np.stack([[theirs._rhs(x, past, 0.0, *theirs.param_list)] for x, past in z])
        if system.name == "torus":  # theirs takes the time from outside
            return np.stack([[*theirs.rhs(x[:3], x[3]), 1.0] for x in z])
        if system.name == "blinking_vortex_map":  # one step of ours is two of theirs, the second with the other vortex
            half = [theirs._rhs(*x, *theirs.param_list) for x in z]
            a, b, gamma, t = theirs.param_list
            return np.stack([np.ravel(theirs._rhs(*x, a, -b, gamma, t)) for x in half])
        if is_map(system):
            return np.stack([np.ravel(theirs._rhs(*x, *theirs.param_list)) for x in z])
        return np.stack([np.ravel(theirs.rhs(x, 0.0)) for x in z])


def their_orbit(system: System, times: np.ndarray) -> np.ndarray:
    """States of a flow at some times after `z0`: the equations of `dysts`, solved by SciPy to 1e-13 a step."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        theirs = their_class(system)()
        ours = system.name == "torus"
        rhs = (lambda t, z: [*theirs.rhs(z[:3], z[3]), 1.0]) if ours else (lambda t, z: np.ravel(theirs.rhs(z, t)))
        span = (0.0, times[-1])
        return solve_ivp(rhs, span, system.z0, "DOP853", times, rtol=1e-13, atol=1e-13 * np.abs(system.z0).max()).y.T


def is_solved_alike(system: System) -> bool:
    """Whether orbits can be compared: a flow, with the parameters and the size that both have."""
    return not is_map(system) and not delayed(system) and system.name not in (*OURS_ALONE, "lorenz63", "lorenz96")


def freeze() -> None:
    """Write a few velocities of every system and half a period of every flow, computed by `dysts` and SciPy."""
    rows = {}
    for name in names():
        if name in OURS_ALONE:
            continue
        system = find(name)
        z = states(system, 3)
        rows[name] = {"z": z.tolist(), "velocity": np.asarray(their_velocities(system, z), float).tolist()}
        if is_solved_alike(system):
            rows[name]["half_period"] = their_orbit(system, np.array([system.period / 2]))[0].tolist()
    FROZEN.write_text("{\n" + ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in rows.items()) + "\n}\n")


if __name__ == "__main__":
    sys.exit(freeze())

"""Periodic drives of the catalogue are recognised, and nothing else in it.

`pytest -q -n0 -m slow tests/data/phases` records 5,000 rows of every system, about ten seconds of processor time each.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.dynamics import AbstractFlow
from attrax.data.phases.phase_search import find_phases
from attrax.systems import catalogue, record


def driven(system):
    """The channels that show a phase of constant velocity; the torus also shows its other phase, as a sine."""
    if not isinstance(system.dynamics, AbstractFlow) or not system.phases:
        return set()
    states = np.array(system.z0) + np.random.default_rng(0).normal(size=(4, len(system.z0)))
    velocities = np.stack([system.dynamics.rhs(jnp.array(0.0), jnp.array(z), None) for z in states])
    steady = [name for name, v in zip(system.channels, velocities.T, strict=True) if np.ptp(v) == 0]
    shown = {f"{part}_{name}" for name in steady if name in system.phases for part in ("cos", "sin")}
    return shown | ({"z"} if system.name == "torus" else set())


@pytest.mark.slow
@pytest.mark.parametrize("name", catalogue.names())
def test_drives_of_the_catalogue(name):
    system = catalogue.find(name)
    for noise in (0.0, 0.02):
        data = record(system, 5_000, noise=noise, key=jax.random.key(0))
        assert {phase.channel for phase in find_phases(data, ("auto",)).kinds} == driven(system)

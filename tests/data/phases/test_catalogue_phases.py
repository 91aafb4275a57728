"""Periodic drives of the catalogue are recognised, and nothing else in it.

`pytest -q -n0 -m slow tests/data/phases` records 5,000 rows of every system, about ten seconds of processor time each.
"""

import jax
import pytest

from attrax.data.phases.phase_search import find_phases
from attrax.systems import catalogue, record

DRIVEN = {
    "blinking_rotlet": {"cos_t", "sin_t"},
    "blinking_vortex": {"cos_t", "sin_t"},
    "torus": {"z", "cos_t", "sin_t"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", catalogue.names())
def test_drives_of_the_catalogue(name):
    for noise in (0.0, 0.02):
        data = record(catalogue.find(name), 5_000, noise=noise, key=jax.random.key(0))
        assert {phase.channel for phase in find_phases(data, ("auto",)).kinds} == DRIVEN.get(name, set())

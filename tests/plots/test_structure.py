import numpy as np
import pytest

from attrax.plots.attractor import is_continuous, orbit_trace
from attrax.plots.structure import PeriodicOrbit, eigenvalues_figure, structure_figure
from attrax.plots.traces import Line3D, Points

STABLE = PeriodicOrbit(np.zeros((1, 2)), np.array([0.5, -0.9]) + 0j)
SADDLE = PeriodicOrbit(np.ones((2, 2)), np.array([4.0, 0.25]) + 0j)
UNSTABLE = PeriodicOrbit(np.ones((1, 2)), np.array([1.1j, -1.1j]))
NOISE = np.random.default_rng(0).normal(size=(100, 2))


@pytest.mark.parametrize(("kind", "word"), [(STABLE, "stable"), (SADDLE, "saddle"), (UNSTABLE, "unstable")])
def test_stability_follows_from_the_eigenvalues(kind, word):
    assert kind.stability == word


def test_eigenvalues_of_a_cycle_are_drawn_a_step():
    circle, counts = eigenvalues_figure([STABLE, SADDLE]).panels
    drawn = {trace.name: trace for trace in circle.traces}
    assert drawn["saddle cycle"].x == pytest.approx([2.0, 0.5])
    assert drawn["stable fixed point"].x == pytest.approx([0.5, -0.9])
    assert {trace.name: trace.y.tolist() for trace in counts.traces} == {"stable": [1, 0], "saddle": [0, 1]}


def test_every_kind_is_counted_in_the_legend():
    (panel,) = structure_figure(NOISE, [STABLE, UNSTABLE, SADDLE, SADDLE], ("x", "y")).panels
    names = [trace.name for trace in panel.traces]
    assert names == ["orbit", "stable fixed point (1)", "unstable fixed point (1)", "saddle cycle (2)"]


def test_a_map_is_drawn_as_dots_and_a_flow_as_a_line():
    t = np.linspace(0, 60, 2000)
    flow = np.stack([np.sin(t), np.cos(t), np.sin(2 * t)], axis=1)
    assert is_continuous(flow)
    assert type(orbit_trace(flow, 3)) is Line3D
    assert type(orbit_trace(NOISE, 2)) is Points

import jax
import numpy as np
import pytest

from attrax.analysis import koopman_spectrum
from attrax.analysis.bifurcations.bifurcation_diagram import Bifurcation
from attrax.analysis.bifurcations.bifurcation_points import Event, EventKind
from attrax.analysis.bifurcations.cycle_branches import Branch
from attrax.core.result import Result
from attrax.measures import TopologicalDistance
from attrax.plots.attractor import attractor_figure, basins_figure
from attrax.plots.attribution import forecast_parts_figure, influence_figure
from attrax.plots.bifurcation_diagram import bifurcation_figure
from attrax.plots.component_maps import component_maps_figure
from attrax.plots.koopman_map import koopman_figure
from attrax.plots.lyapunov_exponents import lyapunov_figure
from attrax.plots.structure import PeriodicOrbit, eigenvalues_figure, manifolds_figure, structure_figure
from attrax.plots.subjects import subjects_figure
from attrax.plots.symbols import regions_figure
from attrax.plots.topology_curves import topology_figure

T = np.arange(1.0, 200)
CIRCLE = np.stack([np.cos(T / 10), np.sin(T / 10), np.sin(T / 7)], axis=1)
NOISE = np.random.default_rng(0).normal(size=(200, 2))
PIECES, DOTS = np.stack([CIRCLE[:-1], CIRCLE[1:]], axis=1), np.stack([CIRCLE, CIRCLE], axis=1)
POINT = PeriodicOrbit(np.zeros((1, 3)), np.array([1.2, 0.5, 0.1]) + 0j)
CYCLE = PeriodicOrbit(np.eye(3), np.array([8.0, 0.1j, -0.1j]))


def lyapunov(**settings):
    running = np.array([0.9, 0.0, -14.0]) + 1 / T[:, None]
    return lyapunov_figure(T, running, np.array([0.01, 0.002, 0.05]), **settings)


def bifurcation():
    r = np.linspace(2.8, 3.2, 50)
    z, mu = (1 - 1 / r)[:, None], (2 - r)[:, None] + 0j
    branch = Branch(1, 0, z[:, None], mu, r < 3)
    event = Event(EventKind.FLIP, 3.0, 0.0, 1, np.array([[2 / 3]]), np.array([-1 + 0j]))
    diagram = Bifurcation(r, z[:, None, None], np.zeros((50, 1), bool), (branch,), (event,), Result.NOT_EXHAUSTIVE)
    return bifurcation_figure(diagram, label="r")


def koopman():
    found = [koopman_spectrum(x, functions=12, spacing=0.2, key=jax.random.key(0)) for x in (CIRCLE, NOISE)]
    return koopman_figure(dict(zip(("recording", "model"), found, strict=True)))


def topology():
    measure = TopologicalDistance(landmarks=30, levels=(0.3, 1.0))
    return topology_figure({"recording": measure.topology(CIRCLE[:, :2]), "model": measure.topology(NOISE)})


FIGURES = {
    "lyapunov": lyapunov,
    "lyapunov-known": lambda: lyapunov(truth=np.array([0.906, 0.0]), unit="s"),
    "attractor-3d": lambda: attractor_figure({"data": CIRCLE, "model": CIRCLE}, ("x", "y", "z"), unit="mV"),
    "attractor-2d-map": lambda: attractor_figure({"data": NOISE}, ("x", "y")),
    "attractor-1d": lambda: attractor_figure({"data": CIRCLE[:, :1], "model": CIRCLE[:, 1:2]}, ("x",)),
    "basins": lambda: basins_figure(np.array([0.7, 0.3]), np.array([0.6, 0.2]), np.array([0.8, 0.4]), ("a", "b")),
    "structure-3d": lambda: structure_figure(CIRCLE, [POINT, CYCLE], ("x", "y", "z"), truth=np.zeros((1, 3))),
    "structure-1d": lambda: structure_figure(
        CIRCLE[:, :1], [PeriodicOrbit(np.array([[0.1], [0.2]]), np.array([-2 + 0j]))], ("x",)
    ),
    "structure-nothing-found": lambda: structure_figure(NOISE, [], ("x", "y")),
    "eigenvalues": lambda: eigenvalues_figure([POINT, CYCLE]),
    "manifolds": lambda: manifolds_figure(
        NOISE, NOISE[:1], PIECES[:, :, :2], np.empty((0, 2, 2)), ("x", "y"), homoclinic=NOISE[:2]
    ),
    "manifolds-3d": lambda: manifolds_figure(CIRCLE, POINT.z, PIECES, DOTS, ("x", "y", "z")),
    "regions": lambda: regions_figure(
        np.array([0.6, 0.4]), np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([0, 1, 0, 0]), np.array([0.6, 1.0])
    ),
    "bifurcation": bifurcation,
    "forecast-parts": lambda: forecast_parts_figure(
        np.stack([CIRCLE[:20, :2], CIRCLE[20:40, :2]], axis=1),
        CIRCLE[:20, :2],
        np.arange(3),
        np.ones(3) / 3,
        ("a", "b"),
        units=("mV", ""),
    ),
    "influence": lambda: influence_figure(
        np.eye(2) + 0.1, np.full((2, 2), 0.05), np.full((2, 2), 0.3), ("a", "b"), ("a", "b"), 5
    ),
    "koopman": koopman,
    "topology": topology,
    "components": lambda: component_maps_figure(
        NOISE[:5], [f"temp_{y}_{x}" for y in (10, 20, 30) for x in (0, 90)][1:], 0.9, unit="K"
    ),
    "subjects": lambda: subjects_figure(NOISE[:12], tuple("abcdefghijkl")),
    "subjects-of-one-feature": lambda: subjects_figure(NOISE[:3, :1], ("a", "b", "c")),
}


@pytest.fixture(params=FIGURES)
def figure(request):
    return FIGURES[request.param]()


@pytest.fixture
def figures():
    return FIGURES

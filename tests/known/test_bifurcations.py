"""Bifurcation points in closed form."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.analysis import EventKind, bifurcation, training_path
from attrax.core import Result
from attrax.systems import Henon, Logistic

KEY = jax.random.key(0)
UNIT = np.array([[-0.2], [1.0]])
Z0 = np.full((1, 1), 0.4)


def logistic(low, high, n, orders):
    return bifurcation(Logistic, np.linspace(low, high, n), orders=orders, z0=Z0, n=16, box=UNIT, budget=2_000, key=KEY)


def named(diagram):
    return [(event.kind, event.order) for event in diagram.events]


def test_the_logistic_map_exchanges_stability_at_1():
    diagram = logistic(0.81, 1.2, 5, (1,))
    assert named(diagram) == [(EventKind.CROSSING, 1)]
    assert abs(diagram.events[0].value - 1) < 1e-7
    assert sorted(tuple(b.stable[[0, -1]]) for b in diagram.branches) == [(False, True), (True, False)]


@pytest.mark.slow
def test_the_logistic_map_doubles_its_period_at_3_and_at_1_plus_root_6():
    diagram = logistic(2.9, 3.5, 7, (1, 2))
    assert named(diagram) == [(EventKind.FLIP, 1), (EventKind.FLIP, 2)]
    np.testing.assert_allclose([e.value for e in diagram.events], [3.0, 1 + 6**0.5], atol=1e-9)
    assert diagram.result is Result.NOT_EXHAUSTIVE
    # Before the first flip the attractor is a point, after the second it has four.
    distinct = [len(np.unique(orbit.round(6))) for orbit in diagram.orbits[:, 0]]
    assert (distinct[0], distinct[4], distinct[-1]) == (1, 2, 4)


@pytest.mark.slow
def test_the_window_of_period_three_opens_at_1_plus_root_8():
    diagram = logistic(3.8, 3.84, 5, (3,))
    assert named(diagram) == [(EventKind.FOLD, 3)]
    assert abs(diagram.events[0].value - (1 + 8**0.5)) < 1e-7
    assert sorted(bool(b.stable[0]) for b in diagram.branches) == [False, True]


@pytest.mark.slow
def test_the_henon_map_is_born_at_a_fold_and_doubles_twice():
    b = 0.3
    diagram = bifurcation(
        lambda a: Henon(a=a, b=b),
        np.concatenate([np.linspace(-0.15, -0.08, 8), np.linspace(0.05, 1.0, 39)]),
        orders=(1, 2),
        z0=np.zeros((1, 2)),
        budget=2_000,
        key=KEY,
    )
    values = {(e.kind, e.order): e.value for e in diagram.events}
    assert abs(values[EventKind.FOLD, 1] + (1 - b) ** 2 / 4) < 1e-7
    assert abs(values[EventKind.FLIP, 1] - 3 * (1 - b) ** 2 / 4) < 1e-9
    assert abs(values[EventKind.FLIP, 2] - ((1 - b) ** 2 + (1 + b) ** 2 / 4)) < 1e-9


@pytest.mark.slow
def test_a_fixed_point_of_the_skew_tent_map_passes_the_kink_and_leaves_a_cycle(maps):
    def family(mu):
        return maps.folded(jnp.array([[0.5]]), jnp.array([[-1.5]]), jnp.array([mu]))

    diagram = bifurcation(family, np.linspace(-1, 1.1, 6), orders=(1, 2), z0=Z0, key=KEY)
    assert named(diagram) == [(EventKind.BORDER_COLLISION, 1)]
    assert abs(diagram.events[0].value) < 1e-6
    assert diagram.result is Result.SUCCESSFUL
    assert {(b.order, b.first, b.last) for b in diagram.branches} == {(1, 0, 5), (2, 3, 5)}


def test_two_fixed_points_are_born_at_the_kink(maps):
    def family(mu):
        return maps.folded(jnp.array([[2.0]]), jnp.array([[-1.5]]), jnp.array([mu]))

    diagram = bifurcation(family, np.linspace(-1, 1.1, 6), orders=(1,), z0=Z0, key=KEY)
    assert named(diagram) == [(EventKind.BORDER_COLLISION, 1)]
    assert abs(diagram.events[0].value) < 1e-6
    assert diagram.diverged[0].all()
    assert np.isnan(diagram.orbits[0]).all()


def test_a_focus_loses_stability_to_a_closed_curve(maps):
    def family(radius):
        c, s = np.cos(1.0), np.sin(1.0)
        return maps.linear(radius * np.array([[c, -s], [s, c]]), [0.1, 0.0])

    diagram = bifurcation(family, np.linspace(0.81, 1.2, 4), orders=(1,), z0=np.zeros((1, 2)), key=KEY)
    assert named(diagram) == [(EventKind.NEIMARK_SACKER, 1)]
    assert abs(diagram.events[0].value - 1) < 1e-9


def test_checkpoints_are_joined_by_straight_lines():
    family = training_path([Logistic(1.0), Logistic(2.0), Logistic(4.0)])
    assert [float(family(v).r) for v in (0, 0.5, 1, 1.5, 2)] == [1.0, 1.5, 2.0, 3.0, 4.0]

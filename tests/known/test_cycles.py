"""Maps whose fixed points and cycles can be counted or written down."""

import jax
import numpy as np
import pytest

from attrax.analysis import Kind, cycles, fixed_points
from attrax.core import Result
from attrax.systems import Henon, Logistic, catalogue

KEY = jax.random.key(0)
# The number of cycles of 1, 2, 3 ... points of a map with two full branches.
NECKLACES = (2, 1, 2, 3, 6, 9)


def test_a_linear_map_has_one_fixed_point_and_no_cycle(maps):
    linear = maps.linear([[2.0, 1.0], [0.0, 0.5]], [1.0, 1.0])
    found = fixed_points(linear, key=KEY)
    assert (found.result, found.exhaustive) == (Result.SUCCESSFUL, True)
    np.testing.assert_allclose(found.z, [[-3.0, 2.0]])
    np.testing.assert_allclose(found.eigenvalues, [[2.0, 0.5]])
    assert found.kind == (Kind.SADDLE,)
    assert len(cycles(linear, 2, key=KEY)) == 0


def test_a_rotation_is_a_focus(maps):
    found = fixed_points(maps.linear([[0.0, -0.5], [0.5, 0.0]], [1.0, 0.0]), key=KEY)
    assert found.kind == (Kind.STABLE_FOCUS,)
    assert found.stable.all()


def test_a_line_of_fixed_points_is_named_and_not_returned_as_a_point(maps):
    found = fixed_points(maps.linear([[1.0, 0.0], [0.0, 0.5]], [0.0, 1.0]), key=KEY)
    assert (found.result, len(found), len(found.continua)) == (Result.CONTINUUM, 0, 1)


def test_a_translation_has_no_fixed_point(maps):
    found = fixed_points(maps.linear([[1.0, 0.0], [0.0, 0.5]], [1.0, 1.0]), key=KEY)
    assert (found.result, len(found), len(found.continua)) == (Result.SUCCESSFUL, 0, 0)


def test_a_reflection_is_filled_with_cycles_of_two_points(maps):
    mirror = maps.linear([[-1.0]], [1.0])
    found = cycles(mirror, 2, key=KEY)
    assert (found.result, len(found), len(found.continua)) == (Result.CONTINUUM, 0, 1)
    np.testing.assert_allclose(fixed_points(mirror, key=KEY).z, [[0.5]])


def test_the_tent_map_has_as_many_cycles_as_necklaces(maps):
    for order, count in enumerate(NECKLACES[:3], 1):
        found = cycles(maps.tent(), order, key=KEY)
        assert (len(found), found.exhaustive) == (count, True)
        np.testing.assert_allclose(np.abs(found.eigenvalues), 2.0**order)
        assert found.residual.max() < 1e-14


@pytest.mark.parametrize("order", [3])
def test_the_logistic_map_has_as_many_cycles_as_necklaces(order):
    found = cycles(Logistic(4.0), order, budget=8_000, key=KEY)
    assert (len(found), found.result) == (NECKLACES[order - 1], Result.NOT_EXHAUSTIVE)
    # Every cycle but the origin stretches by 2 ** order, since the map is conjugate to the tent map.
    np.testing.assert_allclose(np.sort(np.abs(found.eigenvalues[:, 0]))[0], 2.0**order, rtol=1e-6)


@pytest.mark.slow
def test_the_logistic_map_has_all_cycles_of_up_to_six_points():
    counts = [len(cycles(Logistic(4.0), order, budget=200_000, key=KEY)) for order in range(1, 7)]
    assert counts == list(NECKLACES)


def test_the_fixed_points_of_the_henon_map():
    found = fixed_points(Henon(), budget=20_000, key=KEY)
    expected = Henon().fixed_points()
    np.testing.assert_allclose(found.z[found.z[:, 0].argsort()], expected[expected[:, 0].argsort()], atol=1e-12)
    assert set(found.kind) == {Kind.SADDLE}


def test_the_fixed_points_of_lozis_map(maps):
    a, b = 1.75, 0.5
    found = fixed_points(maps.lozi(a, b), key=KEY)
    x = np.array([1 / (1 + a - b), 1 / (1 - a - b)])
    np.testing.assert_allclose(found.z[found.z[:, 0].argsort()[::-1]], np.stack([x, b * x], axis=1))


def test_a_map_without_fixed_points_has_none(maps):
    assert len(fixed_points(maps.quadratic(1.0), budget=5_000, key=KEY)) == 0


@pytest.mark.slow
def test_the_three_fixed_points_of_the_lorenz_flow():
    system = catalogue.find("lorenz63")
    found = fixed_points(system.map(), budget=20_000, key=KEY)
    expected = system.dynamics.fixed_points()
    assert len(found) == 3
    distance = np.linalg.norm(found.z[:, None] - expected, axis=2)
    assert distance.min(axis=0).max() < 1e-6
    assert sorted(k.value for k in found.kind) == ["saddle", "saddle focus", "saddle focus"]

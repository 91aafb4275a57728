"""Manifolds that can be written down."""

import jax
import numpy as np

from attrax.analysis import manifolds
from attrax.core import Result

KEY = jax.random.key(0)
A, B = 1.75, 0.5
SADDLE = np.array([[1 / (1 + A - B), B / (1 + A - B)]])


def test_a_linear_saddle_has_its_eigenvectors(maps):
    found = manifolds(maps.linear([[2.0, 0.0], [0.0, 0.5]], [0.0, 0.0]), np.zeros((1, 2)), rounds=2, key=KEY)
    assert (found.stable.dim, found.unstable.dim) == (1, 1)
    assert np.abs(found.unstable.segments[..., 1]).max() == 0
    assert np.abs(found.stable.segments[..., 0]).max() == 0
    assert len(found.homoclinic) == 0


def test_a_sink_has_no_unstable_manifold_and_attracts_a_plane(maps):
    found = manifolds(maps.linear([[0.5, 0.0], [0.0, 0.4]], [0.0, 0.0]), np.zeros((1, 2)), samples=20, key=KEY)
    assert (found.stable.dim, found.unstable.dim) == (2, 0)
    assert len(found.unstable.age) == 0
    assert found.stable.departure.max() < 1e-9


def test_the_unstable_manifold_of_lozis_map_turns_where_misiurewicz_says(maps):
    found = manifolds(maps.lozi(A, B), SADDLE, rounds=6, key=KEY)
    turn = np.array([(2 + A + np.sqrt(A**2 + 4 * B)) / (2 * (1 + A - B)), 0.0])
    ends = found.unstable.segments.reshape(-1, 2)
    assert np.linalg.norm(ends - turn, axis=1).min() < 1e-12
    assert ends[:, 0].max() < turn[0] + 1e-12
    assert found.unstable.departure.max() < 1e-10
    assert found.stable.departure.max() < 1e-8
    assert (found.stable.result, found.unstable.result) == (Result.SUCCESSFUL, Result.SUCCESSFUL)


def test_homoclinic_points_of_lozis_map_come_from_the_saddle_and_return_to_it(maps):
    lozi = maps.lozi(A, B)
    found = manifolds(lozi, SADDLE, rounds=5, key=KEY)
    assert len(found.homoclinic) > 0
    with jax.enable_x64(True):
        step = jax.jit(jax.vmap(lozi.step))
        z, closest = np.asarray(found.homoclinic), np.full(len(found.homoclinic), np.inf)
        for _ in range(25):
            z = np.asarray(step(z))
            closest = np.minimum(closest, np.linalg.norm(z - SADDLE[0], axis=1))
    assert closest.max() < 1e-3


def test_points_that_do_not_return_have_no_manifolds(maps):
    found = manifolds(maps.lozi(A, B), SADDLE + 0.1, key=KEY)
    assert found.stable.result is Result.NOT_PERIODIC
    assert len(found.stable.age) == 0


def test_a_region_without_an_inverse_is_reported(maps):
    flat = maps.folded(np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[2.0, 1.0], [0.0, 0.0]]), np.array([-1.0, 0.0]))
    saddle = np.array([[1.0, 0.0]])
    found = manifolds(flat, saddle, rounds=2, key=KEY)
    assert found.stable.result is Result.NOT_INVERTIBLE


def test_what_exceeds_the_limit_is_not_followed(maps):
    found = manifolds(maps.lozi(A, B), SADDLE, rounds=6, limit=10, key=KEY)
    assert found.unstable.result is Result.NOT_EXHAUSTIVE
    assert len(found.unstable.age) <= 10

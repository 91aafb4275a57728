from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.analysis import HeldInput, cycles, fixed_points
from attrax.analysis.periodic_orbits.distinct_cycles import add_distinct
from attrax.analysis.periodic_orbits.exhaustive_search import exhaustive_search
from attrax.analysis.periodic_orbits.newton_search import newton_search
from attrax.core import Result
from attrax.core.precision import in_float64


def brute_force(network, order):
    """Every combination of bits, whether or not such a region exists; written for this test alone."""
    z = []
    with jax.enable_x64(True):
        network = in_float64(network)
        bits = [np.array(b) for b in product([False, True], repeat=len(network.borders()[1]))]
        pieces = [tuple(np.asarray(x) for x in network.affine(jnp.asarray(b))) for b in bits]
        normals, offsets = (np.asarray(x) for x in network.borders())
        for sequence in product(range(len(bits)), repeat=order):
            M, c = np.eye(len(normals[0])), np.zeros(len(normals[0]))
            for i in sequence:
                M, c = pieces[i][0] @ M, pieces[i][0] @ c + pieces[i][1]
            orbit = [np.linalg.solve(np.eye(len(c)) - M, c)]
            for i in sequence[:-1]:
                orbit.append(pieces[i][0] @ orbit[-1] + pieces[i][1])
            inside = [((normals @ p + offsets > 0) == bits[i]).all() for p, i in zip(orbit, sequence, strict=True)]
            if all(inside) and len({tuple(p.round(6)) for p in orbit}) == order:
                z.append(orbit)
    return np.array(z).reshape(-1, order, network.latent_dim)


def same(a, b):
    return len(a) == len(b) == len(add_distinct(a, b))


@pytest.mark.parametrize(("clipped", "order"), [(False, 2), (True, 1)])
def test_all_that_is_enumerated_is_found(maps, clipped, order, key):
    kind = maps.clipped if clipped else maps.shallow
    counts = 0
    for seed in range(4):
        network = maps.network(2, 3, 3.0, seed, kind)
        expected = add_distinct(np.zeros((0, order, 2)), brute_force(network, order))
        found = cycles(network, order, key=key)
        assert found.exhaustive
        assert same(found.z, expected)
        counts += len(expected)
    assert counts > 2


def recall(maps, networks, orders, budget):
    """Cycles enumerated and cycles the guided search missed, over random networks."""
    known = missed = 0
    with jax.enable_x64(True):
        for seed, (latent, hidden) in networks:
            kind = (maps.clipped, maps.shallow)[seed // 7 % 2]
            network = in_float64(maps.network(latent, hidden, 2.0 + seed % 5, seed, kind))
            borders = tuple(np.asarray(x) for x in network.borders())
            for order in orders:
                every = exhaustive_search(network, order, budget=400_000)
                if every is None:
                    continue
                found = newton_search(
                    network,
                    order,
                    box=None,
                    borders=borders,
                    reach=1e4,
                    least=budget,
                    budget=budget,
                    key=jax.random.key(seed),
                )
                known += len(every.z)
                missed += len(add_distinct(found.z, every.z)) - len(found.z)
    return known, missed


@pytest.mark.slow
def test_the_guided_search_misses_nothing_on_some_networks(maps):
    known, missed = recall(maps, [(seed, (2, 6)) for seed in (1, 2, 3)], (2,), 20_000)
    assert known > 0
    assert missed == 0


@pytest.mark.slow
def test_the_guided_search_misses_nothing_on_two_hundred_networks(maps):
    sizes = [(1, 10), (2, 6), (2, 10), (3, 6), (3, 10), (4, 6), (4, 10)]
    known, missed = recall(maps, [(seed, sizes[seed % 7]) for seed in range(200)], (1, 2, 3, 4), 500_000)
    assert known > 100
    assert missed == 0


def test_the_search_is_said_to_be_incomplete_when_there_are_too_many_sequences(maps, key):
    tent = maps.tent()
    every, some = cycles(tent, 3, key=key), cycles(tent, 3, budget=1, key=key)
    assert len(every) == 2
    assert (every.result, every.exhaustive) == (Result.SUCCESSFUL, True)
    assert (some.result, some.exhaustive) == (Result.NOT_EXHAUSTIVE, False)


def test_regions_are_those_of_the_points(maps, key):
    network = maps.tent()
    found = cycles(network, 3, key=key)
    assert len(found) == 2
    with jax.enable_x64(True):
        network = in_float64(network)
        expected = jax.vmap(jax.vmap(network.region))(jnp.asarray(found.z))
        image = jax.vmap(network.step)(jnp.asarray(found.z[:, 0]))
        np.testing.assert_array_equal(found.regions, expected)
        np.testing.assert_allclose(image, found.z[:, 1], atol=1e-9)
    assert not found.on_border.any()


def test_a_fixed_point_on_a_border_is_kept_and_marked(maps, key):
    found = fixed_points(maps.folded(jnp.array([[0.5]]), jnp.array([[-2.0]]), jnp.zeros(1)), key=key)
    np.testing.assert_allclose(found.z, [[0.0]], atol=1e-12)
    assert found.on_border.all()


def test_a_point_just_beyond_a_border_is_virtual(maps, key):
    for b, count in ((-1e-6, 0), (1e-6, 2)):
        folded = maps.folded(jnp.array([[2.0]]), jnp.array([[-2.0]]), jnp.array([b]))
        assert len(fixed_points(folded, key=key)) == count


def test_progress_ends_at_the_total(maps, key):
    seen = []
    cycles(maps.tent(), 3, progress=lambda done, total: seen.append((done, total)), key=key)
    assert seen
    assert seen[-1][0] == seen[-1][1]


def test_a_held_input_moves_the_fixed_point(maps, key):
    driven = maps.clipped.create(2, 3, input_dim=1, key=key)
    s = jnp.array([0.7])
    held = HeldInput(driven, s)
    found = fixed_points(held, key=key)
    assert len(found) > 0
    for z in found.z:
        np.testing.assert_allclose(driven.step(jnp.asarray(z), s), z, atol=1e-5)
        matrix, offset = held.affine(held.region(jnp.asarray(z)))
        np.testing.assert_allclose(matrix @ z + offset, z, atol=1e-5)


def test_a_diverging_map_gives_an_answer(maps, key):
    found = fixed_points(maps.quadratic(-2.0), budget=5_000, key=key)
    np.testing.assert_allclose(np.sort(found.z.ravel()), [-1.0, 2.0], atol=1e-10)

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.analysis.periodic_orbits.closed_orbits import affine_orbit, closing_gap, newton_step
from attrax.analysis.periodic_orbits.distinct_cycles import add_distinct, of_lower_order


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("order", [1, 2, 5])
def test_the_orbit_closes_under_its_maps(order):
    rng = np.random.default_rng(order)
    A, b = jnp.asarray(rng.normal(size=(order, 3, 3))), jnp.asarray(rng.normal(size=(order, 3)))
    orbit = affine_orbit(A, b)
    assert not orbit.singular
    after = jnp.einsum("kij,kj->ki", A, orbit.z) + b
    np.testing.assert_allclose(after, jnp.roll(orbit.z, -1, axis=0), atol=1e-10)


@pytest.mark.parametrize("eigenvalue", [1.0, 1.0 + 1e-9])
def test_an_eigenvalue_of_one_is_singular(eigenvalue):
    assert affine_orbit(jnp.diag(jnp.array([eigenvalue, 0.5]))[None], jnp.ones((1, 2))).singular


def test_strong_stretching_in_another_direction_is_not():
    orbit = affine_orbit(jnp.diag(jnp.array([1e6, 0.5]))[None], jnp.ones((1, 2)))
    assert not orbit.singular
    np.testing.assert_allclose(orbit.z[0], [-1 / (1e6 - 1), 2.0])


def test_a_virtual_orbit_leaves_a_gap(maps):
    tent = maps.tent()
    assert closing_gap(tent, jnp.array([[1 / 3]])) < 1e-15
    assert closing_gap(tent, jnp.array([[-1.0]])) < 1e-15
    assert closing_gap(tent, jnp.array([[0.5]])) > 0.3


def test_cycles_are_the_same_from_any_start():
    a = np.array([[[0.0], [1.0], [2.0]]])
    again = np.stack([np.roll(a[0], 1, axis=0) + 1e-9, np.roll(a[0], 2, axis=0)])
    assert len(add_distinct(a, again)) == 1
    assert len(add_distinct(a, a + 1e-3)) == 2


def test_equal_points_in_another_order_are_another_cycle():
    a = np.array([[[0.0], [1.0], [2.0]]])
    assert len(add_distinct(a, a[:, ::-1])) == 2


def test_a_cycle_run_twice_is_of_lower_order():
    z = np.array([[[0.0], [1.0], [0.0], [1.0]], [[0.0], [1.0], [2.0], [1.0]]])
    assert of_lower_order(z).tolist() == [True, False]


def test_a_newton_step_uses_as_many_points_as_the_order_says(maps):
    """One program serves several orders: the rows beyond the order change nothing."""
    A, b = np.array([[0.5, 0.2], [-0.3, 0.4]]), np.array([1.0, -2.0])
    dynamics, guesses = maps.linear(A, b), np.random.default_rng(0).normal(size=(5, 4, 2))
    step = jax.jit(lambda z, order: newton_step(dynamics, z, order))
    for order in (1, 3, 4):
        orbit, gap = step(jnp.asarray(guesses), jnp.asarray(order))
        expected = affine_orbit(jnp.broadcast_to(A, (order, 2, 2)), jnp.broadcast_to(b, (order, 2)))
        np.testing.assert_allclose(orbit.z[:, :order], np.broadcast_to(expected.z, (5, order, 2)), rtol=1e-12)
        assert not np.asarray(orbit.z[:, order:]).any()
        assert np.asarray(gap).max() < 1e-14

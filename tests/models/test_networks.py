import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.rollout import rollout
from attrax.models import BoundedDiagonal, ClippedShallowPLRNN, FreeDiagonal, ShallowPLRNN
from attrax.models.initialization import fan_in_uniform, memory_matrix

BOTH = pytest.mark.parametrize("kind", [ShallowPLRNN, ClippedShallowPLRNN])


@BOTH
def test_shapes_and_sizes(kind, key):
    f = kind.create(3, 7, input_dim=2, dt=0.5, key=key)
    assert (f.latent_dim, f.hidden_dim, f.input_dim, f.dt) == (3, 7, 2, 0.5)
    shapes = {name: getattr(f, name).shape for name in ("A", "W1", "W2", "h1", "h2", "C")}
    assert shapes == {"A": (3,), "W1": (3, 7), "W2": (7, 3), "h1": (3,), "h2": (7,), "C": (3, 2)}


@BOTH
def test_the_number_of_parameters_is_that_of_the_paper(kind, key):
    # M = 5, L = 250: 5 + 2 * 5 * 250 + 5 + 250; loadings of five channels add 25 to make the 2,785 of Table 1.
    f = kind.create(5, 250, key=key)
    assert sum(leaf.size for leaf in jax.tree.leaves(eqx.filter(f, eqx.is_array))) == 2785 - 25


@BOTH
def test_weights_start_uniform_by_fan_in(kind, key):
    f = kind.create(4, 400, input_dim=9, key=key)
    for W, bound in ((f.W1, 400**-0.5), (f.W2, 4**-0.5)):
        assert jnp.abs(W).max() <= bound
        np.testing.assert_allclose(W.std(), bound / 3**0.5, rtol=0.06)
        assert abs(W.mean()) < 4 * bound / (3 * W.size) ** 0.5
    assert (f.h1 == 0).all()


def test_offsets_of_the_hidden_units_start_silent_or_spread(key):
    assert (ShallowPLRNN.create(4, 400, key=key).h2 == 0).all()
    h2 = ClippedShallowPLRNN.create(4, 400, key=key).h2
    np.testing.assert_allclose(h2.std(), 0.5 / 3**0.5, rtol=0.1)


@pytest.mark.parametrize("M", [1, 3, 20])
def test_the_memory_starts_stable_and_positive(M, key):
    # diag(P) / rho(P) with P = R'R / M + 1: no entry is less than 1 / rho(P), none more than 1.
    R = np.asarray(jax.random.normal(key, (M, M)), np.float64)
    P = R.T @ R / M + np.eye(M)
    A = jnp.diag(memory_matrix(M, key=key))
    np.testing.assert_allclose(A, np.diag(P) / np.abs(np.linalg.eigvals(P)).max(), rtol=1e-5)
    assert (A > 0).all()
    assert (A <= 1 + 1e-6).all()


def test_fan_in_uniform_fills_its_range(key):
    values = fan_in_uniform((10_000,), 25, key=key)
    assert 0.199 < values.max() <= 0.2
    assert -0.2 <= values.min() < -0.199


@BOTH
def test_keys_decide_the_parameters(kind, key):
    a, b, c = (kind.create(3, 5, key=k) for k in (key, key, jax.random.key(1)))
    assert eqx.tree_equal(a, b)
    assert not jnp.array_equal(a.W1, c.W1)
    assert not jnp.array_equal(a.W1, a.W2.T)


def naive(f, z, s):
    """The equations of the paper, unit by unit."""
    kinks = np.maximum(f.W2 @ z + f.h2, 0)
    if isinstance(f, ClippedShallowPLRNN):
        kinks = kinks - np.maximum(f.W2 @ z, 0)
    return np.diag(f.A) @ z + f.W1 @ kinks + f.h1 + f.C @ s


@BOTH
def test_the_step_is_the_equation_of_the_paper(kind, key):
    f = kind.create(3, 7, input_dim=2, key=key)
    f = eqx.tree_at(lambda f: (f.h1, f.h2), f, (jnp.array([0.1, -0.2, 0.3]), jnp.linspace(-1, 1, 7)))
    for i in range(5):
        z, s = jax.random.normal(jax.random.key(i), (3,)), jax.random.normal(jax.random.key(9 + i), (2,))
        np.testing.assert_allclose(f.step(z, s), naive(f, z, s), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("weight", [-1e30, -20.0, 0.0, 3.0, 1e30])
def test_a_bounded_diagonal_is_inside_its_bound_for_any_parameter(weight):
    value = BoundedDiagonal(jnp.array([weight]), 0.9).value()
    assert jnp.abs(value).max() <= np.float32(0.9)
    assert jnp.sign(value) == np.sign(weight)


def test_a_bounded_diagonal_starts_at_the_entries_given():
    entries = jnp.array([-0.9, 0.0, 0.5, 0.99])
    np.testing.assert_allclose(BoundedDiagonal.from_entries(entries).value(), entries, atol=1e-6)
    outside = BoundedDiagonal.from_entries(jnp.array([1.0, -7.0]), 0.9)
    np.testing.assert_allclose(outside.value(), [0.9 * 0.995, -0.9 * 0.995], rtol=1e-5)
    assert jnp.isfinite(outside.weights).all()


@BOTH
@pytest.mark.parametrize(("bounded", "diagonal"), [(True, BoundedDiagonal), (False, FreeDiagonal)])
def test_the_option_decides_the_diagonal(kind, bounded, diagonal, key):
    assert type(kind.create(3, 5, bounded=bounded, key=key).diagonal) is diagonal


def wild(key):
    """A clipped network with weights a hundred times too large."""
    f = ClippedShallowPLRNN.create(3, 20, key=key)
    return eqx.tree_at(lambda f: (f.W1, f.W2, f.h1), f, (30 * f.W1, 100 * f.W2, jnp.ones(3)))


@pytest.mark.parametrize("seed", range(3))
def test_orbits_from_far_away_end_inside_the_absorbing_ball(seed):
    f = wild(jax.random.key(seed))
    f = eqx.tree_at(lambda f: f.diagonal, f, BoundedDiagonal.from_entries(jnp.array([0.9, -0.95, 0.5])))
    radius = f.absorbing_radius()
    z0 = 1e6 * radius * jax.random.normal(jax.random.key(9), (3,))
    z = rollout(f, z0, 2000).z
    assert jnp.linalg.norm(z[0]) > 1e3 * radius
    assert jnp.linalg.norm(z[1000:], axis=1).max() <= radius * (1 + 1e-5)


def test_a_step_never_leaves_the_absorbing_ball(key):
    f = wild(key)
    radius = f.absorbing_radius()
    directions = jax.random.normal(key, (500, 3))
    edge = radius * directions / jnp.linalg.norm(directions, axis=1, keepdims=True)
    assert jnp.linalg.norm(jax.vmap(f.step)(edge), axis=1).max() <= radius * (1 + 1e-5)


def test_the_absorbing_radius_in_closed_form():
    f = ClippedShallowPLRNN(
        FreeDiagonal(jnp.array([0.5, -0.75])),
        W1=jnp.array([[2.0, 0.0], [0.0, 1.0]]),
        W2=jnp.eye(2),
        h1=jnp.array([0.0, 1.0]),
        h2=jnp.array([3.0, 4.0]),
        C=jnp.zeros((2, 0)),
    )
    np.testing.assert_allclose(f.absorbing_radius(), (2 * 5 + 1) / 0.25, rtol=1e-6)
    assert jnp.isinf(eqx.tree_at(lambda f: f.diagonal.entries, f, jnp.array([0.5, 1.0])).absorbing_radius())

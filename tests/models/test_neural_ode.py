"""Neural differential equations against closed forms and differences."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.models import NeuralFlow

Z = np.array([1.0, -0.5])


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def network(*, tolerance=1e-8, scale=1.0, max_steps=16):
    """A network of two states and three units with weights of order `scale`, made without compiling anything."""
    rng = np.random.default_rng(0)
    W1, W2, h1, h2, C = (rng.normal(size=shape) * scale for shape in ((2, 3), (3, 2), 2, 3, (2, 1)))
    parameters = (jnp.asarray(value) for value in (np.array([-0.3, 0.2]), W1, W2, h1, h2, C))
    return NeuralFlow(*parameters, tolerance=tolerance, max_steps=max_steps, dt=0.5)


advance = eqx.filter_jit(lambda f, z, duration, s=None: f.advance(z, duration, s))
evaluations = eqx.filter_jit(lambda f, z, duration: f.evaluations(z, duration))


def test_a_linear_field_is_solved_to_its_tolerance_and_a_broken_state_stays_broken():
    f = eqx.tree_at(lambda f: f.W1, network(), jnp.zeros((2, 3)))
    growth, s = np.exp(np.asarray(f.A) * 3), np.array([0.7])
    drive = np.asarray(f.h1 + f.C @ s) / np.asarray(f.A)
    expected = (Z + drive) * growth - drive
    np.testing.assert_allclose(advance(f, jnp.asarray(Z), 1.5, jnp.asarray(s)), expected, rtol=1e-6)
    assert jnp.isnan(advance(f, jnp.array([jnp.inf, 0.0]), 1.5, jnp.asarray(s))).all()


@pytest.mark.slow
def test_a_smaller_tolerance_costs_more_evaluations_and_gives_a_smaller_error():
    z = jnp.asarray(Z)
    exact = advance(network(tolerance=1e-12, max_steps=256), z, 2.0)
    loose, tight = network(tolerance=1e-3), network(tolerance=1e-7, max_steps=64)
    errors = [np.abs(advance(f, z, 2.0) - exact).max() for f in (loose, tight)]
    assert errors[1] < 1e-2 * errors[0]
    assert errors[1] < 1e-5
    counts = [int(evaluations(f, z, 2.0)) for f in (loose, tight)]
    assert counts[0] < counts[1]
    assert all(count % 6 == 1 for count in counts)


@pytest.mark.slow
def test_reverse_and_forward_derivatives_are_those_of_differences():
    f, z = network(), jnp.asarray(Z)
    params, static = eqx.partition(f, eqx.is_array)
    flat, unravel = jax.flatten_util.ravel_pytree(params)
    value = jax.jit(lambda flat: eqx.combine(unravel(flat), static).step(z).sum())
    along = np.random.default_rng(1).normal(size=flat.shape)
    difference = (value(flat + 1e-5 * along) - value(flat - 1e-5 * along)) / 2e-5
    assert jax.jit(jax.grad(value))(flat) @ along == pytest.approx(float(difference), rel=1e-5)
    J = eqx.filter_jit(lambda f, z: f.jacobian(z))(f, z)
    moved = [advance(f, z + 1e-6 * e, 0.5) - advance(f, z - 1e-6 * e, 0.5) for e in np.eye(2)]
    np.testing.assert_allclose(J, np.stack(moved, axis=1) / 2e-6, rtol=1e-5)


@pytest.mark.slow
def test_the_local_error_is_one_where_the_step_control_would_reject():
    z = jnp.asarray(Z)
    local_error = eqx.filter_jit(lambda f, z: f.local_error(z))
    error = float(local_error(network(tolerance=1e-6), z)) * 1e-6
    for share, steps in ((2.0, 1), (0.5, 2)):
        f = network(tolerance=share * error, max_steps=64)
        assert float(local_error(f, z)) == pytest.approx(1 / share, rel=1e-6)
        assert (int(evaluations(f, z, f.dt)) > 7) == (steps > 1)


@pytest.mark.slow
def test_too_many_steps_give_no_number():
    assert jnp.isnan(advance(network(scale=8.0, max_steps=2), jnp.asarray(Z), 5.0)).all()

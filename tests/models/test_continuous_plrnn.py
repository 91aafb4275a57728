"""The continuous-time PLRNN against a numerical integrator, against itself, and against differences."""

import dataclasses

import diffrax
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.models import ContinuousPLRNN
from attrax.models.switching import first_crossing

KEY = jax.random.key(1)


@pytest.fixture
def double():
    with jax.enable_x64(True):
        yield


def lively(max_pieces=40, **settings):
    """A network whose orbits cross several borders in a step."""
    f = ContinuousPLRNN.create(3, 8, dt=0.5, key=KEY, **settings)
    return dataclasses.replace(f, W1=30 * f.W1, W2=2 * f.W2, A=5 * f.A, max_pieces=max_pieces)


def points(n=20):
    return jax.random.normal(jax.random.key(2), (n, 3))


@eqx.filter_jit
def travel(f, z, duration):
    return jax.vmap(f.travel)(z, jnp.broadcast_to(duration, z.shape[:1]))


def integrated(f, z, duration):
    return diffrax.diffeqsolve(
        diffrax.ODETerm(lambda t, y, args: f.velocity(y)),
        diffrax.Dopri8(),
        t0=0.0,
        t1=duration,
        dt0=0.001,
        y0=z,
        stepsize_controller=diffrax.PIDController(rtol=1e-10, atol=1e-10),
    ).ys[0]


@pytest.mark.slow
def test_flow_is_that_of_an_integrator_and_a_semigroup(double):
    f, z = lively(), points()
    once = travel(f, z, 0.5)
    expected = jax.jit(jax.vmap(lambda z: integrated(f, z, 0.5)))(z)
    assert once.passage.complete.all()
    assert jnp.median((once.passage.durations > 0).sum(axis=1)) >= 3
    np.testing.assert_allclose(once.z, expected, atol=1e-6)
    twice = travel(f, travel(f, z, 0.2).z, 0.3)
    np.testing.assert_allclose(twice.z, once.z, atol=1e-8)
    np.testing.assert_allclose(travel(f, z, 0.0).z, z)


def test_pieces_end_on_borders(double):
    f, z = lively(), points()[0]
    passage = jax.tree.map(lambda leaf: leaf[0], travel(f, points(), 0.5).passage)
    n = int((passage.durations > 0).sum())
    ends = travel(f, jnp.tile(z, (n, 1)), f.dt * jnp.cumsum(passage.durations[:n])).z
    changed = passage.regions[: n - 1] != passage.regions[1:n]
    drive = ends[:-1] @ f.W2.T + f.h2
    assert changed.any()
    assert changed.sum(axis=1).max() == 1
    np.testing.assert_allclose(drive[changed], 0, atol=1e-9)
    np.testing.assert_allclose(passage.durations.sum(), 1, rtol=1e-12)


@pytest.mark.slow
def test_derivatives_are_those_of_differences(double):
    f, z = lively(input_dim=2), points()[1]
    s = jnp.array([0.3, -0.2])
    weight = jnp.array([1.0, -2.0, 0.5])

    @eqx.filter_jit
    def value(arguments):
        f, z, duration, s = arguments
        return weight @ f.advance(z, duration, s)

    arguments = (f, z, jnp.asarray(0.4), s)
    gradient = eqx.filter_jit(eqx.filter_grad(value))(arguments)
    leaves, tree = jax.tree.flatten(arguments)
    for i, (leaf, slope) in enumerate(zip(leaves, jax.tree.leaves(gradient), strict=True)):
        direction = jax.random.normal(jax.random.key(i), leaf.shape)

        def moved(h, i=i, leaf=leaf, direction=direction):
            return value(jax.tree.unflatten(tree, [*leaves[:i], leaf + h * direction, *leaves[i + 1 :]]))

        np.testing.assert_allclose((slope * direction).sum(), (moved(1e-6) - moved(-1e-6)) / 2e-6, rtol=1e-5, atol=1e-6)


def test_too_few_pieces_are_told():
    found = travel(lively(max_pieces=2), points(), 0.5)
    few = (found.passage.durations > 0).sum(axis=1)
    assert not found.passage.complete.all()
    assert few.max() == 2
    np.testing.assert_allclose(found.passage.durations.sum(axis=1), 1, rtol=1e-5)


def test_a_graze_between_two_points_of_the_grid_is_noticed(double):
    # A drive of -(t - 0.3)^2 + 0.001 is above the border from 0.27 to 0.33 only.
    drive = jnp.array([[0.001 - 0.09], [0.6], [-1.0]])
    t, unit = first_crossing(drive, jnp.array([False]))
    np.testing.assert_allclose((t, unit), (0.3 - 0.001**0.5, 0), atol=1e-9)
    assert first_crossing(drive - 0.002, jnp.array([False]))[0] == 2


def test_equilibria_are_fixed_points_of_a_map():
    f = lively()
    z = points(1)[0]
    np.testing.assert_allclose(f.equilibrium_map().step(z) - z, f.dt * f.velocity(z), atol=1e-5)

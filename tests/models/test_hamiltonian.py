"""Hamiltonian dynamics: gradients against automatic differentiation, known energies, and what the methods promise."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import rollout
from attrax.models import (
    AbstractJointEnergy,
    AbstractSeparableEnergy,
    HamiltonianNetwork,
    JointEnergy,
    ScalarNetwork,
    SeparableEnergy,
)


class Pendulum(AbstractSeparableEnergy):
    """p^2 / 2 - cos q."""

    weights = ()

    def kinetic(self, p):
        return (p**2).sum() / 2

    def potential(self, q):
        return -jnp.cos(q).sum()

    def speed(self, p):
        return p

    def slope(self, q):
        return jnp.sin(q)


class Oscillator(AbstractSeparableEnergy):
    """(p^2 + q^2) / 2."""

    weights = ()

    def kinetic(self, p):
        return (p**2).sum() / 2

    def potential(self, q):
        return (q**2).sum() / 2

    def speed(self, p):
        return p

    def slope(self, q):
        return q


class Tilted(AbstractJointEnergy):
    """(p^2 + q^2 + p q) / 2, which is no sum."""

    weights = ()

    def value(self, q, p):
        return (p**2 + q**2 + p * q).sum() / 2

    def gradient(self, q, p):
        return q + p / 2, p + q / 2


class Mixed(AbstractJointEnergy):
    """(1 + q^2) p^2 / 2 - cos q: a mass that depends on the position."""

    weights = ()

    def value(self, q, p):
        return ((1 + q**2) * p**2 / 2 - jnp.cos(q)).sum()

    def gradient(self, q, p):
        return q * p**2 + jnp.sin(q), (1 + q**2) * p


def known(energy, h, *, friction=(), inputs=0, pairs=1):
    """The dynamics of a known energy, in steps of length h, in float64."""
    pace = jnp.full(pairs, jnp.log(h))
    return HamiltonianNetwork(energy, pace, jnp.log(jnp.asarray(friction, float)), jnp.ones((pairs, inputs)), 1, h)


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def orbit(dynamics, z0, n):
    z0 = jnp.asarray(z0, jnp.float64)
    return jnp.concatenate([z0[None], rollout(dynamics, z0, n).z])


def scalar(dim, *, seed=0):
    """A scalar network in float64 with weights of order one, made without compiling anything."""
    rng = np.random.default_rng(seed)
    W, h, c, stiffness = rng.normal(size=(5, dim)), rng.normal(size=5), rng.normal(size=5), rng.normal(size=dim)
    return ScalarNetwork(*map(jnp.asarray, (stiffness, W, h, c)))


def learned(kind):
    """An energy of two pairs, of either kind."""
    return JointEnergy(scalar(4)) if kind is JointEnergy else SeparableEnergy(scalar(2), scalar(2, seed=1))


def network(kind, *, friction=()):
    """A dynamics of two pairs with different paces."""
    pace = jnp.log(jnp.array([0.1, 0.2]))
    return HamiltonianNetwork(learned(kind), pace, jnp.log(jnp.asarray(friction, float)), jnp.zeros((2, 0)), 1)


Z = np.array([0.4, -1.2, 0.7, 0.3])
KINDS = pytest.mark.parametrize("kind", [SeparableEnergy, JointEnergy])


@KINDS
def test_the_gradient_of_a_learned_energy_is_that_of_automatic_differentiation(kind):
    energy, (q, p) = learned(kind), jnp.split(jnp.asarray(Z), 2)
    expected = jax.jit(jax.grad(lambda q, p: energy.value(q, p), (0, 1)))(q, p)
    np.testing.assert_allclose(np.stack(energy.gradient(q, p)), np.stack(expected), rtol=1e-12)


def test_the_curvature_is_right_where_all_units_are_at_their_centre():
    network = eqx.tree_at(lambda f: f.h, scalar(2), np.zeros(5))
    curvature = jax.jit(jax.hessian(lambda u: network.value(u)))(np.zeros(2))
    expected = np.diag(np.exp(network.log_stiffness)) + np.einsum("l,li,lj->ij", network.c, network.W, network.W)
    np.testing.assert_allclose(curvature, expected, rtol=1e-12)


def test_an_energy_is_large_in_every_direction():
    network = eqx.tree_at(lambda f: f.c, scalar(3), np.full(5, -100.0))
    far = np.random.default_rng(0).normal(size=(50, 3))
    far *= 1e4 / np.linalg.norm(far, axis=1, keepdims=True)
    assert jax.jit(jax.vmap(lambda u: network.value(u)))(far).min() > 1e6


def test_leapfrog_keeps_the_energy_of_an_oscillator_that_theory_says_for_100_000_steps():
    # It keeps p^2 + (1 - h^2 / 4) q^2 exactly, so that the energy oscillates with amplitude h^2 q^2 / 8.
    h = 0.1
    q, p = orbit(known(Oscillator(), h), [1.0, 0.0], 100_000).T
    kept = p**2 + (1 - h**2 / 4) * q**2
    np.testing.assert_allclose(kept, kept[0], rtol=1e-10)
    energy = (p**2 + q**2) / 2
    assert energy.max() - energy.min() == pytest.approx(h**2 / 8, rel=1e-4)


def test_leapfrog_keeps_the_energy_of_a_pendulum_for_100_000_steps_to_second_order():
    errors = []
    for h in (0.1, 0.05):
        f = known(Pendulum(), h)
        energy = np.asarray(jax.vmap(f.energy)(orbit(f, [2.0, 0.0], 100_000)))
        errors.append(np.abs(energy - energy[0]).max())
        halves = [part.mean() for part in np.split(energy[1:], 2)]
        assert abs(halves[1] - halves[0]) < 0.01 * errors[-1]
    assert errors[0] < 0.003
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.02)


@pytest.mark.parametrize("n", [1_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_the_midpoint_rule_keeps_quadratic_energies_exactly(n):
    f = known(Tilted(), 0.3)
    energy = np.asarray(jax.vmap(f.energy)(orbit(f, [1.0, 0.5], n)))
    np.testing.assert_allclose(energy, energy[0], rtol=1e-15 * n + 1e-13)


@pytest.mark.slow
def test_the_midpoint_rule_keeps_other_energies_for_100_000_steps_to_second_order():
    errors = []
    for h in (0.1, 0.05):
        f = known(Mixed(), h)
        energy = np.asarray(jax.vmap(f.energy)(orbit(f, [1.0, 0.5], 100_000)))
        errors.append(np.abs(energy - energy[0]).max())
        halves = [part.mean() for part in np.split(energy[1:], 2)]
        assert abs(halves[1] - halves[0]) < 0.01 * errors[-1]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.05)


@KINDS
def test_steps_are_symplectic_and_friction_shrinks_volumes_by_its_rate(kind):
    jacobian = eqx.filter_jit(lambda f, z: f.jacobian(z))
    J, pace = np.asarray(jacobian(network(kind), Z)), np.array([0.1, 0.2])
    form = np.block([[np.zeros((2, 2)), np.diag(1 / pace)], [-np.diag(1 / pace), np.zeros((2, 2))]])
    np.testing.assert_allclose(J.T @ form @ J, form, atol=1e-11)
    damped = network(kind, friction=(0.1, 0.3))
    assert np.linalg.det(jacobian(damped, Z)) == pytest.approx(np.exp(-0.4), rel=1e-11)


@pytest.mark.parametrize("energy", [Pendulum(), Mixed()])
def test_an_orbit_goes_back_when_its_momentum_is_reversed(energy):
    f, turn = known(energy, 0.1), jnp.array([1.0, -1.0])
    z = jnp.array([1.0, 0.5])
    np.testing.assert_allclose(turn * f.step(turn * f.step(z)), z, rtol=1e-13)


def test_a_constant_force_moves_the_equilibrium_of_an_oscillator():
    f, force = known(Oscillator(), 0.2, inputs=1), jnp.array([0.06])
    rest = jnp.array([0.3, 0.0])  # the force divided by the pace 0.2 and the stiffness 1
    z = jnp.array([1.0, 0.5])
    np.testing.assert_allclose(f.step(z, force), rest + f.step(z - rest), rtol=1e-13)


@KINDS
def test_the_velocity_is_the_limit_of_short_steps(kind):
    rates = {"log_pace": jnp.log(jnp.array([1e-4, 2e-4])), "log_friction": jnp.log(jnp.array([3e-4, 1e-4]))}
    f = HamiltonianNetwork(learned(kind), **rates, C=jnp.full((2, 1), 1e-4), substeps=1, dt=0.5)
    s = jnp.array([0.7])
    moved = eqx.filter_jit(f.step)(jnp.asarray(Z), s) - Z
    np.testing.assert_allclose(moved / f.dt, f.velocity(jnp.asarray(Z), s), rtol=2e-3)


def test_both_derivatives_of_an_implicit_step_by_its_parameters_are_those_of_differences():
    params, static = eqx.partition(network(JointEnergy, friction=(0.1, 0.3)), eqx.is_array)
    flat, unravel = jax.flatten_util.ravel_pytree(params)
    value = jax.jit(lambda flat: (eqx.combine(unravel(flat), static).step(jnp.asarray(Z)) ** 2).sum())
    along = np.random.default_rng(0).normal(size=flat.shape)
    difference = (value(flat + 1e-6 * along) - value(flat - 1e-6 * along)) / 2e-6
    gradient = jax.jit(jax.grad(value))
    assert gradient(flat) @ along == pytest.approx(float(difference), rel=1e-7)
    second = (gradient(flat + 1e-6 * along) - gradient(flat - 1e-6 * along)) / 2e-6
    np.testing.assert_allclose(jax.grad(lambda flat: gradient(flat) @ along)(flat), second, rtol=1e-5, atol=1e-7)


def test_a_step_too_long_to_be_solved_gives_no_number():
    f = known(Mixed(), 50.0)
    assert jnp.isnan(f.step(jnp.array([3.0, 5.0]))).all()

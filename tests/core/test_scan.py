"""Scans against autodiff through the plainest possible loop, in both precisions."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.scan import AbstractMap
from attrax.core.scans.linearised import Linearised
from attrax.core.scans.newton import Newton, linear_recurrence
from attrax.core.scans.sequential import Sequential
from attrax.core.scans.stored import Stored
from attrax.systems import catalogue

N = 40


class Twist(AbstractMap):
    """A smooth map whose parameter and signal both matter; it contracts for small `gain`."""

    gain: jax.Array
    W: jax.Array

    def __call__(self, z, signal):
        return self.gain * jnp.tanh(self.W @ z) + signal

    def jacobian(self, z, signal):
        return jax.jacfwd(self)(z, signal)


def plain(f, z0, signals):
    """A Python loop: nothing shared with any scan."""
    step = f if z0.ndim == 1 else jax.vmap(f)
    states = []
    for signal in signals:
        z0 = step(z0, signal)
        states.append(z0)
    return jnp.stack(states)


def problem(windows, dtype):
    rng = np.random.default_rng(0)
    f = Twist(jnp.asarray(0.7, dtype), jnp.asarray(rng.normal(size=(3, 3)), dtype))
    z0 = jnp.asarray(rng.normal(size=(*windows, 3)), dtype)
    return f, z0, jnp.asarray(rng.normal(size=(N, *windows, 3)), dtype)


SCANS = {
    "sequential": lambda tolerance: Sequential(),
    "linearised": lambda tolerance: Linearised(),
    "stored": lambda tolerance: Stored(),
    "newton": lambda tolerance: Newton(tolerance),
}


@pytest.mark.parametrize("windows", [(), (2,)], ids=["one-orbit", "windows"])
@pytest.mark.parametrize("scan", SCANS)
@pytest.mark.parametrize(
    ("dtype", "tolerance"), [("float64", 1e-10), pytest.param("float32", 1e-5, marks=pytest.mark.slow)]
)
def test_states_and_gradients_are_those_of_a_plain_loop(scan, windows, dtype, tolerance):
    with jax.enable_x64(dtype == "float64"):
        f, z0, signals = problem(windows, dtype)
        weight = jnp.cos(jnp.arange(N * z0.size)).reshape(N, *z0.shape).astype(dtype)

        def value(arguments, orbits):
            f, z0, signals = arguments
            return (weight * orbits(f, z0, signals)).sum()

        def ours(f, z0, signals):
            return SCANS[scan](tolerance).orbits(f, z0, signals, N)

        outcome, expected = (
            eqx.filter_jit(eqx.filter_value_and_grad(value))((f, z0, signals), orbits) for orbits in (ours, plain)
        )
        for a, b in zip(jax.tree.leaves(outcome), jax.tree.leaves(expected), strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance * np.abs(b).max())


class Iterated(AbstractMap):
    dynamics: eqx.Module

    def __call__(self, z, signal):
        return self.dynamics.step(z)

    def jacobian(self, z, signal):
        return self.dynamics.jacobian(z)


def test_newton_finds_a_chaotic_orbit_given_as_many_iterations_as_steps():
    with jax.enable_x64(True):
        f, z0 = Iterated(catalogue.find("henon").map()), jnp.array([0.1, 0.1])
        solution = Newton(1e-12, max_iterations=31).solve(f, z0, None, 30)
        assert solution.converged
        np.testing.assert_allclose(solution.z, Sequential().orbits(f, z0, None, 30), atol=1e-9)


def test_newton_gives_nothing_rather_than_something_wrong():
    f, z0, signals = problem((), "float32")
    z = Newton(1e-6, max_iterations=1).orbits(f, z0, signals, N)
    assert jnp.isnan(z).all()


def test_newton_is_exact_after_one_step_for_a_linear_map():
    f, z0, signals = problem((), "float32")

    class Linear(AbstractMap):
        W: jax.Array

        def __call__(self, z, signal):
            return 0.3 * self.W @ z + signal

        def jacobian(self, z, signal):
            return 0.3 * self.W

    solution = Newton(1e-5).solve(Linear(f.W), z0, signals, N)
    assert int(solution.iterations) == 2  # the second one finds nothing to change


@pytest.mark.parametrize("reverse", [False, True])
def test_a_linear_recurrence_is_solved(reverse):
    rng = np.random.default_rng(1)
    J, b = 0.5 * rng.normal(size=(7, 2, 2)), rng.normal(size=(7, 2))
    y, expected = np.zeros(2), np.zeros((7, 2))
    for t in reversed(range(7)) if reverse else range(7):
        y = J[t] @ y + b[t]
        expected[t] = y
    with jax.enable_x64(True):
        np.testing.assert_allclose(linear_recurrence(jnp.asarray(J), jnp.asarray(b), reverse=reverse), expected)

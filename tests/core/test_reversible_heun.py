"""Reversible Heun against closed forms, autodiff through its steps, and the solver of diffrax."""

import diffrax
import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core import reversible_heun
from attrax.core.reversible_heun import _ends

RNG = np.random.default_rng(0)


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


class Network(eqx.Module):
    """A field of tanh units with as many columns as the driver has components."""

    weights: jax.Array
    name: str = "with a part that has no derivative"

    def __call__(self, y):
        return jnp.tanh(jnp.einsum("ijk,j->ik", self.weights, y))


class Linear(eqx.Module):
    rate: jax.Array

    def __call__(self, y):
        return self.rate * y[:, None]


def problem(n, *, noise=0):
    """A network of three states, the first state, and n increments of the time and of `noise` Brownian motions."""
    field = Network(jnp.asarray(RNG.normal(size=(3, 3, 1 + noise))))
    h = 1.0 / n
    parts = [np.full((n, 1), h), np.sqrt(h) * RNG.normal(size=(n, noise))]
    return field, jnp.asarray(RNG.normal(size=3)), jnp.asarray(np.concatenate(parts, axis=1))


def value(solve):
    return lambda arguments: (solve(*arguments) ** 2).sum()


def stored(*arguments):
    """The same steps, differentiated through what JAX stores of them."""
    return _ends(arguments)[0]


def gradient(solve):
    return eqx.filter_jit(eqx.filter_grad(value(solve)))


@pytest.mark.parametrize("noise", [0, 2])
def test_the_gradient_is_that_of_its_steps_to_rounding(noise):
    arguments = problem(50, noise=noise)
    found, exact = gradient(reversible_heun)(arguments), gradient(stored)(arguments)
    for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(exact), strict=True):
        assert np.linalg.norm(a - b) < 1e-12 * np.linalg.norm(b)
    assert found[0].weights.shape == arguments[0].weights.shape


def test_the_error_falls_with_the_square_of_the_step():
    solve = jax.jit(reversible_heun)
    errors = [
        abs(float(solve(Linear(jnp.asarray(-1.0)), jnp.ones(1), jnp.full((n, 1), 1 / n))[0]) - np.exp(-1))
        for n in (20, 40)
    ]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.05)


def test_the_memory_of_a_gradient_does_not_grow_with_the_steps():
    def memory(solve, n):
        params, static = eqx.partition(problem(n), eqx.is_inexact_array)
        of_params = jax.jit(jax.grad(lambda params: value(solve)(eqx.combine(params, static))))
        return of_params.lower(params).compile().memory_analysis().temp_size_in_bytes

    grown = {solve: memory(solve, 4_000) - memory(solve, 1_000) for solve in (reversible_heun, stored)}
    assert grown[reversible_heun] <= 0.05 * grown[stored]


@pytest.mark.slow
def test_the_steps_are_those_of_the_solver_of_diffrax():
    field, y0, increments = problem(20)
    solution = diffrax.diffeqsolve(
        diffrax.ODETerm(lambda t, y, args: field(y)[:, 0]), diffrax.ReversibleHeun(), 0.0, 1.0, 0.05, y0
    )
    np.testing.assert_allclose(reversible_heun(field, y0, increments), solution.ys[0], rtol=1e-13)

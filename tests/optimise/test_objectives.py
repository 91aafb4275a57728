"""Anything can be learned: regression, a differential equation, a flow between distributions, values of states."""

import jax
import jax.numpy as jnp
import numpy as np

from attrax.core.result import Result
from attrax.optimise import fit

KEY = jax.random.key(0)


def train(task):
    trained = fit(task.make(KEY), task.objective, task.batches, task.plan, key=KEY)
    assert trained.results == (Result.SUCCESSFUL,)
    return trained


def test_a_regression_finds_the_line(tasks):
    trained = train(tasks["regression"]())
    np.testing.assert_allclose(trained.model.weight, [[3]], atol=1e-2)
    np.testing.assert_allclose(trained.model.bias, [-2], atol=1e-2)


def test_a_residual_finds_the_solution_of_a_differential_equation(tasks, poisson_solution):
    trained = train(tasks["poisson"]())
    x = np.linspace(0, 1, 101, dtype=np.float32)
    u = jax.vmap(lambda x: poisson_solution(trained.model, x))(x)
    np.testing.assert_allclose(u, np.sin(np.pi * x), atol=1e-2)


def test_a_flow_carries_one_gaussian_to_another(tasks):
    model = train(tasks["flow"]()).model
    x = jax.random.normal(KEY, (2000, 1))
    for t in np.arange(0, 1, 0.05, dtype=np.float32):
        x = x + 0.05 * jax.vmap(lambda x, t=t: model(jnp.append(x, t)))(x)
    assert abs(x.mean() - 3) < 0.1
    assert abs(x.std() - 0.5) < 0.1


def test_temporal_differences_find_the_values_of_states(tasks, chain_values):
    np.testing.assert_allclose(train(tasks["chain"]()).model["value"], chain_values, atol=0.1)

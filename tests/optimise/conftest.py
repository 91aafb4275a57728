"""Four things to learn, none of them a recording, each with a solution in closed form."""

from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from attrax.optimise import (
    AbstractBatches,
    AbstractObjective,
    ExponentialDecay,
    Minibatches,
    Plan,
    UniformPoints,
    radam,
)


class Task(NamedTuple):
    """What `fit` is handed, for a model made from a key."""

    make: object
    objective: AbstractObjective
    batches: AbstractBatches
    plan: Plan


def mlp(inputs, *, key):
    return eqx.nn.MLP(inputs, 1, 16, 2, activation=jnp.tanh, key=key)


class SquaredError(AbstractObjective):
    """Mean squared error of a function of single examples; it remembers how often it was asked."""

    def init(self):
        return {"asked": jnp.zeros(())}

    def __call__(self, model, batch, state, key):
        x, y = batch
        state = {"asked": state["asked"] + 1}
        return jnp.mean((jax.vmap(model)(x) - y) ** 2), (state, {"asked": state["asked"]})


class PoissonResidual(AbstractObjective):
    """-u'' = pi^2 sin(pi x) with u = 0 at both ends of [0, 1]."""

    def init(self):
        return None

    def __call__(self, model, batch, state, key):
        second = jax.vmap(jax.grad(jax.grad(lambda x: solution(model, x))))(batch[:, 0])
        residual = second + jnp.pi**2 * jnp.sin(jnp.pi * batch[:, 0])
        return jnp.mean(residual**2), (state, {})


def solution(model, x):
    return x * (1 - x) * model(x[None])[0]


class FlowMatching(AbstractObjective):
    """The velocity on straight lines between samples of two distributions."""

    def init(self):
        return None

    def __call__(self, model, batch, state, key):
        before, after = batch
        t = jax.random.uniform(key, before.shape)
        between = (1 - t) * before + t * after
        velocity = jax.vmap(model)(jnp.concatenate([between, t], axis=1))
        return jnp.mean((velocity - (after - before)) ** 2), (state, {})


class TemporalDifference(AbstractObjective):
    """Squared temporal-difference error whose target, the value of a slowly following copy, has no gradient."""

    discount: float
    states: int

    def init(self):
        return jnp.zeros(self.states)

    def __call__(self, model, batch, state, key):
        now, reward, then = batch
        error = reward + self.discount * state[then] - model["value"][now]
        following = state + 0.1 * jax.lax.stop_gradient(model["value"] - state)
        return jnp.mean(error**2), (following, {"error": jnp.abs(error).mean()})


DISCOUNT = 0.8
MOVES = np.array([[0.1, 0.9, 0.0], [0.0, 0.2, 0.8], [0.5, 0.0, 0.5]])
REWARDS = np.array([0.0, 1.0, -0.5])


def regression():
    x = np.linspace(-1, 1, 200)[:, None]
    plan = Plan(600, ExponentialDecay(0.3, 1e-2, 600), chunk=200)
    return Task(lambda key: eqx.nn.Linear(1, 1, key=key), SquaredError(), Minibatches((x, 3 * x - 2), 20), plan)


def poisson():
    plan = Plan(600, optax.cosine_decay_schedule(1e-2, 600), optax.scale_by_adam(), chunk=300)
    return Task(lambda key: mlp(1, key=key), PoissonResidual(), UniformPoints(0.0, 1.0, 32), plan)


def flow():
    rng = np.random.default_rng(0)
    pairs = rng.normal(size=(2000, 1)), 3 + 0.5 * rng.normal(size=(2000, 1))
    plan = Plan(600, optax.cosine_decay_schedule(1e-2, 600), radam(1.0), chunk=200)
    return Task(lambda key: mlp(2, key=key), FlowMatching(), Minibatches(pairs, 128), plan)


def chain():
    rng = np.random.default_rng(0)
    now = rng.integers(3, size=4000)
    then = np.array([rng.choice(3, p=MOVES[state]) for state in now])
    plan = Plan(1500, ExponentialDecay(0.1, 1e-3, 1500), optax.scale_by_adam(), chunk=500)
    batches = Minibatches((now, REWARDS[now].astype(np.float32), then), 64)
    return Task(lambda key: {"value": jnp.zeros(3)}, TemporalDifference(DISCOUNT, 3), batches, plan)


TASKS = {"regression": regression, "poisson": poisson, "flow": flow, "chain": chain}


@pytest.fixture(scope="module", params=TASKS)
def task(request):
    """Each of them in turn."""
    return TASKS[request.param]()


@pytest.fixture(scope="module")
def tasks():
    """All of them, by name."""
    return TASKS


@pytest.fixture(scope="module")
def poisson_solution():
    """The function that a trained network stands for."""
    return solution


@pytest.fixture(scope="module")
def chain_values():
    """The values of the states of the chain, by the Bellman equation."""
    return np.linalg.solve(np.eye(3) - DISCOUNT * MOVES, REWARDS)


def arrays(tree):
    """All arrays of a tree, in NumPy."""
    return [
        np.asarray(jax.random.key_data(leaf) if jax.dtypes.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf)
        for leaf in jax.tree.leaves(eqx.filter(tree, eqx.is_array))
    ]


@pytest.fixture(scope="session")
def same_bits():
    """Tells whether two trees hold the same arrays, bit for bit."""
    return lambda a, b: all(np.array_equal(x, y) for x, y in zip(arrays(a), arrays(b), strict=True))


@pytest.fixture(scope="session")
def largest_difference():
    """The largest difference between the numbers of two trees."""
    return lambda a, b: max(np.abs(x - y).max(initial=0) for x, y in zip(arrays(a), arrays(b), strict=True))

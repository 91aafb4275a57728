"""The gradients of meta-training, against their closed forms."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.errors import ConfigError
from attrax.meta import MAML, FirstOrderMAML, Reptile, TaskBatch

KEY = jax.random.key(0)
STEPS, RATE = 3, 0.2
RNG = np.random.default_rng(0)
THETA = RNG.normal(size=3)


def definite():
    root = RNG.normal(size=(3, 3))
    return root @ root.T / 3 + np.eye(3)


SUPPORT, QUERY = ([(definite(), RNG.normal(size=3)) for _ in range(4)] for _ in range(2))


def stacked(pairs):
    return tuple(jnp.stack([jnp.asarray(each) for each in part]) for part in zip(*pairs, strict=True))


@pytest.fixture
def quadratic_tasks():
    """Four tasks with one support batch each, in float64."""
    with jax.enable_x64(True):
        yield TaskBatch(jax.tree.map(lambda leaf: leaf[:, None], stacked(SUPPORT)), stacked(QUERY))


def gradient_and_facts(meta, batch, theta):
    (value, (_, facts)), gradient = jax.value_and_grad(meta, has_aux=True)(jnp.asarray(theta), batch, None, KEY)
    return float(value), {name: float(fact) for name, fact in facts.items()}, np.asarray(gradient)


def moved(A, c, theta=THETA):
    """Gradient descent on a quadratic: the distance from its minimum is multiplied by I - a A in each step."""
    return c + np.linalg.matrix_power(np.eye(3) - RATE * A, STEPS) @ (theta - c)


def loss(A, c, theta):
    return (theta - c) @ A @ (theta - c) / 2


def test_the_gradient_of_maml_on_quadratics_is_the_exact_one(quadratic, quadratic_tasks):
    value, facts, gradient = gradient_and_facts(MAML(quadratic, STEPS, RATE), quadratic_tasks, THETA)
    exact = [
        np.linalg.matrix_power(np.eye(3) - RATE * A, STEPS) @ B @ (moved(A, c) - d)
        for (A, c), (B, d) in zip(SUPPORT, QUERY, strict=True)
    ]
    np.testing.assert_allclose(gradient, np.mean(exact, axis=0), rtol=1e-12)
    after = np.mean([loss(*q, moved(*s)) for s, q in zip(SUPPORT, QUERY, strict=True)])
    assert value == pytest.approx(after, rel=1e-13)
    assert facts == pytest.approx({"loss": after, "before": np.mean([loss(*q, THETA) for q in QUERY])}, rel=1e-13)


def test_the_first_order_gradient_is_that_at_the_adapted_models(quadratic, quadratic_tasks):
    value, facts, gradient = gradient_and_facts(FirstOrderMAML(quadratic, STEPS, RATE), quadratic_tasks, THETA)
    exact = [B @ (moved(A, c) - d) for (A, c), (B, d) in zip(SUPPORT, QUERY, strict=True)]
    np.testing.assert_allclose(gradient, np.mean(exact, axis=0), rtol=1e-12)
    assert value == facts["loss"] == gradient_and_facts(MAML(quadratic, STEPS, RATE), quadratic_tasks, THETA)[0]


def test_reptile_pulls_toward_the_mean_of_the_adapted_models(quadratic, quadratic_tasks):
    value, facts, gradient = gradient_and_facts(Reptile(quadratic, STEPS, RATE), quadratic_tasks, THETA)
    ends = np.array([moved(*task) for task in SUPPORT])
    np.testing.assert_allclose(gradient, THETA - ends.mean(axis=0), rtol=1e-12)
    assert value == pytest.approx(((THETA - ends) ** 2).sum(axis=1).mean() / 2, rel=1e-13)
    assert facts["loss"] == pytest.approx(np.mean([loss(*q, z) for q, z in zip(QUERY, ends, strict=True)]), rel=1e-12)


def test_without_a_hessian_the_first_order_gradient_is_exact(linear):
    g = jax.random.normal(KEY, (5, 3))
    batch = TaskBatch(g[:, None], g[::-1])
    gradients = [gradient_and_facts(kind(linear, STEPS, RATE), batch, np.float32(THETA))[2] for kind in KINDS]
    np.testing.assert_array_equal(*gradients)
    np.testing.assert_allclose(gradients[0], g.mean(axis=0), rtol=1e-6)


KINDS = MAML, FirstOrderMAML


def test_every_step_uses_the_next_support_batch(linear):
    g = jnp.array([[[1.0, 0, 0], [0, 1, 0]]])
    meta = Reptile(linear, 5, 0.1)
    _, _, gradient = gradient_and_facts(meta, TaskBatch(g, g[:, 0]), np.zeros(3, np.float32))
    np.testing.assert_allclose(gradient, [0.3, 0.2, 0], rtol=1e-6)


@pytest.mark.parametrize("wrong", [{"steps": 0}, {"rate": 0.0}])
def test_no_steps_and_no_rate_are_refused(linear, wrong):
    with pytest.raises(ConfigError) as told:
        MAML(linear, **wrong)
    assert told.value.code == "C611"

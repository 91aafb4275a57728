"""Teacher forcing on the loop of `attrax.optimise`: what is learned from recordings, and that its state goes along."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.result import Result
from attrax.optimise import ExponentialDecay, Plan, fit
from attrax.train import AbstractPenalty, Adaptive, Generalized, Penalised, TeacherForcing, WindowBatches
from attrax.train.estimators.arithmetic_mean import arithmetic_mean

ADAPTIVE = TeacherForcing(Adaptive(arithmetic_mean, decay=0.9, every=2))
PLAN = Plan(12, ExponentialDecay(1e-2, 1e-3, 12), chunk=4)


def largest_difference(a, b):
    pairs = zip(*(jax.tree.leaves(eqx.filter(tree, eqx.is_inexact_array)) for tree in (a, b)), strict=True)
    return max(np.abs(x - y).max(initial=0) for x, y in pairs)


def one(tree, i):
    """Replica `i` alone."""
    return jax.tree.map(lambda leaf: leaf[i] if eqx.is_array(leaf) else leaf, tree)


@pytest.fixture(scope="module")
def batches(dataset):
    return WindowBatches.cut(dataset, length=8, size=4)


@pytest.fixture(scope="module")
def train(replicas, batches):
    """Two models, trained side by side."""
    models, keys = replicas

    def train(objective=ADAPTIVE, plan=PLAN, **options):
        return fit(models, objective, batches, plan, key=keys, replicas=2, **options)

    return train


@pytest.fixture(scope="module")
def whole(train):
    return train()


def test_the_loss_falls_on_a_linear_system(train):
    plan = Plan(1200, ExponentialDecay(1e-2, 1e-3, 1200), chunk=300)
    trained = train(TeacherForcing(Generalized(0.1)), plan)
    losses = np.array([record["loss"] for record in trained.history])
    assert losses.shape == (4, 2)
    assert (losses[-1] < 0.1 * losses[0]).all()
    assert trained.results == (Result.SUCCESSFUL, Result.SUCCESSFUL)


def test_a_model_is_trained_as_it_is_among_others(whole, replicas, batches):
    models, keys = replicas
    for i in range(2):
        alone = fit(one(models, i), ADAPTIVE, batches, PLAN, key=keys[i])
        assert largest_difference(one(whole.model, i), alone.model) < 1e-5
    assert largest_difference(one(whole.model, 0), one(whole.model, 1)) > 1e-2


def test_a_resumed_run_is_the_uninterrupted_one_bit_for_bit(whole, train):
    first = train(until=5)  # alpha was adapted at the updates 0, 2 and 4, and is due at 6
    rest = train(resume=first.state)
    assert eqx.tree_equal(rest.state, whole.state)


def test_alpha_is_recorded_and_follows_the_jacobians(whole):
    assert all(record["alpha"].shape == (2,) for record in whole.history)
    assert (whole.state.objective.alpha < 1).all()
    assert whole.state.objective.updates.tolist() == [12, 12]


def test_jacobians_are_only_looked_at_when_alpha_is_due(replicas, batches):
    # Whether it is due is one question for all replicas; a question of each would be answered both ways every time.
    models, keys = replicas
    looked = []

    def estimate(dynamics, z_hat):
        jax.debug.callback(looked.append, z_hat.sum())
        return arithmetic_mean(dynamics, z_hat)

    objective = TeacherForcing(Adaptive(estimate, every=5))
    fit(models, objective, batches, dataclasses.replace(PLAN, updates=11), key=keys, replicas=2)
    jax.effects_barrier()
    # At the updates 0, 5 and 10, by two replicas; what the loss ahead of a chunk has adapted is not kept.
    assert len(looked) == 3 * 2


class FirstLayer(AbstractPenalty):
    """A strong penalty on the first layer."""

    def __call__(self, model, batch, key):
        return 1e3 * jnp.sum(model.dynamics.W1**2)


def test_penalties_are_minimised_but_not_recorded(train):
    plan = dataclasses.replace(PLAN, updates=1)
    pulled = train(Penalised(ADAPTIVE, (FirstLayer(),)), plan)
    plain = train(ADAPTIVE, plan)
    np.testing.assert_allclose(plain.history[0]["loss"], pulled.history[0]["loss"], rtol=1e-6)
    assert largest_difference(plain.model, pulled.model) > 1e-3

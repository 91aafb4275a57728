import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.result import Result
from attrax.data.series import Dataset, Series
from attrax.data.windows import windows
from attrax.train import Adaptive, Generalized, Plan, TeacherForcing, fit
from attrax.train.alpha_estimators import arithmetic_mean
from attrax.train.loss import AbstractLoss
from attrax.train.state import TrainState
from attrax.train.step import run_chunk, sample

LOSS = TeacherForcing(Adaptive(arithmetic_mean, decay=0.9, every=2))
PLAN = Plan(LOSS, updates=12, batch_size=4, window=8, learning_rate=1e-2, final_learning_rate=1e-3, chunk=4)


def arrays(tree):
    return [
        np.asarray(jax.random.key_data(leaf) if jax.dtypes.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf)
        for leaf in jax.tree.leaves(eqx.filter(tree, eqx.is_array))
    ]


def largest_difference(a, b):
    return max(np.abs(x - y).max() for x, y in zip(arrays(a), arrays(b), strict=True) if x.dtype.kind == "f")


def same_bits(a, b):
    return all(np.array_equal(x, y) for x, y in zip(arrays(a), arrays(b), strict=True))


def one(tree, i):
    """Replica `i` alone, stacked as one."""
    return jax.tree.map(lambda leaf: leaf[i : i + 1] if eqx.is_array(leaf) else leaf, tree)


@pytest.fixture
def whole(replicas, dataset):
    models, keys = replicas
    return fit(models, dataset, PLAN, key=keys)


def test_the_loss_falls_on_a_linear_system(replicas, dataset):
    models, keys = replicas
    plan = dataclasses.replace(PLAN, loss=TeacherForcing(Generalized(0.1)), updates=400, chunk=100, batch_size=8)
    trained = fit(models, dataset, plan, key=keys)
    losses = np.array([record["loss"] for record in trained.history])
    assert losses.shape == (4, 2)
    assert (losses[-1] < 0.1 * losses[0]).all()
    assert trained.result == (Result.SUCCESSFUL, Result.SUCCESSFUL)
    assert int(trained.state.step) == 400


def test_replicas_are_trained_as_they_would_be_alone(whole, replicas, dataset):
    models, keys = replicas
    for i in range(2):
        alone = fit(one(models, i), dataset, PLAN, key=keys[i : i + 1])
        assert largest_difference(one(whole.model, i), alone.model) < 1e-5


def test_replicas_differ(whole):
    assert largest_difference(one(whole.model, 0), one(whole.model, 1)) > 1e-2


def test_a_resumed_run_is_the_uninterrupted_one_bit_for_bit(whole, replicas, dataset):
    models, keys = replicas
    first = fit(models, dataset, PLAN, key=keys, callbacks=[lambda progress: int(progress.state.step) >= 4])
    assert int(first.state.step) == 4
    assert first.result == (Result.INTERRUPTED, Result.INTERRUPTED)
    rest = fit(models, dataset, PLAN, key=keys, resume=first.state)
    assert same_bits(rest.state, whole.state)
    assert rest.result == whole.result == (Result.SUCCESSFUL, Result.SUCCESSFUL)


def test_the_length_of_a_chunk_changes_no_batch(whole, replicas, dataset):
    models, keys = replicas
    other = fit(models, dataset, dataclasses.replace(PLAN, chunk=5), key=keys)
    assert len(other.history) == 3
    assert largest_difference(other.state, whole.state) < 1e-6


def test_another_key_draws_other_batches(whole, replicas, dataset):
    models, keys = replicas
    other = fit(models, dataset, PLAN, key=keys[::-1])
    assert largest_difference(other.model, whole.model) > 1e-5


def test_callbacks_see_every_chunk(replicas, dataset):
    seen = []
    models, keys = replicas
    fit(models, dataset, PLAN, key=keys, callbacks=[seen.append])
    assert [int(progress.state.step) for progress in seen] == [4, 8, 12]
    assert {progress.total for progress in seen} == {12}
    assert all(progress.record["alpha"].shape == (2,) for progress in seen)


def test_a_callback_that_returns_true_stops_the_run(replicas, dataset):
    models, keys = replicas
    stopped = fit(models, dataset, PLAN, key=keys, callbacks=[lambda progress: True, lambda progress: None])
    assert stopped.result == (Result.INTERRUPTED, Result.INTERRUPTED)
    assert len(stopped.history) == 1


def test_a_run_without_updates_changes_nothing(replicas, dataset):
    models, keys = replicas
    nothing = fit(models, dataset, dataclasses.replace(PLAN, updates=0), key=keys)
    assert same_bits(nothing.model, models)
    assert nothing.history == []


def test_penalties_are_minimised_but_not_recorded(replicas, dataset):
    models, keys = replicas
    plan = dataclasses.replace(PLAN, updates=1)
    plain, pulled = (
        fit(models, dataset, dataclasses.replace(plan, penalties=p), key=keys)
        for p in ((), (lambda model: 1e3 * jnp.sum(model.dynamics.W1**2),))
    )
    np.testing.assert_allclose(plain.history[0]["loss"], pulled.history[0]["loss"], rtol=1e-6)
    assert largest_difference(plain.model, pulled.model) > 1e-3


class Cliff(AbstractLoss):
    """Slope 1 down to a cliff, beyond which there is no number; the update that passes it tells the learning rate."""

    edge: float = eqx.field(static=True)

    def init(self):
        return None

    def update(self, state, model, batch, step):
        return None

    def __call__(self, model, batch, state, *, key):
        return jnp.where(model["w"] < model["edge"], jnp.nan, model["w"]), {}


def descend(edges, **settings):
    """Replicas that start at w = 0 and move by the learning rate, down to edges of their own."""
    plan = Plan(
        Cliff(0.0), updates=60, batch_size=1, window=2, learning_rate=1.0, final_learning_rate=1.0, chunk=20, **settings
    )
    model = {"w": jnp.zeros(len(edges)), "edge": jnp.asarray(edges)}
    data = Dataset((Series(np.zeros((5, 1))),))
    return fit(model, data, plan, key=jax.random.split(jax.random.key(0), len(edges)))

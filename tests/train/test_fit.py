import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from attrax.core.result import Result
from attrax.data.series import Dataset, Series
from attrax.data.windows import cut_windows
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
    return max(np.abs(x - y).max(initial=0) for x, y in zip(arrays(a), arrays(b), strict=True) if x.dtype.kind == "f")


def same_bits(a, b):
    return all(np.array_equal(x, y) for x, y in zip(arrays(a), arrays(b), strict=True))


def one(tree, i):
    """Replica `i` alone, stacked as one."""
    return jax.tree.map(lambda leaf: leaf[i : i + 1] if eqx.is_array(leaf) else leaf, tree)


@pytest.fixture(scope="module")
def whole(replicas, dataset):
    models, keys = replicas
    return fit(models, dataset, PLAN, key=keys)


def test_the_loss_falls_on_a_linear_system(replicas, dataset):
    models, keys = replicas
    plan = dataclasses.replace(PLAN, loss=TeacherForcing(Generalized(0.1)), updates=1200, chunk=300, batch_size=8)
    trained = fit(models, dataset, plan, key=keys)
    losses = np.array([record["loss"] for record in trained.history])
    assert losses.shape == (4, 2)
    assert (losses[-1] < 0.1 * losses[0]).all()
    assert trained.result == (Result.SUCCESSFUL, Result.SUCCESSFUL)
    assert int(trained.state.step) == 1200


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
    """Slope 1 down to a cliff, beyond which there is no number."""

    def init(self):
        return None

    def update(self, state, model, batch, step):
        return None

    def __call__(self, model, batch, state, *, key):
        return jnp.where(model["w"] < model["edge"], jnp.nan, model["w"]), {}


def descend(edges, *, updates, callbacks=(), resume=None):
    """Replicas that start at w = 0 and descend with slope 1, down to edges of their own."""
    plan = Plan(Cliff(), updates=updates, batch_size=1, window=2, learning_rate=1.0, final_learning_rate=1.0, chunk=20)
    model = {"w": jnp.zeros(len(edges)), "edge": jnp.asarray(edges)}
    data = Dataset((Series(np.zeros((5, 1))),))
    keys = jax.random.split(jax.random.key(0), len(edges))
    return fit(model, data, plan, key=keys, callbacks=callbacks, resume=resume)


def path(n):
    """Where w is after `n` updates at the full rate: the optimiser alone, on a gradient of 1."""
    optimizer = optax.radam(1.0)
    w = jnp.zeros(())
    state = optimizer.init(w)
    for _ in range(n):
        direction, state = optimizer.update(jnp.ones(()), state)
        w = optax.apply_updates(w, direction)
    return float(w)


@pytest.fixture(scope="module")
def descent():
    """Replicas whose cliffs are passed at no rate, at the full one, at half of it and at a quarter, in one run."""
    edges = [-1e9, *(share * path(20) for share in (0.75, 0.35, 0.1))]
    return descend(edges, updates=20)


def test_a_loss_without_a_number_is_rolled_back_and_the_rate_halved_at_most_twice(descent):
    np.testing.assert_array_equal(descent.state.rate, [1, 0.5, 0.25, 0.25])
    np.testing.assert_array_equal(descent.state.rollbacks, [0, 1, 2, 2])


def test_replicas_go_on_at_their_own_rates_and_the_hopeless_one_keeps_its_last_good_model(descent):
    w = np.asarray(descent.model["w"])
    np.testing.assert_allclose(w[0], path(20), rtol=1e-3)  # RAdam's bias corrections cancel in single precision
    np.testing.assert_allclose(w, w[0] * np.array([1, 0.5, 0.25, 0]), rtol=1e-6)


def test_only_the_hopeless_replica_is_given_up(descent):
    assert descent.result == (*[Result.SUCCESSFUL] * 3, Result.NONFINITE_LOSS)
    np.testing.assert_array_equal(descent.state.stopped, [False, False, False, True])
    assert int(descent.state.step) == 20


def test_a_replica_that_was_given_up_stays_as_it_was_while_the_other_goes_on():
    fitted = descend([-1e9, 0.1 * path(20)], updates=40)
    np.testing.assert_allclose(fitted.model["w"], [path(40), 0], rtol=1e-3)
    assert fitted.result == (Result.SUCCESSFUL, Result.NONFINITE_LOSS)


def test_a_loss_that_fails_after_the_last_update_of_a_chunk_is_rolled_back_too():
    edge = (path(19) + path(20)) / 2
    fitted = descend([edge], updates=40)
    assert fitted.model["w"][0] >= edge


def test_what_was_rolled_back_is_told_step_by_step():
    seen = []
    edges = [-1e9, (path(24) + path(25)) / 2, 0.1 * path(20)]
    descend(edges, updates=40, callbacks=[lambda progress: seen.extend(progress.failures)])
    hopeless = [failure for failure in seen if failure.replica == 2]
    assert [(f.good_step, f.rollback, f.given_up) for f in hopeless] == [(0, 1, False), (0, 2, False), (0, 3, True)]
    assert hopeless[0].step < hopeless[1].step < hopeless[2].step
    # The loss has no number at the update that meets the model which went over the edge.
    first = next(failure for failure in seen if failure.replica == 1)
    assert (first.step, first.good_step, first.rollback) == (25, 20, 1)


def test_a_run_that_was_rolled_back_is_resumed_bit_for_bit():
    edges = [-1e9, (path(19) + path(20)) / 2]
    whole = descend(edges, updates=60)
    first = descend(edges, updates=60, callbacks=[lambda progress: int(progress.state.step) >= 20])
    assert first.state.rollbacks.tolist() == [0, 1]
    rest = descend(edges, updates=60, resume=first.state)
    assert same_bits(rest.state, whole.state)


def test_training_ends_when_every_replica_was_given_up():
    fitted = descend([0.1 * path(20)] * 2, updates=60)
    assert fitted.result == (Result.NONFINITE_LOSS,) * 2
    assert len(fitted.history) == 1


def test_windows_never_cross_a_boundary():
    # Series k holds the values 100 k, 100 k + 1, ...: inside one series neighbours differ by exactly 1.
    lengths = (9, 3, 30, 5)
    series = tuple(Series(100.0 * k + np.arange(float(n))[:, None]) for k, n in enumerate(lengths))
    plan = dataclasses.replace(PLAN, batch_size=500, window=5)
    batch = sample(jax.tree.map(jnp.asarray, cut_windows(Dataset(series), 5)), plan, key=jax.random.key(0))
    np.testing.assert_array_equal(np.diff(batch.x[..., 0], axis=1), 1)
    # Every place is drawn: five in the first series, none in the second, 26 and 1 in the others.
    firsts = {*range(5), *range(200, 226), 300}
    assert set(np.asarray(batch.x[:, 0, 0]).astype(int).tolist()) == firsts


def test_values_masks_and_inputs_of_a_window_are_of_the_same_rows():
    t = np.arange(40.0)[:, None]
    series = Series(np.where(t % 3 > 0, t, 0), inputs=10 * t, mask=t % 3 > 0)
    plan = dataclasses.replace(PLAN, batch_size=50, window=5)
    batch = sample(jax.tree.map(jnp.asarray, cut_windows(Dataset((series,)), 5)), plan, key=jax.random.key(0))
    rows = np.asarray(batch.s) / 10
    np.testing.assert_array_equal(batch.mask, rows % 3 > 0)
    # The line through the gaps is the ramp itself, which stands still beyond the first and the last value.
    np.testing.assert_array_equal(batch.x, np.clip(rows, 1, 38))


def test_the_learning_rate_of_an_update_follows_its_number(dataset):
    # Twice the rate at update 0 moves the parameters twice as far.
    def moved(rate):
        plan = Plan(Cliff(), updates=10, batch_size=1, window=2, learning_rate=rate, final_learning_rate=rate / 10)
        state = TrainState.create({"w": jnp.zeros(1), "edge": jnp.full(1, -1e9)}, plan.loss)
        data = jax.tree.map(jnp.asarray, cut_windows(dataset, 2))
        return run_chunk(state, data, plan, 3, key=jax.random.split(jax.random.key(0), 1))[0].model["w"][0]

    np.testing.assert_allclose(moved(0.2), 2 * moved(0.1), rtol=1e-6)
    # The first steps of RAdam are plain momentum: each moves by its own learning rate.
    np.testing.assert_allclose(moved(0.1), -0.1 * sum(10 ** (-k / 10) for k in range(3)), rtol=1e-5)

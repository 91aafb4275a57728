"""Families of lines and of recordings: training, resuming, and adapting to a new one."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from attrax.core.errors import ConfigError
from attrax.core.result import Result
from attrax.data import Dataset, Series
from attrax.meta import MAML, Reptile, TaskBatch, Tasks, adapt
from attrax.meta.inner_descent import descended
from attrax.optimise import FixedBatch, Minibatches, Plan, fit
from attrax.train import WindowBatches

KEY = jax.random.key(1)
X = np.linspace(-1, 1, 40, dtype=np.float32)
SLOPES = np.array([1.0, 2.0, 6.0])
START = jnp.zeros(2)


@pytest.fixture(scope="module")
def tasks():
    """Lines y = m x + 1 of three slopes."""
    return Tasks.of([Minibatches((X, np.float32(m * X + 1)), 20) for m in SLOPES], size=3)


def trained(meta, tasks, **options):
    plan = Plan(300, optax.constant_schedule(0.1), optax.identity(), chunk=100)
    return fit(START, meta, tasks, plan, key=KEY, **options)


def test_reptile_finds_the_line_between_the_lines(line, tasks):
    # On lines the adapted models are affine in the start with equal factors, so their fixed point is the mean line.
    found = trained(Reptile(line, 5, 0.1), tasks)
    assert found.results == (Result.SUCCESSFUL,)
    np.testing.assert_allclose(found.model, [SLOPES.mean(), 1], atol=0.15)
    assert found.history[-1]["loss"] < found.history[-1]["before"]


def test_a_resumed_meta_training_is_the_uninterrupted_one_bit_for_bit(line, tasks):
    meta = MAML(line, 2, 0.1)
    first = trained(meta, tasks, until=130)
    rest, whole = trained(meta, tasks, resume=first.state), trained(meta, tasks)
    for a, b in zip(jax.tree.leaves(rest.state), jax.tree.leaves(whole.state), strict=True):
        np.testing.assert_array_equal(a, b)


def test_adapting_is_the_descent_of_the_meta_training(line):
    meta = MAML(line, 4, 0.1)
    batch = (jnp.asarray(X), jnp.asarray(3 * X))
    found = adapt(START, meta, FixedBatch(batch), key=KEY)
    within = descended(START, line, jax.tree.map(lambda leaf: leaf[None], batch), steps=4, rate=0.1, key=KEY)
    np.testing.assert_allclose(found.model, within, rtol=1e-6)
    assert adapt(START, meta, FixedBatch(batch), steps=50, key=KEY).history[0]["loss"] < found.history[0]["loss"]


def test_a_rate_that_is_too_large_ends_with_a_result(line):
    huge = (jnp.asarray(X), jnp.full(40, 1e30))
    assert adapt(START, MAML(line, 60, 1e9), FixedBatch(huge), key=KEY).results == (Result.NONFINITE_LOSS,)


def test_no_task_is_drawn_twice_and_rows_come_from_their_task():
    constant = [Minibatches((np.full(30, i, np.float32), np.arange(30)), 4) for i in range(5)]
    batch = Tasks.of(constant, size=5, batches=2).draw(KEY, jnp.asarray(0))
    assert isinstance(batch, TaskBatch)
    assert sorted(batch.query[0][:, 0].tolist()) == [0, 1, 2, 3, 4]
    for part in (batch.support[0], batch.query[0]):
        np.testing.assert_array_equal(part.reshape(5, -1), np.repeat(batch.query[0][:, :1], part[0].size, axis=1))
    assert batch.support[1].shape == (5, 2, 4)
    assert (batch.support[1][:, 0] != batch.query[1]).any()
    assert (batch.support[1][:, 0] != batch.support[1][:, 1]).any()


def test_recordings_of_any_length_make_a_family():
    recordings = [Dataset((Series(np.full((n, 2), n, np.float32)),)) for n in (20, 5_000)]
    family = WindowBatches.cut_each(recordings, length=10, size=3)
    batch = Tasks.of(family, size=2).draw(KEY, jnp.asarray(0))
    assert batch.query.x.shape == (2, 3, 10, 2)
    assert sorted(np.unique(batch.query.x).tolist()) == [20, 5_000]
    assert (np.asarray(batch.query.x) == np.asarray(batch.query.x)[:, :1, :1, :1]).all()


@pytest.mark.parametrize(("rows", "size"), [((30, 30), 3), ((30, 30), 0), ((30, 40), 2)])
def test_a_family_that_cannot_be_stacked_is_refused(rows, size):
    with pytest.raises(ConfigError) as told:
        Tasks.of([Minibatches(np.zeros(n, np.float32), 4) for n in rows], size=size)
    assert told.value.code == "C618"

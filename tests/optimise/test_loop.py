import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from attrax.core.errors import ConfigError
from attrax.core.result import Result
from attrax.optimise import AbstractObjective, ExponentialDecay, FixedBatch, Plan, Probe, fit, log_spaced, radam

KEY = jax.random.key(1)


def short(task, updates=12, chunk=4):
    return task._replace(plan=dataclasses.replace(task.plan, updates=updates, chunk=chunk))


def train(task, **options):
    return fit(task.make(KEY), task.objective, task.batches, task.plan, key=KEY, **options)


def stop_at(step):
    return lambda progress: int(progress.state.step) >= step


@pytest.fixture(scope="module")
def whole(task):
    return train(short(task))


def test_a_resumed_run_is_the_uninterrupted_one_bit_for_bit(task, whole, same_bits):
    first = train(short(task), callbacks=[stop_at(4)])
    assert int(first.state.step) == 4
    assert first.results == (Result.INTERRUPTED,)
    rest = train(short(task), resume=first.state)
    assert same_bits(rest.state, whole.state)
    assert rest.results == whole.results == (Result.SUCCESSFUL,)


def test_a_run_in_stages_is_the_whole_one_bit_for_bit(task, whole, same_bits):
    first = train(short(task), until=7)
    assert int(first.state.step) == 7
    assert first.results == (Result.SUCCESSFUL,)
    assert same_bits(train(short(task), resume=first.state).state, whole.state)


def test_replicas_are_trained_as_they_would_be_alone(task, largest_difference):
    keys = jax.random.split(KEY, 2)
    models = eqx.filter_vmap(task.make)(keys)
    task = short(task)
    together = fit(models, task.objective, task.batches, task.plan, key=keys, replicas=2)
    assert together.results == (Result.SUCCESSFUL,) * 2
    assert together.history[0]["loss"].shape == (2,)
    for i in range(2):
        alone = fit(task.make(keys[i]), task.objective, task.batches, task.plan, key=keys[i])
        of_two = jax.tree.map(lambda leaf, i=i: leaf[i] if eqx.is_array(leaf) else leaf, together.model)
        assert largest_difference(alone.model, of_two) < 1e-5
        assert alone.history[-1]["loss"] == pytest.approx(together.history[-1]["loss"][i], rel=1e-4)


def test_another_key_draws_other_batches(task, whole, largest_difference):
    task = short(task)
    other = fit(task.make(KEY), task.objective, task.batches, task.plan, key=jax.random.key(2))
    assert largest_difference(other.model, whole.model) > 1e-6


def test_the_length_of_a_chunk_changes_no_update(task, whole, largest_difference):
    other = train(short(task, chunk=5))
    assert len(other.history) == 3
    assert largest_difference(other.model, whole.model) < 1e-6


def test_the_state_of_an_objective_goes_with_the_run(tasks):
    trained = train(short(tasks["regression"]()))
    assert trained.state.objective["asked"] == 12
    assert [record["asked"] for record in trained.history] == [2.5, 6.5, 10.5]


def test_callbacks_see_every_chunk(tasks):
    seen = []
    train(short(tasks["regression"]()), callbacks=[seen.append])
    assert [int(progress.state.step) for progress in seen] == [4, 8, 12]
    assert {progress.total for progress in seen} == {12}
    assert all(progress.record["loss"].shape == () for progress in seen)


def test_a_callback_that_returns_true_stops_the_run_after_all_have_been_called(tasks):
    seen = []
    stopped = train(short(tasks["regression"]()), callbacks=[lambda progress: True, seen.append])
    assert stopped.results == (Result.INTERRUPTED,)
    assert len(stopped.history) == len(seen) == 1


def test_probes_are_called_at_their_own_steps_and_change_nothing(task, whole, same_bits):
    seen, all_steps = [], []
    probe = Probe(lambda progress: seen.append(int(progress.state.step)), log_spaced(11, per_decade=3))
    probed = train(short(task), callbacks=[probe, lambda progress: all_steps.append(int(progress.state.step))])
    assert seen == [1, 2, 5, 10, 11]
    assert all_steps == [1, 2, 4, 5, 8, 10, 11, 12]
    assert same_bits(probed.state, whole.state)


def test_a_probe_that_returns_true_stops_the_run(tasks):
    stopped = train(short(tasks["regression"]()), callbacks=[Probe(lambda progress: True, (3,))])
    assert int(stopped.state.step) == 3


def test_a_run_without_updates_changes_nothing(tasks, same_bits):
    task = short(tasks["regression"](), updates=0)
    nothing = train(task)
    assert same_bits(nothing.model, task.make(KEY))
    assert nothing.history == []


class Counted(AbstractObjective):
    """A parabola that counts how often it is traced."""

    traced: list = eqx.field(static=True)

    def init(self):
        return None

    def __call__(self, model, batch, state, key):
        self.traced.append(1)
        return (model["w"] - batch) ** 2, (state, {})


class Traces(list):
    """A list that is equal to itself alone, as the fields of an objective have to be hashable."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__


def test_runs_of_equal_plans_share_what_was_compiled_whatever_the_length_of_their_chunks():
    objective, counts = Counted(Traces()), []
    for target, updates in ((1.0, 8), (2.0, 8), (3.0, 5)):
        plan = Plan(updates, ExponentialDecay(1e-2, 1e-3, 8), radam(1.0), chunk=4)
        fit({"w": np.zeros(())}, objective, FixedBatch(np.asarray(target)), plan, key=KEY)
        counts.append(len(objective.traced))
    assert counts[0] > 0
    assert counts == counts[:1] * 3


def test_the_learning_rate_of_an_update_follows_its_number():
    batches = FixedBatch(jnp.asarray(-1e6))

    def moved(rate):
        plan = Plan(3, ExponentialDecay(rate, rate / 10, 10), optax.scale_by_sign())
        return float(fit({"w": jnp.zeros(())}, Counted(Traces()), batches, plan, key=KEY).model["w"])

    assert moved(0.1) == pytest.approx(-0.1 * sum(10 ** (-k / 10) for k in range(3)), rel=1e-5)
    assert moved(0.2) == pytest.approx(2 * moved(0.1), rel=1e-6)


def test_weight_decay_sees_the_parameters():
    plan = Plan(1, lambda step: 0.5, optax.chain(optax.identity(), optax.add_decayed_weights(0.1)))
    trained = fit({"w": jnp.asarray(2.0)}, Counted(Traces()), FixedBatch(jnp.asarray(2.0)), plan, key=KEY)
    assert float(trained.model["w"]) == pytest.approx(2 - 0.5 * 0.1 * 2)


@pytest.mark.parametrize(
    ("code", "replicas", "key"), [("C612", 3, jax.random.split(KEY, 3)), ("C613", 2, KEY), ("C613", None, KEY[None])]
)
def test_models_and_keys_that_are_not_one_for_each_replica_are_refused(code, replicas, key):
    plan = Plan(1, ExponentialDecay(1e-2, 1e-3, 1))
    with pytest.raises(ConfigError, match=code):
        fit({"w": jnp.zeros(2)}, Counted(Traces()), FixedBatch(jnp.zeros(())), plan, key=key, replicas=replicas)


@pytest.mark.parametrize("wrong", [{"updates": -1}, {"updates": 1, "chunk": 0}])
def test_a_plan_that_cannot_be_carried_out_is_refused(wrong):
    with pytest.raises(ConfigError, match="C611"):
        Plan(schedule=ExponentialDecay(1e-2, 1e-3, 1), **wrong)

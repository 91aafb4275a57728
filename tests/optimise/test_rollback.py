import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from attrax.core.result import Result
from attrax.optimise import AbstractObjective, FixedBatch, Plan, Rollback, fit, radam


class Cliff(AbstractObjective):
    """Slope 1 down to a cliff, beyond which there is no number."""

    def init(self):
        return None

    def __call__(self, model, batch, state, key):
        return jnp.where(model["w"] < model["edge"], jnp.nan, model["w"]), (state, {})


def constant(step):
    """One and the same learning rate."""
    return 1.0


def descend(edges, *, updates, rollback=None, **options):
    """Replicas that start at w = 0 and descend with slope 1, down to edges of their own; a single one for a number."""
    plan = Plan(updates, constant, radam(), chunk=20, rollback=rollback or Rollback())
    edges = jnp.asarray(edges)
    replicas = len(edges) if edges.ndim else None
    key = jax.random.key(0)
    keys = key if replicas is None else jax.random.split(key, replicas)
    model = {"w": jnp.zeros(edges.shape), "edge": edges}
    return fit(model, Cliff(), FixedBatch(()), plan, key=keys, replicas=replicas, **options)


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
    assert descent.results == (*[Result.SUCCESSFUL] * 3, Result.NONFINITE_LOSS)
    np.testing.assert_array_equal(descent.state.stopped, [False, False, False, True])
    assert int(descent.state.step) == 20


def test_a_single_model_is_rolled_back_as_a_replica_is(descent):
    alone = descend(0.75 * path(20), updates=20)
    np.testing.assert_allclose(alone.model["w"], descent.model["w"][1], rtol=1e-6)
    assert (float(alone.state.rate), int(alone.state.rollbacks)) == (0.5, 1)
    hopeless = descend(0.1 * path(20), updates=60)
    assert hopeless.results == (Result.NONFINITE_LOSS,)
    assert float(hopeless.model["w"]) == 0
    assert len(hopeless.history) == 1


def test_the_rule_is_that_of_the_plan():
    patient = descend(0.1 * path(20), updates=20, rollback=Rollback(times=1, factor=0.05))
    assert patient.results == (Result.SUCCESSFUL,)
    np.testing.assert_allclose(patient.model["w"], 0.05 * path(20), rtol=1e-3)


def test_a_replica_that_was_given_up_stays_as_it_was_while_the_other_goes_on():
    fitted = descend([-1e9, 0.1 * path(20)], updates=40)
    np.testing.assert_allclose(fitted.model["w"], [path(40), 0], rtol=1e-3)
    assert fitted.results == (Result.SUCCESSFUL, Result.NONFINITE_LOSS)


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


def test_a_run_that_was_rolled_back_is_resumed_bit_for_bit(same_bits):
    edges = [-1e9, (path(19) + path(20)) / 2]
    whole = descend(edges, updates=60)
    first = descend(edges, updates=60, callbacks=[lambda progress: int(progress.state.step) >= 20])
    assert first.state.rollbacks.tolist() == [0, 1]
    rest = descend(edges, updates=60, resume=first.state)
    assert same_bits(rest.state, whole.state)


def test_training_ends_when_every_replica_was_given_up():
    fitted = descend([0.1 * path(20)] * 2, updates=60)
    assert fitted.results == (Result.NONFINITE_LOSS,) * 2
    assert len(fitted.history) == 1


class Parabola(AbstractObjective):
    """The loss $w^2$, which rises without end for learning rates above 1."""

    def init(self):
        return None

    def __call__(self, model, batch, state, key):
        return model**2, (state, {})


def too_fast(step):
    """A learning rate that becomes too large after 40 updates."""
    return jnp.where(step < 40, 0.05, 1.05)


def roll_down(*, rise, **options):
    plan = Plan(200, too_fast, optax.identity(), chunk=20, rollback=Rollback(rise=rise))
    return fit(
        jnp.ones(2), Parabola(), FixedBatch(()), plan, key=jax.random.split(jax.random.key(0)), replicas=2, **options
    )


def test_a_loss_that_rises_far_returns_to_its_best_state_with_half_the_rate():
    seen = []
    fitted = roll_down(rise=0.5, callbacks=[lambda progress: seen.extend(progress.failures)])
    assert float(abs(fitted.model).max()) < 1e-3
    np.testing.assert_array_equal(fitted.state.rate, [0.5, 0.5])
    assert [(f.replica, f.good_step, f.rollback, f.given_up) for f in seen] == [(0, 60, 1, False), (1, 60, 1, False)]
    assert seen[0].loss > 0.1 > seen[0].lowest
    assert fitted.results == (Result.SUCCESSFUL,) * 2


def test_without_the_rule_the_loss_climbs_on():
    fitted = roll_down(rise=float("inf"))
    assert float(abs(fitted.model).min()) > 1e3


def test_a_rise_in_a_run_in_stages_is_that_of_the_whole_run(same_bits):
    first = roll_down(rise=0.5, until=50)
    assert same_bits(roll_down(rise=0.5, resume=first.state).state, roll_down(rise=0.5).state)

import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

from attrax.train import Generalized, Plan, TeacherForcing


def plan(updates):
    return Plan(TeacherForcing(Generalized(0.1)), updates=updates, learning_rate=1e-2, final_learning_rate=1e-4)


@pytest.mark.parametrize("updates", [1, 10, 1000])
def test_the_learning_rate_ends_where_the_plan_says(updates):
    schedule = plan(updates).schedule()
    assert float(schedule(0)) == pytest.approx(1e-2)
    assert float(schedule(updates)) == pytest.approx(1e-4)


def test_the_decay_is_exponential():
    schedule = plan(10).schedule()
    assert float(schedule(5)) == pytest.approx(1e-3)
    assert float(schedule(8)) / float(schedule(7)) == pytest.approx(0.01**0.1)


def test_long_gradients_are_clipped_and_short_ones_are_not():
    gradient = {"a": jnp.array([3.0, 0.0]), "b": jnp.array(4.0)}
    assert plan(10).clipped(gradient) is gradient
    clipping = dataclasses.replace(plan(10), clip=1.0)
    np.testing.assert_allclose(clipping.clipped(gradient)["a"], [0.6, 0.0], rtol=1e-6)
    np.testing.assert_allclose(clipping.clipped(gradient)["b"], 0.8, rtol=1e-6)
    half = {name: value / 10 for name, value in gradient.items()}
    np.testing.assert_allclose(clipping.clipped(half)["a"], half["a"], rtol=1e-6)

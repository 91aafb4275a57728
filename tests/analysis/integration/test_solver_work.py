"""The number of evaluations along an orbit, with fields whose steps are known."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.analysis import solver_work
from attrax.core.result import Result
from attrax.models import NeuralFlow


@pytest.fixture(autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def decay(rate):
    """A field without hidden layer effects: each of two states decays at a rate per time step."""
    zeros = [jnp.zeros(shape) for shape in ((2, 1), (1, 2), 2, 1, (2, 0))]
    return NeuralFlow(jnp.full(2, -rate), *zeros, tolerance=1e-6, max_steps=64)


def test_fast_states_cost_more_and_states_that_rest_cost_one_step():
    z = np.array([[0.0, 0.0], [1.0, -1.0], [np.nan, 1.0]])
    slow, fast = (solver_work(decay(rate), z) for rate in (0.01, 4.0))
    assert slow.evaluations.tolist() == [7, 7, 0]
    assert (slow.mean, slow.largest, slow.at_once, slow.result) == (7, 7, 1, Result.DIVERGED)
    assert fast.evaluations[0] == 7 < fast.evaluations[1]
    assert fast.evaluations[1] % 6 == 1
    assert fast.errors[0] == 0 < 1 < fast.errors[1]
    assert (fast.mean, fast.at_once) == ((7 + fast.largest) / 2, 0.5)
    assert np.isnan(fast.errors[2])


def test_without_a_finite_state_there_is_no_mean():
    found = solver_work(decay(1.0), np.full((1, 2), np.inf))
    assert np.isnan(found.mean)
    assert found.largest == 0

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.models import AffineObservation
from attrax.train import ConditionPenalty, WeightPenalty


def test_the_weight_penalty_in_closed_form(still):
    f = still.dynamics
    f = eqx.tree_at(lambda f: f.diagonal.entries, f, jnp.array([0.5, 3.0]))
    f = eqx.tree_at(
        lambda f: (f.W1, f.W2, f.h1, f.h2),
        f,
        (jnp.array([[1.0], [2.0]]), jnp.array([[3.0, 0.0]]), jnp.array([0.0, 4.0]), jnp.array([5.0])),
    )
    model = eqx.tree_at(lambda m: m.dynamics, still, f)
    assert WeightPenalty(0.1)(model) == pytest.approx(0.1 * ((0.25 + 4) + 5 + 9 + 16 + 25))


def test_perfect_memory_and_nothing_else_costs_nothing(still):
    assert WeightPenalty(1.0)(still) == 0


@pytest.mark.parametrize(("singular", "cost"), [((2.0, 2.0), 0.0), ((6.0, 2.0), 4.0), ((1.0, 0.5), 1.0)])
def test_the_condition_penalty_in_closed_form(singular, cost, still):
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    observation = AffineObservation(jnp.asarray(turn @ np.diag(singular) @ turn, jnp.float32))
    model = eqx.tree_at(lambda m: m.observation, still, observation)
    assert ConditionPenalty(0.5)(model) == pytest.approx(0.5 * cost, abs=1e-5)

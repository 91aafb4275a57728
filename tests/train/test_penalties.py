import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core import Scaling
from attrax.core.errors import ConfigError
from attrax.models import (
    GRU,
    AffineObservation,
    AlmostLinearRNN,
    DendriticPLRNN,
    FreeDiagonal,
    IdentityObservation,
    LinearStart,
    Model,
    NeuralFlow,
    VanillaPLRNN,
)
from attrax.reconstruct.settings.configuration import configure
from attrax.train import Batch, ConditionPenalty, LocalRegularization, ManifoldPenalty, WeightPenalty


def value_of(penalty, model):
    """The value of a penalty that uses no data."""
    return penalty(model, None, jax.random.key(0))


def test_the_weight_penalty_in_closed_form(still):
    f = still.dynamics
    f = eqx.tree_at(lambda f: f.diagonal.entries, f, jnp.array([0.5, 3.0]))
    f = eqx.tree_at(
        lambda f: (f.W1, f.W2, f.h1, f.h2),
        f,
        (jnp.array([[1.0], [2.0]]), jnp.array([[3.0, 0.0]]), jnp.array([0.0, 4.0]), jnp.array([5.0])),
    )
    model = eqx.tree_at(lambda m: m.dynamics, still, f)
    assert value_of(WeightPenalty(0.1), model) == pytest.approx(0.1 * ((0.25 + 4) + 5 + 9 + 16 + 25))


def test_perfect_memory_and_nothing_else_costs_nothing(still):
    assert value_of(WeightPenalty(1.0), still) == 0


W = jnp.array([[7.0, 1.0], [2.0, 7.0]])
OTHERS = {
    "vanilla": (lambda *parts: VanillaPLRNN(*parts), 1 + 4),
    "almost-linear": (lambda *parts: AlmostLinearRNN(*parts, nonlinear_dim=1), 1 + 4 + 2 * 49),
    "dendritic": (
        lambda *parts: DendriticPLRNN(*parts, slope=jnp.array([2.0]), H=jnp.array([[1.0], [-3.0]])),
        1 + 4 + 2 * 49 + 4 + 10,
    ),
}


@pytest.mark.parametrize(("make", "others"), OTHERS.values(), ids=OTHERS)
def test_every_network_says_what_is_memory_and_what_must_earn_its_place(make, others, still):
    # The diagonal of a vanilla PLRNN's coupling does not exist.
    f = make(FreeDiagonal(jnp.array([0.5, 3.0])), W, jnp.array([0.0, 4.0]), jnp.ones((2, 1)))
    model = eqx.tree_at(lambda m: m.dynamics, still, f)
    assert value_of(WeightPenalty(0.1), model) == pytest.approx(0.1 * ((0.25 + 4) + 16 + others))


def test_cells_have_no_memory_that_could_be_penalised(still):
    f = GRU.create(2, input_dim=1, key=jax.random.key(0))
    model = eqx.tree_at(lambda m: m.dynamics, still, f)
    expected = sum(np.sum(np.asarray(p) ** 2) for p in (f.W, f.b, f.b_n))
    assert value_of(WeightPenalty(2.0), model) == pytest.approx(2 * expected)


@pytest.mark.parametrize(("singular", "cost"), [((2.0, 2.0), 0.0), ((6.0, 2.0), 4.0), ((1.0, 0.5), 1.0)])
def test_the_condition_penalty_in_closed_form(singular, cost, still):
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    observation = AffineObservation(jnp.asarray(turn @ np.diag(singular) @ turn, jnp.float32))
    model = eqx.tree_at(lambda m: m.observation, still, observation)
    assert value_of(ConditionPenalty(0.5), model) == pytest.approx(0.5 * cost, abs=1e-5)


def test_the_manifold_penalty_in_closed_form(still):
    f = AlmostLinearRNN(
        FreeDiagonal(jnp.array([0.5, 3.0])), W, jnp.array([6.0, 4.0]), jnp.ones((2, 0)), nonlinear_dim=1
    )
    model = eqx.tree_at(lambda m: m.dynamics, still, f)
    assert value_of(ManifoldPenalty(0.1, 1), model) == pytest.approx(0.1 * ((1 - 3) ** 2 + 4 + 49 + 16))
    assert value_of(ManifoldPenalty(0.1, 2), model) == pytest.approx(0.1 * (0.25 + 49 + 1 + 36 + 4 + 4 + 49 + 16))


def test_a_line_of_fixed_points_costs_nothing(still):
    assert value_of(ManifoldPenalty(1.0, 1), still) == 0


def test_local_regularization_is_the_mean_error_at_one_row_of_each_window_and_sees_the_field_only():
    rng, seen = np.random.default_rng(0), IdentityObservation(2)
    sizes = (2,), (2, 3), (3, 2), (2,), (3,), (2, 0)
    f = NeuralFlow(*(jnp.asarray(rng.normal(size=size), jnp.float32) for size in sizes))
    start = LinearStart(jnp.zeros((0, 2)))
    model = Model(f, seen, start, Scaling.identity(2), ("a", "b"))
    x = jnp.asarray(rng.normal(size=(3, 4, 2)), jnp.float32)
    value, gradient = eqx.filter_jit(eqx.filter_value_and_grad(LocalRegularization(0.5)))(
        model, Batch(x, None, None), jax.random.key(1)
    )
    errors = 0.5 * eqx.filter_jit(jax.vmap(jax.vmap(f.local_error)))(x).mean(axis=0)
    assert min(abs(float(value / error) - 1) for error in errors) < 1e-4
    assert jnp.abs(gradient.dynamics.W1).min() > 0


def test_local_regularization_needs_a_solver_with_step_control():
    with pytest.raises(ConfigError, match="C617"):
        configure(overrides={"train": {"penalties": {"local-regularization": {}}}}).complete(3)
    train = {"penalties": {"local-regularization": {"strength": 2.0}}}
    chosen = configure(overrides={"model": {"dynamics": {"kind": "neural-ode"}}, "train": train}).complete(3)
    assert chosen.train.penalties.settings["local-regularization"].strength == 2.0

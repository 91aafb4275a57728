import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.core.errors import ConfigError
from attrax.core.result import Result
from attrax.models import AffineObservation, ClippedShallowPLRNN, FreeDiagonal, LinearStart, Model, ShallowPLRNN


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(20, 2)) * [2.0, 0.5] + [3.0, -1.0]


@pytest.fixture
def s():
    return np.random.default_rng(1).normal(size=(20, 2))


def iterate(model, x, n, s=None):
    """The equations, step by step, from one recorded row and in its units."""
    mean, std = np.array(model.scaling.mean), np.array(model.scaling.std)
    observed = jnp.asarray((x - mean) / std, jnp.float32)
    z = jnp.concatenate([observed, model.start.L @ observed])
    rows = []
    for t in range(n):
        z = model.dynamics.step(z, None if s is None else jnp.asarray(s[t], jnp.float32))
        rows.append(np.asarray(z[:2], np.float64) * std + mean)
    return np.array(rows)


def test_a_free_run_is_the_map_iterated_from_the_last_row(make_model, x, key):
    model = make_model(ClippedShallowPLRNN.create(4, 20, key=key))
    run = model.simulate(x, 15)
    np.testing.assert_allclose(run.x, iterate(model, x[-1], 15), rtol=1e-4, atol=1e-5)
    assert run.result is Result.SUCCESSFUL


def test_a_driven_run_meets_the_inputs_of_its_own_rows(make_model, x, s, key):
    model = make_model(ClippedShallowPLRNN.create(4, 20, input_dim=2, key=key))
    np.testing.assert_allclose(model.simulate(x, 15, s[:15]).x, iterate(model, x[-1], 15, s), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("horizon", [1, 6])
@pytest.mark.parametrize("driven", [False, True])
def test_a_forecast_of_row_t_plus_h_is_made_from_row_t_and_the_inputs_between(horizon, driven, make_model, x, s, key):
    model = make_model(ClippedShallowPLRNN.create(4, 20, input_dim=2 * driven, key=key))
    forecast = model.forecast(x, horizon, s if driven else None)
    assert forecast.shape == (20 - horizon, 2)
    for t in (0, 7, 19 - horizon):
        expected = iterate(model, x[t], horizon, s[t + 1 :] if driven else None)[-1]
        np.testing.assert_allclose(forecast[t], expected, rtol=1e-4, atol=1e-5)


def test_a_map_that_stands_still_gives_back_the_units_of_the_recording(make_model, x):
    still = ShallowPLRNN(
        FreeDiagonal(jnp.ones(2)), jnp.zeros((2, 1)), jnp.zeros((1, 2)), jnp.zeros(2), jnp.zeros(1), jnp.zeros((2, 0))
    )
    np.testing.assert_allclose(make_model(still).simulate(x, 4).x, x[[-1] * 4], rtol=1e-5)
    np.testing.assert_allclose(make_model(still).forecast(x, 4), x[:-4], rtol=1e-5)


def test_gaps_in_the_context_are_filled(make_model, x, key):
    model = make_model(ClippedShallowPLRNN.create(3, 20, key=key))
    gaps, filled = x.copy(), x.copy()
    gaps[17:, 1], filled[17:, 1] = np.nan, x[16, 1]
    np.testing.assert_array_equal(model.simulate(gaps, 5).x, model.simulate(filled, 5).x)
    np.testing.assert_array_equal(model.forecast(gaps, 2), model.forecast(filled, 2))


def test_a_network_that_diverges_says_so_and_is_nan_from_there_on(make_model, x, key):
    f = ShallowPLRNN.create(2, 5, key=key)
    doubling = eqx.tree_at(lambda f: (f.diagonal.entries, f.W1), f, (jnp.full(2, 2.0), jnp.zeros((2, 5))))
    run = make_model(doubling).simulate(x, 300)
    finite = np.isfinite(run.x).all(axis=1)
    assert run.result is Result.DIVERGED
    assert 100 < finite.sum() < 150
    assert np.isnan(run.x[finite.argmin() :]).all()
    assert finite[: finite.argmin()].all()


def test_an_affine_observation_is_inverted_and_shown(scaling, x, key):
    observation = AffineObservation.create(2, 2, key=key)
    f = ShallowPLRNN.create(2, 5, key=key)
    model = Model(f, observation, LinearStart(jnp.zeros((0, 2))), scaling, ("a", "b"))
    z = jnp.linalg.solve(observation.B, jnp.asarray(scaling.apply(x[-1]), jnp.float32))
    expected = scaling.invert(np.asarray(observation.B @ f.step(z), np.float64))
    np.testing.assert_allclose(model.simulate(x, 1).x[0], expected, rtol=1e-4)


def test_the_time_step_is_that_of_the_map(make_model, key):
    assert make_model(ShallowPLRNN.create(2, 5, dt=0.02, key=key)).dt == 0.02


def test_a_driven_model_does_not_run_without_its_inputs(make_model, x, s, key):
    model = make_model(ClippedShallowPLRNN.create(4, 20, input_dim=2, key=key))
    for attempt in (lambda: model.simulate(x, 5), lambda: model.simulate(x, 5, s[:4]), lambda: model.forecast(x, 3)):
        with pytest.raises(ConfigError, match="C533"):
            attempt()


@pytest.mark.parametrize("seed", [2**32, -1, np.int64(2**40)])
def test_a_seed_that_would_be_another_one_is_refused(make_model, x, seed, key):
    model = make_model(ClippedShallowPLRNN.create(4, 20, key=key))
    with pytest.raises(ConfigError, match=r"C518[\s\S]*key="):
        model.simulate(x, 3, key=seed)
    assert len(model.simulate(x, 3, key=2**31).x) == 3

"""The parts of a forecast: they add up, they are derivatives where the map is piecewise linear, and their offsets."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax.analysis.attribution.affine_form import Rule, affine_form
from attrax.analysis.attribution.forecast_parts import forecast_parts
from attrax.core import ConfigError
from attrax.core.precision import in_float64
from attrax.models import (
    GRU,
    LSTM,
    AffineObservation,
    AlmostLinearRNN,
    ContinuousPLRNN,
    GaussianObservation,
    IdentityObservation,
    LinearStart,
    LongExpressiveMemory,
    PoissonObservation,
    ShallowPLRNN,
    WindowEncoder,
)

LATENT, OBS, INPUTS, ROWS, HORIZON = 6, 3, 2, 5, 7
KEY = jax.random.key(3)
KINDS = {
    "shallow": lambda: ShallowPLRNN.create(LATENT, 20, input_dim=INPUTS, key=KEY),
    "almost-linear": lambda: AlmostLinearRNN.create(LATENT, 3, input_dim=INPUTS, key=KEY),
    "gru": lambda: GRU.create(LATENT, input_dim=INPUTS, key=KEY),
    "lstm": lambda: LSTM.create(LATENT, input_dim=INPUTS, key=KEY),
    "lem": lambda: LongExpressiveMemory.create(LATENT, input_dim=INPUTS, key=KEY),
    "continuous": lambda: ContinuousPLRNN.create(LATENT, 8, input_dim=INPUTS, key=KEY),
}
QUICK = ("shallow", "lstm")
"""Each kind of network takes more than a second to compile; the others are tried in the slow suite."""
RULES = {"shallow": Rule.EXACT, "almost-linear": Rule.EXACT, "continuous": Rule.LINEARISED}


SEEN = {
    "gaussian": lambda: GaussianObservation.create(OBS, LATENT, key=KEY),
    "identity": lambda: IdentityObservation(OBS),
    "affine": lambda: AffineObservation.create(OBS, LATENT, key=KEY),
}


def shaken(tree):
    """The same tree with random offsets, so that none of them is zero."""
    leaves, form = jax.tree.flatten(eqx.filter(tree, eqx.is_inexact_array))
    keys = jax.random.split(jax.random.key(9), len(leaves))
    moved = [leaf + 0.2 * jax.random.normal(k, leaf.shape) for leaf, k in zip(leaves, keys, strict=True)]
    return eqx.combine(jax.tree.unflatten(form, moved), tree)


def case(name, seen="gaussian"):
    rng = np.random.default_rng(0)
    return *made(name, seen), rng.normal(size=(ROWS, OBS)), rng.normal(size=(ROWS - 1 + HORIZON, INPUTS))


# One program makes a model, in place of dozens that make its parts.
@eqx.filter_jit
def made(name, seen):
    observation = shaken(SEEN[seen]())
    return shaken(KINDS[name]()), observation, shaken(LinearStart.create(observation, LATENT, key=KEY))


@eqx.filter_jit
def forced_forecast(dynamics, observation, start, x, s, alpha):
    """A forecast written down step by step, without any matrix."""
    z = start.last(observation, x[:1])
    for k in range(ROWS - 1):
        z, signal = dynamics.step(z, s[k]), observation.invert(x[k + 1])
        z = z.at[: len(signal)].add(alpha * (signal - z[: len(signal)]))
    ahead = []
    for k in range(HORIZON):
        z = dynamics.step(z, s[ROWS - 1 + k])
        ahead.append(observation.observe(z))
    return jnp.stack(ahead)


def some(names, quick):
    return [name if name in quick else pytest.param(name, marks=pytest.mark.slow) for name in names]


@pytest.mark.parametrize("name", some(KINDS, QUICK))
def test_the_parts_add_up_to_the_forecast(name):
    *model, x, s = case(name)
    found = forecast_parts(*model, x, HORIZON, s=s, alpha=0.3)
    total = found.parts.sum(axis=(2, 3)) + found.input_parts.sum(axis=(2, 3)) + found.offset
    with jax.enable_x64(True):
        expected = forced_forecast(*in_float64(tuple(model)), jnp.asarray(x), jnp.asarray(s), 0.3)
    np.testing.assert_allclose(found.forecast, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(total, expected, rtol=0, atol=1e-10)
    assert found.residual < 1e-12
    assert found.rule is RULES.get(name, Rule.RELEVANCE)


@pytest.mark.parametrize("name", some(RULES, QUICK))
@pytest.mark.parametrize("seen", some(SEEN, ("gaussian",)))
def test_gains_are_the_derivatives_of_the_forecast(name, seen):
    *model, x, s = case(name, seen)
    found = forecast_parts(*model, x, HORIZON, s=s, alpha=0.3)
    with jax.enable_x64(True):
        parts = in_float64(tuple(model))
        gains = jax.jit(jax.jacrev(lambda x, s: forced_forecast(*parts, x, s, 0.3), argnums=(0, 1)))
        by_row, by_input = gains(jnp.asarray(x), jnp.asarray(s))
    np.testing.assert_allclose(found.gains, by_row, atol=1e-12)
    np.testing.assert_allclose(found.input_gains, by_input, atol=1e-12)


def test_a_change_inside_a_linear_region_changes_the_forecast_by_gain_times_change():
    *model, x, s = case("shallow")
    found = forecast_parts(*model, x, HORIZON, s=s, alpha=0.3)
    moved = x.copy()
    moved[2, 1] += 1e-5
    change = forecast_parts(*model, moved, HORIZON, s=s, alpha=0.3).forecast - found.forecast
    np.testing.assert_allclose(change, 1e-5 * found.gains[:, :, 2, 1], rtol=0, atol=1e-14)


def test_the_offset_of_a_step_is_that_of_the_linear_region():
    dynamics = shaken(KINDS["shallow"]())
    with jax.enable_x64(True):
        dynamics, z = in_float64(dynamics), jax.random.normal(KEY, (LATENT,), jnp.float64)
        matrix, offset = dynamics.affine(dynamics.region(z))
        form = affine_form(dynamics, z, jnp.ones(INPUTS))
        np.testing.assert_allclose(form.matrix, matrix, atol=1e-15)
        np.testing.assert_allclose(form.inputs, dynamics.C, atol=1e-15)
        np.testing.assert_allclose(form.offset, offset, atol=1e-14)


def test_full_forcing_of_every_coordinate_forgets_the_rows_before_the_last():
    *model, x, _ = case("shallow", "identity")
    network = shaken(ShallowPLRNN.create(OBS, 20, key=KEY))
    start = LinearStart.create(IdentityObservation(OBS), OBS, key=KEY)
    found = forecast_parts(network, model[1], start, x, HORIZON)
    assert np.abs(found.gains[:, :, :-1]).max() == 0
    assert np.abs(found.gains[:, :, -1]).min() > 0


def test_without_forcing_the_first_row_decides_alone():
    *model, x, s = case("shallow")
    found = forecast_parts(*model, x, HORIZON, s=s, alpha=0.0)
    assert np.abs(found.gains[:, :, 1:]).max() == 0
    assert np.abs(found.gains[:, :, 0]).max() > 0


@pytest.mark.slow
def test_an_encoder_spreads_a_state_over_all_rows_of_its_window():
    observation = PoissonObservation.create(jnp.ones(OBS), LATENT, key=KEY)
    start = WindowEncoder.create(observation, LATENT, reach=4, hidden_dim=5, key=KEY)
    network = shaken(ShallowPLRNN.create(LATENT, 20, key=KEY))
    x = np.random.default_rng(0).poisson(3.0, size=(6, OBS)).astype(float)
    found = forecast_parts(network, observation, start, x, 3, alpha=0.5)
    assert (np.abs(found.gains).max(axis=(0, 1, 3)) > 0).all()
    assert found.residual < 1e-12
    assert found.rule is Rule.LINEARISED  # the expected count is a curved function of the state


def test_a_forecast_that_diverges_has_a_code():
    network = eqx.tree_at(lambda f: f.W1, KINDS["shallow"](), replace_fn=lambda W: 1e200 * W)
    observation = IdentityObservation(OBS)
    start = LinearStart.create(observation, LATENT, key=KEY)
    assert forecast_parts(network, observation, start, np.ones((1, OBS)), 9).result.name == "DIVERGED"


@pytest.mark.parametrize(
    ("change", "code"), [({"alpha": 1.5}, "C531"), ({"horizon": 0}, "C531"), ({"s": np.ones((2, 2))}, "C562")]
)
def test_impossible_arguments(change, code):
    *model, x, s = case("gru")
    with pytest.raises(ConfigError) as failure:
        forecast_parts(*model, x, **{"horizon": HORIZON, "s": s, **change})
    assert failure.value.code == code

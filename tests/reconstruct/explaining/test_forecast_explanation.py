"""Explained forecasts are those of the product, in its units, with delayed copies as earlier rows."""

import jax
import numpy as np
import pytest

from attrax.core import ConfigError, Scaling
from attrax.data import Series
from attrax.data.embedding.delay_embedding import embed
from attrax.models import ClippedShallowPLRNN, IdentityObservation, LinearStart, Model
from attrax.reconstruct.explaining.forecast_explanation import explain_forecast
from attrax.reconstruct.explaining.influence_matrix import influence_matrix
from attrax.reconstruct.explaining.sources import sources_of
from attrax.reconstruct.forecasting.forecast import continue_recording
from attrax.reconstruct.settings.configuration import configure

KEY = jax.random.key(0)
LAGS = (0, 3, 7)
RAW = Series(np.random.default_rng(0).normal(3.0, 2.0, size=(40, 2)), dt=0.1, channels=("a", "b"), unit="s")


def model_of(channels, *, input_dim=0):
    n = len(channels)
    observation = IdentityObservation(n)
    dynamics = ClippedShallowPLRNN.create(n, 9, input_dim=input_dim, dt=0.1, key=KEY)
    start = LinearStart.create(observation, n, key=KEY)
    scaling = Scaling(tuple(np.linspace(2, 4, n)), tuple(np.linspace(0.5, 3, n)))
    return Model(dynamics, observation, start, scaling, channels)


@pytest.fixture(scope="module")
def embedded():
    series = embed(RAW, LAGS)
    config = configure(overrides={"data": {"lags": LAGS}})
    return model_of(series.channels), config, series


def test_the_explained_forecast_is_the_forecast(embedded):
    model, config, series = embedded
    found = explain_forecast(model, config, series, 5, row=30)
    made = continue_recording(model, config, series, 5, row=30 - max(LAGS)).simulation.x
    np.testing.assert_allclose(found.forecast, made, rtol=1e-4)
    np.testing.assert_allclose(found.by_channel.sum(axis=2) + found.offset, found.forecast, rtol=0, atol=1e-12)
    assert found.channels == ("a", "b")
    assert found.row == 30


def test_delayed_copies_are_earlier_rows(embedded):
    model, config, series = embedded
    found = explain_forecast(model, config, series, 5, row=30)
    assert found.ages.tolist() == [0, 4, 7]
    moved = RAW.x.copy()
    moved[30 - 4, 1] += 1e-6
    other = embed(RAW.replace(x=moved, inputs=None, mask=None), LAGS)
    change = explain_forecast(model, config, other, 5, row=30).forecast - found.forecast
    np.testing.assert_allclose(change, 1e-6 * found.gains[:, :, 1, 1], rtol=1e-5, atol=1e-13)


def test_past_rows_count_once_though_they_are_in_several_columns(embedded):
    model, config, series = embedded
    found = explain_forecast(model, config, series, 2, row=30, past=4, alpha=0.2)
    assert found.ages.tolist() == list(range(12))
    np.testing.assert_allclose(found.parts.sum(axis=(2, 3)) + found.offset, found.forecast, rtol=0, atol=1e-12)
    assert found.share_by_age.sum() == pytest.approx(1)


def test_sources_without_delays_are_the_columns():
    found = sources_of(("a", "b"), 2, ())
    assert (found.channels, found.ages.tolist()) == (("a", "b"), [0, 1])
    assert found.collected(np.array([[1.0, 2.0], [3.0, 4.0]])).tolist() == [[3.0, 4.0], [1.0, 2.0]]


@pytest.mark.slow
def test_inputs_have_parts_and_end_the_rows_that_can_be_explained():
    series = Series(RAW.x, dt=0.1, channels=RAW.channels, inputs=RAW.x[:, :1] ** 2, input_channels=("s",))
    model, config = model_of(("a", "b"), input_dim=1), configure()
    found = explain_forecast(model, config, series, 5)
    made = continue_recording(model, config, series, 5, row=34, inputs=series.inputs[35:]).simulation.x
    np.testing.assert_allclose(found.forecast, made, rtol=1e-4)
    total = found.by_channel.sum(axis=2) + found.input_parts.sum(axis=2) + found.offset
    np.testing.assert_allclose(total, found.forecast, rtol=0, atol=1e-12)
    assert (found.row, found.inputs) == (34, ("s",))
    with pytest.raises(ConfigError, match="from 0 to 34"):
        explain_forecast(model, config, series, 5, row=35)


def test_rows_before_the_first_complete_one_cannot_be_explained(embedded):
    model, config, series = embedded
    with pytest.raises(ConfigError, match="from 9 to 39"):
        explain_forecast(model, config, series, 5, row=8, past=2)


@pytest.mark.slow
def test_influences_are_in_the_units_of_the_forecast_channels(embedded):
    model, config, series = embedded
    found = influence_matrix(model, config, series, 1, seed=0)
    assert found.matrix.shape == (2, 2)
    wide = Model(model.dynamics, model.observation, model.start, Scaling.identity(6), model.channels)
    same = influence_matrix(
        wide, config, series.replace(x=model.scaling.apply(series.x), inputs=None, mask=None), 1, seed=0
    )
    np.testing.assert_allclose(found.matrix, same.matrix * np.array(model.scaling.std)[2::3, None], rtol=1e-9)

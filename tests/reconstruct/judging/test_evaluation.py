import json
from dataclasses import dataclass

import jax.numpy as jnp
import numpy as np
import pytest

from attrax import evaluate
from attrax.baselines import Persistence, fit_var
from attrax.baselines.linear_null import fit_linear_null
from attrax.core import AbstractSimulator, Result, Scaling, Simulation
from attrax.core.simulator import one_by_one
from attrax.data import Dataset, Series
from attrax.data.embedding.delay_embedding import embed, newest_columns
from attrax.measures import MixtureDivergence, Outcome, StateSpaceDivergence, ValidPredictionTime
from attrax.measures.gates.gate_list import GATES
from attrax.models import IdentityObservation, LinearStart, Model
from attrax.reconstruct.judging import judged_rows
from attrax.reconstruct.judging.evaluation import attractor_measures, forecast_measure, scores_as_json, with_lines
from attrax.reconstruct.judging.forecast_rows import ForecastScoring
from attrax.reconstruct.judging.free_runs import forecast_paths, free_runs
from attrax.reconstruct.settings.sections import EvaluateConfig
from attrax.systems import find

CONFIG = EvaluateConfig(starts=3, horizon=5)


@pytest.fixture(scope="module")
def truth():
    """The Hénon map as a model of its own recordings."""
    dynamics = find("henon").map()
    return Model(dynamics, IdentityObservation(2), LinearStart(jnp.zeros((0, 2))), Scaling.identity(2), ("x", "y"))


@dataclass(frozen=True)
class Exploding(AbstractSimulator):
    """Persistence that leaves every bound after 30 steps."""

    def simulate(self, context, n, s=None, *, key=None):
        x = np.repeat(context[-1:], n, axis=0)
        x[30:] = np.nan
        return Simulation(x, Result.DIVERGED)

    def simulate_many(self, contexts, n, s=None, *, key=None):
        return one_by_one(self, contexts, n, s, key=key)

    def forecast(self, x, horizon, s=None):
        return x[: len(x) - horizon]


@dataclass(frozen=True)
class Driven(AbstractSimulator):
    """The true system behind `driven_recording`."""

    def simulate(self, context, n, s=None, *, key=None):
        x = [context[-1]]
        for drive in s:
            x.append(step(x[-1], drive))
        return Simulation(np.stack(x[1:]), Result.SUCCESSFUL)

    def simulate_many(self, contexts, n, s=None, *, key=None):
        return one_by_one(self, contexts, n, s, key=key)

    def forecast(self, x, horizon, s=None):
        return np.stack(
            [self.simulate(x[t : t + 1], horizon, s[t + 1 : t + 1 + horizon]).x[-1] for t in range(len(x) - horizon)]
        )


@dataclass(frozen=True)
class Remembering(AbstractSimulator):
    """Knows nothing but what the delayed copies of one channel already hold, here those at the lags 0 and 5."""

    def simulate(self, context, n, s=None, *, key=None):
        return Simulation(np.zeros((n, 2)), Result.SUCCESSFUL)

    def simulate_many(self, contexts, n, s=None, *, key=None):
        return one_by_one(self, contexts, n, s, key=key)

    def forecast(self, x, horizon, s=None):
        return np.column_stack([x[horizon:, 0], np.zeros(len(x) - horizon)])


def step(x, drive):
    return np.array([0.9 * x[0] + 0.3 * x[1], -0.3 * x[0] + 0.9 * x[1]]) * 0.99 + drive


def driven_recording(n, seed):
    s = np.random.default_rng(seed).normal(size=(n, 1))
    x = np.zeros((n, 2))
    for t in range(1, n):
        x[t] = step(x[t - 1], s[t])
    return Dataset((Series(x, inputs=s),))


@pytest.fixture(scope="module")
def judged(truth, henon):
    test, train = (Dataset((Series(henon(4000, x0), dt=0.5),)) for x0 in (0.2, 0.1))
    return evaluate(truth, test, train, CONFIG)


def test_the_true_system_is_a_reconstruction(judged):
    geometry, spectrum, _, error = judged.verdict.rows
    assert [gate.finding for gate in judged.verdict.gates] == [""] * len(GATES)
    assert judged.verdict.outcome is Outcome.RECONSTRUCTED
    assert geometry.model.value <= 1.5 * geometry.floor.value < 0.5 * geometry.null.value
    assert spectrum.model.value <= 1.5 * spectrum.floor.value
    assert error.model.value < 1e-6 < 0.5 < error.null.value
    assert judged.simulation.result is Result.SUCCESSFUL


def test_the_true_system_forecasts_as_long_as_its_precision_lasts(judged):
    assert 7.5 < judged.valid_time.value < 30  # ln(0.4 / 1e-7) / 0.419 = 36 rows of half a unit of time


def test_scores_are_plain_json_in_the_order_of_the_table(judged):
    scores = json.loads(json.dumps(scores_as_json(judged), allow_nan=False))
    assert scores["verdict"] == "RECONSTRUCTED"
    assert [row["name"] for row in scores["rows"]] == ["D_stsp", "D_H", "PE(1)", "PE(5)"]
    assert scores["rows"][0]["model"]["value"] == judged.verdict.rows[0].model.value
    assert scores["rows"][2]["floor"] is None
    errors = [row[part]["std_error"] for row in scores["rows"] for part in ("model", "floor", "null") if row[part]]
    assert all(error is not None for error in errors)
    assert (scores["free_runs"], scores["share_diverged"]) == (3, 0.0)


def test_persistence_is_no_reconstruction(henon):
    verdict = evaluate(Persistence(), henon(4000, 0.2), henon(4000), CONFIG).verdict
    assert verdict.outcome is Outcome.NOT_RECONSTRUCTED


def test_a_divergence_is_told(henon):
    evaluation = evaluate(Exploding(), henon(1000, 0.2), henon(1000), CONFIG)
    assert evaluation.verdict.outcome is Outcome.NOT_RECONSTRUCTED
    assert evaluation.verdict.reasons[0] == "3 of 3 free runs diverged"
    assert (evaluation.runs, evaluation.diverged) == (3, 3)
    scores = scores_as_json(evaluation)
    assert "diverged" in scores["rows"][0]["model"]["flags"]
    assert json.dumps(scores, allow_nan=False)


def test_missing_values_are_neither_forecast_targets_nor_obstacles(truth, henon):
    x = henon(2000, 0.2)
    mask = np.random.default_rng(0).random(x.shape) > 0.1
    gappy = Dataset((Series(np.where(mask, x, 0.0), mask=mask),))
    rows = evaluate(truth, gappy, henon(2000), CONFIG).verdict.rows
    assert rows[-1].model.n_used == mask[CONFIG.horizon :].sum()
    assert np.isfinite(rows[-1].model.value)
    # A recording without gaps looks different, so one half of the data is compared with the other.
    assert rows[0].floor.protocol.endswith("/halves")


def test_free_runs_follow_the_inputs_of_the_recording():
    whole = driven_recording(400, 0)[0]
    found = free_runs(Driven(), whole, 3, seed=0)
    np.testing.assert_array_equal(found.reference.x, whole.x[100:])
    np.testing.assert_allclose(found.runs[0].x, found.reference.x, atol=1e-9)
    for run in found.runs[1:]:
        # Begun elsewhere, they have forgotten it after a while.
        assert np.abs(run.x - found.reference.x)[:10].max() > 1e-3
        np.testing.assert_allclose(run.x[-10:], found.reference.x[-10:], atol=1e-3)


def test_forecasts_follow_the_inputs_of_the_recording():
    truth, paths = forecast_paths(Driven(), driven_recording(400, 0)[0], 7)
    assert truth.shape == (7, 100, 2)
    np.testing.assert_allclose(paths, truth, atol=1e-9)


def test_only_the_newest_copies_of_a_delay_embedding_are_forecast():
    noise = np.random.default_rng(0).normal(size=405)
    whole = Series(np.stack([noise[:-5], noise[5:]], axis=1))
    ahead = forecast_measure(CONFIG, 1)
    null = fit_linear_null(Dataset((whole,)))
    everything, row = (
        ForecastScoring(whole.x, whole, null, columns, seed=0).row(ahead, Remembering())
        for columns in (slice(None), newest_columns((0, 5)))
    )
    assert everything.model.value == pytest.approx(0.5, abs=0.01)
    assert row.model.value == pytest.approx(1.0, abs=0.01)
    assert row.chance.value == pytest.approx(1.0)


def test_the_valid_time_of_a_delay_embedding_is_that_of_its_newest_copies(henon):
    x = henon(405)[:, 0]
    test, train = (Dataset((Series(np.stack([part[:-5], part[5:]], axis=1)),)) for part in (x, x[::-1]))
    config = EvaluateConfig(starts=2, horizon=5, threshold=0.9)
    found = evaluate(Remembering(), test, train, config, lags=(0, 5))
    expected = ValidPredictionTime(threshold=0.9)
    truth, said = forecast_paths(Remembering(), test[0], 2)
    assert found.valid_time.value == expected(truth[..., 1:], said[..., 1:]).value


def test_a_driven_system_is_judged_by_its_inputs():
    verdict = evaluate(Driven(), driven_recording(1500, 0), driven_recording(1500, 1), CONFIG).verdict
    assert verdict.rows[-1].model.value < 1e-12
    assert verdict.rows[1].model.value < 1e-6


def test_free_runs_drop_a_quarter_and_are_as_long_as_the_reference(truth, henon):
    reference = Series(henon(400))
    found = free_runs(truth, reference, 4, seed=0)
    whole = truth.simulate(reference.x[:40], 500).x
    np.testing.assert_allclose(found.runs[0].x[:10], whole[100:110], rtol=1e-3)
    assert [run.x.shape for run in found.runs] == [(400, 2)] * 4
    assert not np.allclose(found.runs[0].x, found.runs[1].x)


def test_the_floor_is_the_training_recording_where_it_is_another_one(judged):
    assert judged.verdict.rows[0].floor.protocol == judged.verdict.rows[0].model.protocol


def test_in_sample_floors_compare_the_halves(truth, henon):
    x = henon(1000)
    rows = evaluate(truth, x, x.copy(), CONFIG).verdict.rows
    assert rows[0].floor.protocol.endswith("/halves")


def test_the_null_of_a_linear_system_is_enough():
    rng = np.random.default_rng(0)
    x = np.zeros((6000, 2))
    for t in range(1, len(x)):
        x[t] = step(x[t - 1], rng.normal(size=2))
    verdict = evaluate(fit_var(Dataset((Series(x[:3000]),))), x[3000:], x[:3000], CONFIG, seed=1).verdict
    assert verdict.outcome is Outcome.LINEAR_IS_ENOUGH


def test_gaps_are_bridged_by_straight_lines():
    mask = np.array([[False, True], [True, False], [False, False], [True, True]])
    series = Series(np.where(mask, [[0.0, 1.0], [2.0, 0.0], [0.0, 0.0], [6.0, 7.0]], 0.0), mask=mask)
    np.testing.assert_allclose(with_lines(series).x, [[2.0, 1.0], [2.0, 3.0], [4.0, 5.0], [6.0, 7.0]])
    assert with_lines(series).mask is series.mask
    np.testing.assert_array_equal(np.isnan(series.values), ~mask)


@pytest.mark.parametrize(
    ("channels", "measures", "geometry"),
    [
        (5, "default", StateSpaceDivergence(bins=4)),
        (5, "gtf2023", StateSpaceDivergence()),
        (6, "default", MixtureDivergence(standardized=True)),
        (6, "gtf2023", MixtureDivergence.gtf2023()),
    ],
)
def test_bins_end_where_dimensions_become_many(channels, measures, geometry):
    x = np.random.default_rng(0).normal(size=(1_000, channels))
    chosen, spectrum = attractor_measures(x, EvaluateConfig(measures=measures))
    assert chosen == geometry
    assert spectrum.name == "D_H"


def test_of_many_copies_five_are_compared_in_state_space(henon):
    lags = tuple(range(9))
    test, train = (embed(Dataset((Series(part[:, None]),)), lags) for part in (henon(600)[:, 0], henon(600, 0.2)[:, 0]))
    row = evaluate(fit_linear_null(train), test, train, CONFIG, lags=lags).verdict.rows[0]
    spread, box = test[0].x[:, ::2], train[0].x[: len(test[0]), ::2]
    assert row.floor.protocol == StateSpaceDivergence.for_recording(spread).protocol
    assert row.floor.value == pytest.approx(StateSpaceDivergence.for_recording(spread)(spread, box).value)


def test_the_published_protocol_forecasts_in_units_of_the_data():
    relative, published = (forecast_measure(EvaluateConfig(measures=name), 20) for name in ("default", "gtf2023"))
    x = 10 * np.random.default_rng(0).normal(size=(500, 2))
    assert published(x, x + 1).value == pytest.approx(1.0)
    assert relative(x, x + 1).value == pytest.approx(0.01, rel=0.1)
    assert relative.protocol != published.protocol


def test_of_a_very_long_recording_the_first_rows_are_judged(monkeypatch, henon):
    long, train = henon(1_200, 0.2), henon(1_000)
    first = evaluate(Persistence(), long[:600], train, CONFIG)
    monkeypatch.setattr(judged_rows, "MOST_ROWS", 600)
    found = evaluate(Persistence(), long, train, CONFIG)
    assert len(found.reference) == 600
    assert scores_as_json(found) == scores_as_json(first)

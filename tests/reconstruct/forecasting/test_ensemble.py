"""Ensembles of models whose errors are known: what the intervals hold, and what is told."""

import csv

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

import attrax
from attrax import ConfigError
from attrax.core import Scaling
from attrax.data import Series
from attrax.models import FreeDiagonal, IdentityObservation, LinearStart, Model, ShallowPLRNN
from attrax.reading import load
from attrax.reconstruct.forecasting.ensemble import Ensemble, Interval, calibration_rows, ensemble_seeds
from attrax.reconstruct.forecasting.forecast import continue_with_interval
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.run_forecasts import forecast_intervals, write_forecast


@pytest.fixture
def walk():
    """A random walk: nobody can forecast it, but everybody knows how far it goes."""
    return 0.1 * np.random.default_rng(0).normal(size=(4_000, 2)).cumsum(axis=0)


@pytest.fixture
def members():
    """Models that stay where they are, but for a push of their own."""
    nothing = jnp.zeros((2, 1)), jnp.zeros((1, 2))

    def pushed(size):
        push = jnp.full(2, size)
        f = ShallowPLRNN(FreeDiagonal(jnp.ones(2)), *nothing, push, jnp.zeros(1), jnp.zeros((2, 0)))
        return Model(f, IdentityObservation(2), LinearStart(jnp.zeros((0, 2))), Scaling.identity(2), ("a", "b"))

    return tuple(map(pushed, (-0.01, 0.0, 0.01)))


@pytest.mark.parametrize("level", [0.5, 0.9])
def test_intervals_hold_as_many_values_as_they_should(walk, members, level):
    ensemble = Ensemble(members, Series(walk), level)
    # The same law once more: the steps of the walk in reverse.
    other = np.diff(walk, axis=0)[::-1].cumsum(axis=0)
    held = ensemble.coverage(other, 30)
    assert held.shape == (30,)
    assert abs(held[:10].mean() - level) < 0.06
    assert abs(held.mean() - level) < 0.12


def test_the_width_is_the_rank_of_split_conformal_prediction(walk, members):
    """Of n errors the ceil((n + 1) level)-th in order: what comes next is one more of them, not one of these."""
    x, n, level = walk[:256], 64, 0.99
    moments = np.arange(64, 193)
    error = np.abs(np.stack([x[t : t + n] - x[t - 1] for t in moments]))
    apart = np.arange(1, n + 1)[:, None] * np.std([-0.01, 0.0, 0.01])
    scale = apart + np.sqrt((error[:, 0] ** 2).mean(axis=0))
    worst = np.max(error / scale, axis=0)
    assert np.ceil((len(moments) + 1) * level) == len(moments) > np.ceil(len(moments) * level)
    found = Ensemble(members, Series(x), level).forecast(x, n)
    np.testing.assert_allclose((found.high - found.center) / scale, worst, rtol=1e-4)


def test_intervals_are_calibrated_on_rows_that_no_member_was_trained_on(walk):
    config = configure(overrides={"train": {"validation_fraction": 0.25}})
    np.testing.assert_array_equal(calibration_rows(config, load(walk)).x, walk[3_000:])


def test_the_centre_is_the_mean_and_the_width_grows_with_what_is_not_known(walk, members):
    found = Ensemble(members, Series(walk)).forecast(walk[:100], 20)
    np.testing.assert_allclose(found.center, np.tile(walk[99], (20, 1)), atol=1e-5)
    width = found.high - found.low
    assert (width[-1] > 2 * width[0]).all()
    np.testing.assert_allclose(found.high - found.center, found.center - found.low)


def test_parting_members_are_a_warning(walk, members):
    standard = (walk - walk.mean(axis=0)) / walk.std(axis=0)
    found = Ensemble(members, Series(standard)).forecast(standard[:100], 100)
    # Three members a hundredth apart a step: their deviation is 0.4 after 49.
    assert found.agreed == 48
    assert not found.unusual
    assert found.warnings() == ("the members of the ensemble agree for 48 of 100 steps",)
    assert Interval(*[np.zeros((3, 1))] * 3, agreed=3, unusual=False).warnings() == ()
    assert "unlike" in Interval(*[np.zeros((3, 1))] * 3, agreed=0, unusual=True).warnings()[1]


def scaled(factor):
    """A model that multiplies both channels by a factor."""
    nothing = jnp.zeros((2, 1)), jnp.zeros((1, 2)), jnp.zeros(2), jnp.zeros(1), jnp.zeros((2, 0))
    f = ShallowPLRNN(FreeDiagonal(jnp.full(2, factor)), *nothing)
    return Model(f, IdentityObservation(2), LinearStart(jnp.zeros((0, 2))), Scaling.identity(2), ("a", "b"))


def test_members_that_part_at_once_more_than_ever_before_are_a_warning(walk):
    ensemble = Ensemble(tuple(map(scaled, (0.99, 1.0, 1.01))), Series(walk))
    usual, far = np.full((64, 2), np.quantile(np.abs(walk), 0.5)), np.full((64, 2), 1.1 * np.abs(walk).max())
    assert not ensemble.forecast(usual, 5).unusual
    assert ensemble.forecast(far, 5).unusual


def test_a_diverged_member_stands_at_the_edge_of_what_was_recorded(walk):
    found = Ensemble((scaled(1.0), scaled(10.0)), Series(walk)).forecast(np.abs(walk[:64]), 100)
    edge = np.abs(walk).max(axis=0) + 3 * walk.std(axis=0)
    np.testing.assert_allclose(found.center[-1], (np.abs(walk[63]) + edge) / 2, rtol=1e-5)


def test_a_model_that_is_far_worse_does_not_vote():
    facts = {str(seed): {"seed": seed, "step": 1, "nearness": near} for seed, near in ((3, 0.5), (4, 0.0), (5, 1.2))}
    assert ensemble_seeds(facts) == [3, 4]


def test_one_model_or_a_few_rows_are_not_enough(walk, members):
    with pytest.raises(ConfigError, match="C583"):
        Ensemble(members[:1], Series(walk))
    with pytest.raises(ConfigError, match="C584"):
        Ensemble(members, Series(walk[:100]))


def test_a_recording_is_continued_with_the_ends_of_intervals(walk, members):
    ensemble = Ensemble(members, Series(walk), 0.8)
    seen = Series(walk, channels=("a", "b"))
    found = continue_with_interval(ensemble, configure(), seen, 4)
    known = ensemble.forecast(walk[-64:], 4)
    assert found.recording.channels[:3] == ("a", "a_low", "a_high")
    np.testing.assert_allclose(found.simulation.x[:, :3].T, [known.center[:, 0], known.low[:, 0], known.high[:, 0]])


@pytest.mark.slow
def test_a_run_forecasts_with_intervals(henon, tiny, tmp_path, monkeypatch):
    np.savetxt(tmp_path / "map.csv", henon(1_200), delimiter=",", header="a,b", comments="")
    settings = {**tiny, "train": {**tiny["train"], "restarts": 3, "validation_fraction": 0.4}}
    fit = attrax.fit(str(tmp_path / "map.csv"), settings=settings, quiet=True, folder=tmp_path / "run")
    monkeypatch.setattr("attrax.reconstruct.forecasting.ensemble.ensemble_seeds", lambda facts: sorted(map(int, facts)))
    assert len(fit.ensemble().members) == 3
    found = forecast_intervals(fit, 5, attrax.load(tmp_path / "map.csv"), 0.8)
    write_forecast(found, tmp_path / "ahead.csv")
    with (tmp_path / "ahead.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5
    assert {"a", "a_low", "a_high", "b", "b_low", "b_high"} < set(rows[0])
    recording = attrax.load(str(tmp_path / "map.csv"))[0].x
    found = fit.ensemble(0.8).forecast(recording[-64:], 5)
    np.testing.assert_allclose([float(row["a_high"]) for row in rows], found.high[:, 0], rtol=1e-5)
    columns = pd.DataFrame(recording, columns=["a", "b"])
    ahead = fit.forecast(5, columns, interval=0.8)
    assert list(ahead.columns) == ["a", "a_low", "a_high", "b", "b_low", "b_high"]
    np.testing.assert_allclose(ahead["a_high"], found.high[:, 0], rtol=1e-5)

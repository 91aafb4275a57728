"""Forecasts, free runs, fills and figures are in the units of the recording, at the level where it ends."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

from attrax import Reconstructor, save_model
from attrax.core.scaling import Scaling
from attrax.data.embedding.delay_embedding import embed, newest
from attrax.data.phases.phase_channels import NO_PHASES
from attrax.data.repair.repair_options import RepairOptions
from attrax.data.repair.repairs import apply_repairs
from attrax.reading import load
from attrax.reconstruct.forecasting.recorded_units import put_back_interval, remark_on
from attrax.reconstruct.preparation.preparation import completed
from attrax.reconstruct.preparation.recordings import load_recordings, read_recording
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.evidence_file import open_evidence, save_evidence
from attrax.runs.folder import Run
from attrax.runs.opened_run import open_system
from attrax.runs.run_forecasts import forecast_run, simulate_run, write_forecast

N = 500
RISE = 0.05 * np.arange(N)


@pytest.fixture
def table(henon):
    """A channel with a trend, the exponential of one with a trend, and one that is neither."""
    x = henon(N)
    return pd.DataFrame({"line": 100 + 3 * RISE + x[:, 0], "power": np.exp(RISE / 5 + x[:, 1]), "plain": x[:, 0] - 9})


@pytest.fixture
def run(tmp_path, table, make_model):
    """A run folder around an untrained model, which stays near the mean of its training rows."""
    table.to_csv(tmp_path / "a.csv", index=False)
    data = {"source": [str(tmp_path / "a.csv")], "dt": 0.1, "transform": ["power=log"], "detrend": ["line", "power"]}
    config = configure(overrides={"data": data, "train": {"window": 10}, "evaluate": {"starts": 2}})
    recordings = load_recordings(config)
    mean = tuple(map(float, recordings.train[0].x.mean(axis=0)))
    model = replace(make_model(), scaling=Scaling(mean, (0.1,) * 3), channels=recordings.train[0].channels)
    run = Run.create(tmp_path / "run", completed(config, recordings), data=recordings.hashes())
    save_model(model, run.model_path)
    return run


def test_forecasts_go_on_at_the_level_of_the_last_rows(run, table, tmp_path):
    fit = open_system(run.path)
    ahead = fit.forecast(20, table)
    assert_allclose(ahead["line"].mean(), 100 + 0.15 * (N + 10), atol=2)
    assert_allclose(np.log(ahead["power"]).mean(), 0.01 * (N + 10), atol=0.8)
    assert_allclose(ahead["plain"].mean(), table["plain"].mean(), atol=2)
    typed = forecast_run(fit, 20, read_recording(fit.config, None, {}))
    assert_allclose(typed.simulation.x, ahead)
    told = write_forecast(typed, tmp_path / "forecast.csv")
    assert "the linear trend is extrapolated ('line' +0.15 per row, 'power' +0.0" in told
    assert "per row of its logarithm" in told
    assert_allclose(pd.read_csv(tmp_path / "forecast.csv")["line"], ahead["line"])


def test_a_free_run_starts_at_the_level_of_its_row(run, table):
    found = simulate_run(open_system(run.path), 5, seed=1)
    assert_allclose(found.simulation.x[:, 0], table["line"][found.row + 1 : found.row + 6], atol=3)


@pytest.mark.slow
def test_fills_have_the_level_of_their_rows_and_keep_what_was_observed(run, table):
    gappy = table.copy()
    gappy.loc[[100, 300, 301], "line"] = np.nan
    filled = open_system(run.path).fill(gappy)
    seen = filled.recording.observed_mask
    assert_allclose(filled.x[seen], table.to_numpy()[seen])
    assert filled.recording.level is None
    assert (filled.low <= filled.x)[np.isfinite(filled.x)].all()


def test_the_run_keeps_its_lines_and_figures_over_time_show_them(run, tmp_path):
    assert [trend.channels for trend in run.config.data.trends] == [("line", "power")]
    assert open_system(run.path).config == run.config
    fit = open_system(run.path)
    assert fit.recordings.preparation.trends == run.config.data.trends
    save_evidence(fit.evidence, tmp_path)
    shown = open_evidence(tmp_path).over_time
    assert_allclose(shown.data[:, 0], 100 + 0.15 * (N - 100 + np.arange(len(shown.data))), atol=3)
    assert shown.channels == ("line", "power", "plain")
    assert abs(fit.evidence.data[:, 0].mean() - shown.data[:, 0].mean()) > 20


def test_intervals_widen_with_the_error_of_the_line():
    series = apply_repairs(load(100 + RISE + np.sin(np.arange(N))), RepairOptions(detrend="all"))[0]
    rows = np.array([N, 3 * N])
    half = np.full((2, 1), 1.0)
    recorded, found = put_back_interval(NO_PHASES, series, np.full((2, 1), 112.0), half, rows, share=0.9)
    assert_allclose(found.center[:, 0], 112 + 0.05 * (rows - 249.5), atol=0.5)
    width = (found.high - found.low)[:, 0]
    assert 2 < width[0] < width[1]
    assert_allclose(recorded.x[:, 0], 100 + RISE + np.sin(np.arange(N)))


def test_values_below_zero_are_counted():
    series = apply_repairs(load(np.abs(np.sin(np.arange(N)))), RepairOptions(transform="nonnegative"))[0]
    assert "; 2 values below zero" in remark_on(series, np.array([[-1.0], [1.0], [-2.0]]), np.arange(3))
    assert remark_on(load(RISE)[0], np.full((1, 1), -1.0), np.arange(1)) == ""


def test_an_embedding_keeps_the_rows_of_the_line():
    series = apply_repairs(load(100 + RISE), RepairOptions(detrend="all"))[0]
    again = newest(embed(series, (0, 7)), (0, 7))
    assert_allclose(again.recorded.x[:, 0], (100 + RISE)[7:])


@pytest.mark.slow
def test_the_estimator_goes_on_at_the_level_of_the_last_rows(table, tiny):
    settings = {"data": {"detrend": ["all"], "transform": ["x1=log"]}, **tiny}
    x = table.to_numpy()
    estimator = Reconstructor(settings=settings, updates=10, restarts=1, window=20).fit(x)
    assert_allclose(estimator.predict(x)[:, 0], x[:, 0], atol=5)
    follows = estimator.forecast(x, 5)
    assert_allclose(follows[:, 0], x[-1, 0], atol=5)
    assert_allclose(estimator.predict(x)[-1], follows[0], rtol=1e-4)

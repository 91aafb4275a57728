"""With a drive and an angle among the channels, forecasts and free runs have the channels that were recorded."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from attrax import save_model
from attrax.reconstruct.preparation.preparation import completed, prepare
from attrax.reconstruct.preparation.recordings import load_recordings, read_recording
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.folder import Run
from attrax.runs.opened_run import open_system
from attrax.runs.reconstructor import Reconstructor
from attrax.runs.run_forecasts import forecast_run, simulate_run

N = 600
ANGLE = np.cumsum(0.2 + 0.2 * np.sin(np.arange(N) ** 1.3))
DRIVE = np.arange(N) / 40 + 0.2


@pytest.fixture(scope="module")
def table(henon):
    columns = {"theta": ANGLE, "force": 3 * np.sin(2 * np.pi * DRIVE), "x": henon(N)[:, 0]}
    return pd.DataFrame(columns, index=pd.RangeIndex(N, name="frame"))


@pytest.fixture
def run(tmp_path, table, make_model):
    """A run folder around an untrained model, as the recording asks for it."""
    table.to_csv(tmp_path / "a.csv", index=False)
    data = {"source": [str(tmp_path / "a.csv")], "phases": ["theta=angle", "force=wave"]}
    config = configure(overrides={"data": data, "train": {"window": 10}})
    recordings = load_recordings(config)
    assert recordings.train[0].channels == ("cos(theta)", "sin(theta)", "x")
    assert recordings.train[0].input_channels == ("cos(force)", "sin(force)")
    assert [notice.split()[0] for notice in recordings.notices].count("phases") == 2
    run = Run.create(tmp_path / "run", completed(config, recordings), data={})
    save_model(replace(make_model(input_dim=2), channels=recordings.train[0].channels), run.model_path)
    return run


def test_forecasts_and_free_runs_have_the_recorded_channels(run, table):
    fit = open_system(run.path)
    found = forecast_run(fit, 30, read_recording(fit.config, None, {}))
    assert found.recording.channels == ("theta", "force", "x")
    force = 3 * np.sin(2 * np.pi * (N + np.arange(30)) / 40 + 0.4 * np.pi)
    np.testing.assert_allclose(found.simulation.x[:, 1], force, atol=1e-4)
    assert np.abs(np.diff(found.simulation.x[:, 0], prepend=ANGLE[-1])).max() <= np.pi
    frame = fit.forecast(30, table)
    assert list(frame.columns) == list(table.columns)
    np.testing.assert_array_equal(frame, found.simulation.x)
    assert list(frame.index[:2]) == [N, N + 1]
    free = simulate_run(fit, 5, seed=1)
    np.testing.assert_allclose(free.simulation.x[:, 1], table["force"][free.row + 1 : free.row + 6], atol=1e-4)


def test_the_settings_of_a_run_are_complete(run):
    kinds = [entry.split(":")[0] for entry in run.config.data.phases]
    assert kinds == ["theta=angle", "force=wave"]
    again = prepare(run.config, read_recording(run.config.model_copy(), None, {}))
    assert again.preparation.phases.entries == run.config.data.phases


@pytest.mark.slow
def test_the_estimator_gives_back_what_it_was_given(table, tiny):
    settings = {"data": {"phases": ["x0=angle", "x1=wave"]}, **tiny}
    estimator = Reconstructor(settings=settings, updates=10, restarts=1, window=20).fit(table.to_numpy())
    ahead = estimator.predict(table.to_numpy())
    assert ahead.shape == table.shape
    np.testing.assert_allclose(ahead[:-1, 1], table["force"][1:], atol=1e-4)
    assert np.abs(ahead[:, 0] - ANGLE).max() <= np.pi
    follows = estimator.forecast(table.to_numpy(), 3)
    np.testing.assert_allclose(follows[0, 1], ahead[-1, 1], atol=1e-6)

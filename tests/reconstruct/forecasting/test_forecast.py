import numpy as np
import pytest

from attrax import DataError, RunError, open_model, save_model
from attrax.core import Result, Simulation
from attrax.data import Series, embed
from attrax.reading import load
from attrax.reconstruct.forecasting.forecast import Forecast
from attrax.reconstruct.preparation.recordings import read_recording
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.folder import Run
from attrax.runs.opened_run import open_system
from attrax.runs.run_forecasts import forecast_run, simulate_run, write_forecast


@pytest.fixture
def run(tmp_path, henon, make_model):
    """A run folder around an untrained model of three channels."""
    np.save(tmp_path / "a.npy", np.concatenate([henon(300), henon(300)[:, :1] ** 2], axis=1))
    data = {"source": [str(tmp_path / "a.npy")], "transform": ["none"]}
    config = configure(overrides={"data": data, "train": {"window": 10}}).complete(3)
    run = Run.create(tmp_path / "run", config, data={})
    save_model(make_model(), run.model_path)
    return run


def test_a_simulation_starts_in_the_training_data(run, tmp_path):
    x = np.load(tmp_path / "a.npy")
    found = simulate_run(open_system(run.path), 20, seed=3)
    row = found.row
    assert row < 300 - 60 - 10
    expected = open_model(run.model_path).simulate(x[: row + 1], 20).x
    np.testing.assert_array_equal(found.simulation.x, expected)


def test_seeds_choose_rows(run):
    rows = [simulate_run(open_system(run.path), 1, seed=seed).row for seed in (0, 0, 1, 2)]
    assert rows[0] == rows[1]
    assert len(set(rows)) == 3


def test_a_forecast_goes_on_after_the_last_row(run, tmp_path):
    x = np.load(tmp_path / "a.npy")[:77]
    np.save(tmp_path / "b.npy", x)
    fit = open_system(run.path)
    for paths, last in ((None, 299), ([str(tmp_path / "b.npy")], 76)):
        found = forecast_run(fit, 5, read_recording(fit.config, paths, {}))
        assert found.row == last
    np.testing.assert_array_equal(found.simulation.x, open_model(run.model_path).simulate(x, 5).x)
    np.testing.assert_array_equal(fit.forecast(5, x), found.simulation.x)
    own = fit.forecast(5)
    assert own.times.tolist() == [300, 301, 302, 303, 304]
    np.testing.assert_array_equal(own.x, fit.model.simulate(np.load(tmp_path / "a.npy"), 5).x)


def test_a_forecast_of_an_embedding_is_of_the_channel_and_begins_where_the_recording_ends(tmp_path, henon, make_model):
    np.save(tmp_path / "a.npy", henon(300)[:, :1])
    data = {"source": [str(tmp_path / "a.npy")], "lags": [0, 7, 3]}
    run = Run.create(
        tmp_path / "run", configure(overrides={"data": data, "train": {"window": 10}}).complete(3), data={}
    )
    model = make_model()
    save_model(model, run.model_path)
    found = forecast_run(open_system(run.path), 5, load(tmp_path / "a.npy"))
    expected = open_model(run.model_path).simulate(embed(load(henon(300)[:, :1]), (0, 7, 3))[0].x, 5).x
    np.testing.assert_array_equal(found.simulation.x, expected[:, 1:2])
    assert "after row 299" in write_forecast(found, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text().splitlines()[1].split(",")[0] == "300"


def test_a_recording_of_other_channels_is_refused(run, tmp_path):
    np.save(tmp_path / "b.npy", np.ones((50, 2)))
    with pytest.raises(DataError, match="D110"):
        forecast_run(open_system(run.path), 5, load(tmp_path / "b.npy"))


def test_a_driven_model_needs_its_future(tmp_path, henon, make_model):
    np.savez(tmp_path / "a.npz", x=np.tile(henon(300), 2)[:, :3], inputs=np.ones((300, 1)) * np.arange(300)[:, None])
    config = configure(overrides={"data": {"source": [str(tmp_path / "a.npz")]}, "train": {"window": 10}}).complete(3)
    run = Run.create(tmp_path / "run", config, data={})
    save_model(make_model(input_dim=1), run.model_path)
    with pytest.raises(DataError, match="D122"):
        simulate_run(open_system(run.path), 5, seed=0)


def test_the_run_of_an_array_has_no_recording_to_simulate_from(tmp_path, make_model):
    run = Run.create(tmp_path / "run", configure().complete(3), data={})
    save_model(make_model(), run.model_path)
    with pytest.raises(RunError, match="R306"):
        simulate_run(open_system(run.path), 5, seed=0)


def test_the_time_axis_goes_on(tmp_path):
    simulation = Simulation(np.ones((3, 1)), Result.SUCCESSFUL)
    after = Forecast(simulation, Series(np.zeros((11, 1)), dt=0.5, channels=("ecg",)), 10)
    sentence = write_forecast(after, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text().splitlines() == ["time,ecg", "5.5,1", "6,1", "6.5,1"]
    assert sentence.endswith("3 steps, 1 column after row 10")


def test_lost_rows_are_told(tmp_path):
    x = np.array([[1.0], [np.nan], [np.nan]])
    sentence = write_forecast(Forecast(Simulation(x, Result.DIVERGED), Series(np.zeros((2, 1))), 1), tmp_path / "a.npy")
    assert "2 rows are NaN" in sentence

"""Inputs that are known ahead are matched by name and by time."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal

from attrax import DataError, save_model
from attrax.reading import load
from attrax.reconstruct.forecasting.future_inputs import future_inputs
from attrax.reconstruct.preparation.preparation import completed
from attrax.reconstruct.preparation.recordings import load_recordings, read_recording
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.folder import start_run
from attrax.runs.opened_run import open_system
from attrax.runs.run_forecasts import forecast_run, simulate_run

N = 300
HOURS = pd.date_range("2001-01-01", periods=N + 50, freq="h")
DRIVES = pd.DataFrame({"u": np.arange(N + 50.0), "v": -np.arange(N + 50.0)}, index=HOURS)
CONFIG = configure()


@pytest.fixture
def run(tmp_path, henon, make_model):
    """A run folder around an untrained model of three channels and two inputs."""
    x = np.concatenate([henon(N), henon(N)[:, :1] ** 2 - 9], axis=1)
    table = pd.DataFrame(x, columns=list("abc"), index=pd.Index(HOURS[:N], name="time"))
    table.join(DRIVES[:N] / N).to_csv(tmp_path / "a.csv")
    data = {"source": [str(tmp_path / "a.csv")], "inputs": ["u", "v"], "phases": ["none"], "embed": "none"}
    config = configure(overrides={"data": data, "train": {"window": 10}})
    recordings = load_recordings(config)
    run = start_run(tmp_path / "run", completed(config, recordings), recordings)
    save_model(replace(make_model(input_dim=2), channels=("a", "b", "c")), run.model_path)
    return run


def test_a_file_a_frame_and_an_array_give_the_same_forecast(run, tmp_path):
    future = DRIVES[N : N + 20] / N
    future[["v", "u"]].rename_axis("time").to_csv(tmp_path / "future.csv")
    fit = open_system(run.path)
    own = read_recording(fit.config, None, {})
    typed = forecast_run(fit, None, own, future=str(tmp_path / "future.csv"))
    assert len(typed.simulation.x) == 20
    expected = fit.forecast(20, inputs=future[["u", "v"]].to_numpy()).x
    assert_array_equal(typed.simulation.x, expected)
    assert_array_equal(fit.forecast(20, inputs=DRIVES / N).x, expected)
    assert (fit.forecast(20, inputs=future[["v", "u"]].to_numpy()).x != expected).any()
    assert len(simulate_run(fit, 5, seed=0, future=future).simulation.x) == 5
    with pytest.raises(DataError, match="D122"):
        forecast_run(fit, 5, own)


def test_inputs_of_a_recording_in_another_order_are_matched_by_name(run, tmp_path):
    fit = open_system(run.path)
    table = pd.read_csv(tmp_path / "a.csv")
    future = DRIVES[N : N + 3] / N
    table[["time", "v", "c", "u", "b", "a"]].to_csv(tmp_path / "other.csv", index=False)
    one, other = (fit.as_seen(load(path, inputs=["u", "v"])) for path in (tmp_path / "a.csv", tmp_path / "other.csv"))
    assert_array_equal(one[0].inputs, other[0].inputs)
    assert_array_equal(one[0].x, other[0].x)
    ahead = fit.forecast(3, load(tmp_path / "other.csv", inputs=["v", "u"]), inputs=future)
    assert_array_equal(ahead.x, fit.forecast(3, inputs=future).x)


def test_the_rows_after_the_recording_are_taken():
    after = load(pd.DataFrame({"x": np.zeros(N)}, index=HOURS[:N]))[0]
    assert_array_equal(future_inputs(CONFIG, ["v"], DRIVES, after, 3)[:, 0], [-300, -301, -302])
    assert_array_equal(future_inputs(CONFIG, ["u", "v"], DRIVES.iloc[N:], None, 1), [[300, -300]])
    seconds, hours = (pd.Index(np.arange(N + 50) * size, name=f"time ({u})") for u, size in (("s", 3600), ("h", 1)))
    numbered = load(pd.DataFrame({"x": np.zeros(N)}, index=seconds[:N]))[0]
    assert_array_equal(future_inputs(CONFIG, ["u"], DRIVES.set_axis(hours), numbered, 2)[:, 0], [300, 301])
    monthly = DRIVES.set_axis(pd.date_range("1950-01-31", periods=N + 50, freq="ME"))
    after = load(monthly[["u"]].iloc[:N])[0]
    assert_array_equal(future_inputs(CONFIG, ["u"], monthly.iloc[N:], after, 2)[:, 0], [300, 301])
    every = configure(overrides={"data": {"every": 2}})
    coarse = load(pd.DataFrame({"x": np.zeros(N)}, index=HOURS[:N]), every=2)[0]
    assert_array_equal(np.round(future_inputs(every, ["u"], DRIVES, coarse, 3)[:, 0]), [300, 302, 304])


@pytest.mark.parametrize(
    ("source", "told"),
    [
        (DRIVES.iloc[: N + 2], r"D138[\s\S]*2 rows after the recording, needed are 3[\s\S]*--steps 2"),
        (DRIVES.iloc[N + 10 :], r"D138[\s\S]*continues at 2001-01-13T12:00"),
        (DRIVES.rename(columns={"u": "w"}), "D110"),
        (DRIVES.where(DRIVES.u != 301), r"D138[\s\S]*missing"),
        (np.zeros((3, 5)), "D110"),
        (DRIVES.iloc[N::2], r"D138[\s\S]*rows are 2h apart, steps of the model 1h"),
        (DRIVES.iloc[N:].set_axis(np.arange(50) * 0.5), r"D138[\s\S]*leave out the time column"),
    ],
)
def test_what_does_not_fit_is_refused(source, told):
    after = load(pd.DataFrame({"x": np.zeros(N)}, index=HOURS[:N]))[0]
    with pytest.raises(DataError, match=told):
        future_inputs(CONFIG, ["u", "v"], source, after, 3)

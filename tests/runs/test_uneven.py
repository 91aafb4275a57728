"""Rows at uneven times: kept for dynamics in continuous time, refused for all others."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from attrax import ConfigError, DataError
from attrax.core import AbstractTimed, Scaling
from attrax.data import Dataset, cut_windows
from attrax.data.repair.resampling import evenly
from attrax.models import ContinuousPLRNN, IdentityObservation, LinearStart, Model, ShallowPLRNN
from attrax.reading import load, load_raw
from attrax.reading.continued import continued
from attrax.reconstruct.forecasting.filled_recording import fill_recording
from attrax.reconstruct.preparation.preparation import prepare
from attrax.reconstruct.settings.choice import DynamicsChoice
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.sections import DataConfig, EvaluateConfig, ModelConfig, TrainConfig
from attrax.runs.fit_arguments import FitChoices
from attrax.runs.run_filling import write_filled

ROWS = 400


def times():
    return np.cumsum(np.random.default_rng(0).integers(1, 20, size=ROWS)) * 0.01


def recording(t):
    return load_raw({"time": t, "x": np.sin(2 * t), "y": np.cos(2 * t)})


def config(dynamics="continuous", **data):
    return Config(
        data=DataConfig(**data),
        model=ModelConfig(dynamics=DynamicsChoice(kind=dynamics)),
        train=TrainConfig(window=10),
        evaluate=EvaluateConfig(horizon=5),
    )


def test_windows_carry_the_time_since_the_row_before():
    t = times()
    train, test, preparation = prepare(config(), recording(t))
    cut = cut_windows(train, 10)
    np.testing.assert_allclose(cut.durations[1:], np.diff(t)[: len(train[0]) - 1], rtol=1e-5)
    assert cut.durations.min() > 0
    assert train[0].dt == pytest.approx(np.median(np.diff(t[: len(train[0])])))
    assert (test[0].stamps, test[0].dt) == (None, pytest.approx(train[0].dt))
    assert "rows keep their uneven times" in preparation.done["recording"][0]
    assert "resample" in preparation.done["judged"][0]


def test_a_dynamics_in_continuous_time_may_be_an_object():
    flow = ContinuousPLRNN.create(2, 4, key=jax.random.key(0))
    given = FitChoices(flow).configure("auto", {"train": {"window": 10}, "evaluate": {"horizon": 5}})
    train, _, preparation = prepare(given, recording(times()))
    assert "rows keep their uneven times" in preparation.done["recording"][0]
    np.testing.assert_array_equal(cut_windows(train, 10).durations > 0, True)
    with pytest.raises(DataError, match="D106"):
        prepare(FitChoices(ShallowPLRNN.create(2, 4, key=jax.random.key(0))).configure("auto"), recording(times()))


def test_even_rows_are_treated_as_ever():
    even = recording(0.1 * np.arange(ROWS))
    ours, theirs = (prepare(config(name), even) for name in ("continuous", "clipped"))
    assert cut_windows(ours.train, 10).durations is None
    assert ours.hashes() == theirs.hashes()
    assert ours.preparation.done == theirs.preparation.done
    assert evenly(ours.test, ours.test[0].dt) is ours.test


def test_series_without_times_and_of_other_steps_join():
    both = Dataset((recording(times())[0], recording(0.1 * np.arange(50))[0]))
    train = prepare(config(in_sample=True), both).train
    np.testing.assert_allclose(cut_windows(train, 10).durations[-49:], 0.1, rtol=1e-6)


def test_the_hash_knows_uneven_times_and_no_others():
    t = times()
    x = np.sin(t)
    raw = [load_raw({"time": s, "x": x}).sha256 for s in (t, 2 * t, 0.1 * np.arange(ROWS), 0.2 * np.arange(ROWS))]
    assert len(set(raw)) == 3
    assert raw[2] == load(x).sha256


def test_a_forecast_goes_on_from_the_time_of_the_last_row():
    t = times()
    train = prepare(config(in_sample=True), recording(t)).train[0]
    np.testing.assert_allclose(train.times_after(6, 2), t[6] + train.dt * np.array([1, 2]), rtol=1e-9)
    assert continued(train, train, np.zeros((1, 2))).origin.start == pytest.approx(t[-1] + train.dt)


class Turning(AbstractTimed):
    """What is recorded: a point on a circle."""

    dt: float
    latent_dim = 2
    input_dim = 0

    def advance(self, z, duration, s=None):
        c, s = jnp.cos(2 * duration), jnp.sin(2 * duration)
        return jnp.array([[c, s], [-s, c]]) @ z

    def step(self, z, s=None):
        return self.advance(z, self.dt)

    def jacobian(self, z, s=None):
        return jax.jacfwd(self.step)(z)


@pytest.mark.slow
def test_gaps_between_uneven_rows_are_filled_at_their_times(tmp_path):
    t = times()
    hidden = np.random.default_rng(1).random((ROWS, 2)) < 0.3
    x = np.stack([np.sin(2 * t), np.cos(2 * t)], axis=1)
    gappy = load_raw({"time": t, **dict(zip("xy", np.where(hidden, np.nan, x).T, strict=True))})
    train = prepare(config(in_sample=True, missing="mask"), gappy).train
    model = Model(
        Turning(train[0].dt), IdentityObservation(2), LinearStart(jnp.zeros((0, 2))), Scaling.identity(2), ("x", "y")
    )
    filled = fill_recording(model, config(), train)
    np.testing.assert_allclose(filled.x, x, atol=1e-3)
    np.testing.assert_allclose(filled.clock, t)
    write_filled(filled, tmp_path / "a.csv")
    np.testing.assert_allclose(np.loadtxt(tmp_path / "a.csv", delimiter=",", skiprows=1)[:, 0], t, atol=1e-9)


def test_other_dynamics_stop_and_name_this_one():
    with pytest.raises(DataError, match=r"D106[\s\S]*--dynamics continuous"):
        prepare(config("clipped"), recording(times()))


@pytest.mark.parametrize("change", [lambda t: t[::-1], lambda t: np.where(t == t[5], t[4], t)], ids=["back", "twice"])
def test_times_must_increase(change):
    with pytest.raises(DataError, match="D107"):
        prepare(config(), recording(change(times())))


@pytest.mark.parametrize("data", [{"every": 2}, {"lags": (0, 3)}, {"detrend": ("all",)}, {"missing": "interpolate"}])
def test_what_counts_in_rows_is_refused(data):
    with pytest.raises(ConfigError, match=r"C620[\s\S]*--resample"):
        prepare(config(**data), recording(times()))


@pytest.mark.slow
def test_a_fit_through_the_command_line(tmp_path, monkeypatch):
    from typer.testing import CliRunner

    from attrax.cli.app import app

    monkeypatch.chdir(tmp_path)
    t = times()
    np.savetxt("a.csv", np.stack([t, np.sin(2 * t), np.cos(2 * t)], 1), delimiter=",", header="time,x,y", comments="")
    asked = "fit a.csv --dynamics continuous --updates 20 --window 10 --restarts 1 --force --out run --quiet"
    ended = CliRunner().invoke(app, [*asked.split(), "--set", "model.dynamics.kinks=3", "--set", "evaluate.horizon=5"])
    assert ended.exit_code == 0, ended.output
    scores = json.loads((tmp_path / "run" / "scores.json").read_text())
    assert {"D_stsp", "D_H"} <= {row["name"] for row in scores["rows"]}

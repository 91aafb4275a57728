"""One recipe stands behind the command line, Python, scikit-learn and the arena: the same data give the same model."""

import json
import sys

import equinox as eqx
import numpy as np
import pytest
import tomli_w

import attrax
from attrax.baselines.forecaster import Forecaster
from attrax.campaigns.bench.contest import Contest
from attrax.campaigns.bench.contest_metrics import contest_metrics
from attrax.campaigns.bench.own import fit_attrax, forecaster_of, learn_own, own_settings
from attrax.cli.app import main
from attrax.reconstruct.preparation.preparation import completed
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import configure
from attrax.report.tabs import settings_of
from attrax.runs.tree_file import file_sha256


@pytest.fixture(scope="module")
def x(henon):
    return henon(600)


@pytest.fixture(scope="module")
def fitted(x, tiny):
    return attrax.fit(x, settings=tiny, seed=3, quiet=True)


def same_model(one, other):
    return bool(eqx.tree_equal(one, other))


def channels_of(x, n):
    return attrax.load(np.concatenate([x, x[:, :1] ** 2], axis=1)[:, :n])


def sha_of(fit, folder):
    return file_sha256(fit.save(folder) / "model" / "model.safetensors")


def test_the_command_line_learns_what_a_path_and_an_array_learn(x, tiny, fitted, tmp_path, monkeypatch):
    np.save(tmp_path / "a.npy", x)
    (tmp_path / "tiny.toml").write_text(tomli_w.dumps(tiny))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        sys,
        "argv",
        ["attrax", "fit", "a.npy", "--config", "tiny.toml", "--seed", "3", "--no-report", "--quiet", "--out", "typed"],
    )
    with pytest.raises(SystemExit):
        main()
    typed = file_sha256(tmp_path / "typed" / "model" / "model.safetensors")
    attrax.fit(tmp_path / "a.npy", settings=tiny, seed=3, folder=tmp_path / "path", quiet=True)
    assert typed == file_sha256(tmp_path / "path" / "model" / "model.safetensors") == sha_of(fitted, tmp_path / "array")
    typed, *others = (json.loads((tmp_path / door / "scores.json").read_text()) for door in ("typed", "path", "array"))
    assert others == [typed, typed]


def test_the_estimator_learns_the_same_if_it_holds_out_the_same(x, tiny, fitted):
    held_out = {**tiny, "data": {"in_sample": False}}
    estimator = attrax.Reconstructor(settings=held_out, random_state=3).fit(x)
    assert same_model(estimator.model_, fitted.model)
    assert estimator.evaluate(x[480:]).verdict == fitted.verdict


@pytest.mark.slow
def test_the_estimator_learns_from_every_row_what_a_fit_in_sample_learns(x, tiny):
    everything = attrax.fit(x, settings={**tiny, "data": {"in_sample": True}}, quiet=True)
    estimator = attrax.Reconstructor(settings=tiny).fit(x)
    assert same_model(estimator.model_, everything.model)


@pytest.fixture(scope="module", params=[pytest.param(2, marks=pytest.mark.slow), 3], ids=["with delays", "as it is"])
def arena(x, request):
    """A recording of the arena, the settings and the model of its entry, and a fit with these settings."""
    data = channels_of(x, request.param)
    return data, *learn_own(data, updates=20), attrax.fit(data, settings=own_settings(data, updates=20), quiet=True)


def test_the_entry_of_the_arena_learns_what_a_fit_with_its_settings_learns(arena, tmp_path):
    _, config, model, fit = arena
    assert config == fit.config
    assert same_model(model, fit.model)
    attrax.save_model(model, tmp_path / "entry.safetensors")
    attrax.save_model(fit.model, tmp_path / "fit.safetensors")
    assert file_sha256(tmp_path / "entry.safetensors") == file_sha256(tmp_path / "fit.safetensors")


def test_the_arena_scores_its_entry_as_it_scores_the_forecasts_of_that_fit(arena):
    data, config, model, fit = arena
    entry = forecaster_of(config, model)
    by_fit = Forecaster(lambda contexts, n: np.stack([fit.forecast(n, x) for x in contexts]), entry.reach)
    contest = Contest(data, data[0].x[None, :50], data[0].x[None, 50:62], lyapunov_time=2.4)
    scores, expected = (
        {name: metric.value for name, metric in contest_metrics(method, contest, seed=0).items()}
        for method in (entry, by_fit)
    )
    assert scores == pytest.approx(expected, rel=1e-3, nan_ok=True)


CHOSEN = {
    "path": set(),
    "command line": set(),
    "array": {"data.source"},
    "estimator": {"data.source", "data.in_sample"},
    "arena": {
        *("data.source", "data.in_sample", "data.force"),
        *("model.dynamics.hidden_dim", "tune.settings"),
        *("train.updates", "train.restarts", "train.window", "train.batch_size"),
    },
}
"""What each door chooses by itself; everything else is the default."""


def test_the_defaults_of_all_doors_are_those_of_the_preset(x, monkeypatch, tmp_path):
    data = channels_of(x, 3)
    np.save(tmp_path / "a.npy", data[0].x)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["attrax", "fit", "a.npy", "--no-report", "--quiet", "--out", "typed"])
    seen = []

    def stop(config, *_, **__):
        seen.append(config)
        raise attrax.Interrupted("seen")

    monkeypatch.setattr("attrax.runs.job.settle", stop)
    doors = {
        "path": lambda: attrax.fit("a.npy", quiet=True),
        "command line": main,
        "array": lambda: attrax.fit(data[0].x, quiet=True),
        "estimator": lambda: attrax.Reconstructor().fit(data[0].x),
        "arena": lambda: fit_attrax(data),
    }
    for door in doors.values():
        with pytest.raises((attrax.Interrupted, SystemExit)):
            door()
    preset = configure(overrides={"data": {"source": ["a.npy"]}})
    usual = settings_by_name(completed(preset, load_recordings(preset)))
    settings = {door: settings_by_name(config) for door, config in zip(doors, seen, strict=True)}
    assert {door: differing(usual, own) for door, own in settings.items()} == CHOSEN


def settings_by_name(config):
    return dict(settings_of(config.model_dump(mode="json")))


def differing(usual, own):
    return {name for name in usual | own if usual.get(name) != own.get(name)}

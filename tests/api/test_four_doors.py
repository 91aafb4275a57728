"""One recipe stands behind the command line, Python, scikit-learn and the arena: the same data give the same model."""

import json
import sys

import equinox as eqx
import numpy as np
import pytest
import tomli_w

import attrax
from attrax.campaigns.bench.own import fit_attrax, own_settings
from attrax.cli.app import main
from attrax.runs.tree_file import file_sha256


@pytest.fixture(scope="module")
def x(henon):
    return henon(400)


@pytest.fixture(scope="module")
def fitted(x, tiny):
    return attrax.fit(x, settings=tiny, seed=3, quiet=True)


def same_model(one, other):
    return bool(eqx.tree_equal(one, other))


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
    assert estimator.evaluate(x[320:]).verdict == fitted.verdict


def test_the_estimator_learns_from_every_row_what_a_fit_in_sample_learns(x, tiny):
    everything = attrax.fit(x, settings={**tiny, "data": {"in_sample": True}}, quiet=True)
    estimator = attrax.Reconstructor(settings=tiny).fit(x)
    assert same_model(estimator.model_, everything.model)


@pytest.mark.parametrize("channels", [2, 3], ids=["with delays", "as it is"])
def test_the_entry_of_the_arena_learns_what_a_fit_with_its_settings_learns(x, channels):
    data = attrax.load(np.concatenate([x, x[:, :1] ** 2], axis=1)[:, :channels])
    entry = fit_attrax(data, updates=20)
    fit = attrax.fit(data, settings=own_settings(data, updates=20), quiet=True)
    contexts = data[0].x[None, :50]
    ahead = entry.simulate_many(contexts, 6)[0].x
    np.testing.assert_allclose(ahead, fit.forecast(6, contexts[0]), rtol=1e-6)


def test_the_defaults_of_all_doors_are_those_of_the_preset(x, monkeypatch):
    seen = []

    def stop(config, *_, **__):
        seen.append(config)
        raise attrax.Interrupted("seen")

    monkeypatch.setattr("attrax.runs.job.learn", stop)
    for learn in (lambda: attrax.fit(x, quiet=True), lambda: attrax.Reconstructor().fit(x)):
        with pytest.raises(attrax.Interrupted):
            learn()
    python, estimator = seen
    assert (python.model, python.train, python.evaluate) == (estimator.model, estimator.train, estimator.evaluate)
    assert python.seed == estimator.seed == 0

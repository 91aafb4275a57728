"""An opened run is the object that the fit returned."""

import shutil
from dataclasses import replace
from pathlib import Path

import equinox as eqx
import numpy as np
import pytest

import attrax
from attrax.runs.analysis_target import find_target
from attrax.runs.folder import Run


@pytest.fixture(scope="module")
def x(henon):
    return henon(600)


@pytest.fixture(scope="module")
def made(x, tiny, tmp_path_factory):
    """A fit of a file with two restarts, and its folder."""
    parent = tmp_path_factory.mktemp("opened")
    np.save(parent / "a.npy", x)
    settings = {**tiny, "train": {**tiny["train"], "restarts": 2, "candidates": 1}}
    return attrax.fit(parent / "a.npy", settings=settings, folder=parent / "run", quiet=True)


@pytest.fixture(scope="module")
def opened(made):
    return attrax.open_run(made.folder)


def test_model_scores_record_and_settings_are_those_of_the_fit(made, opened):
    assert eqx.tree_equal(opened.model, made.model)
    assert opened.verdict == made.verdict
    assert opened.evaluation.valid_time == made.evaluation.valid_time
    assert opened.scores_as_json() == made.scores_as_json()
    assert (opened.history, opened.config, opened.name) == (made.history, made.config, "a")
    assert repr(opened) == repr(made)
    assert opened.learned.facts == made.learned.facts
    assert sorted(opened.learned.restarts) == sorted(made.learned.restarts) == [0, 1]


def test_figures_are_drawn_from_the_same_arrays(made, opened):
    np.testing.assert_array_equal(opened.evidence.free_run, made.evidence.free_run)
    names = ("attractor", "spectra", "distributions", "return_map", "free_run", "forecast", "training")
    for name in names:
        before, after = (getattr(fit, f"plot_{name}")().to_csv() for fit in (made, opened))
        assert before == after


@pytest.mark.slow
def test_what_is_asked_of_it_is_answered_alike(made, opened, x, henon):
    gappy = x[:200].copy()
    gappy[50:60, 0] = np.nan
    for ask in (
        lambda fit: fit.forecast(5),
        lambda fit: fit.evaluate(henon(200, 0.3)).verdict,
        lambda fit: fit.evaluate().verdict,
    ):
        before, after = ask(made), ask(opened)
        assert getattr(before, "x", before) is not None
        np.testing.assert_array_equal(getattr(before, "x", 0), getattr(after, "x", 0))
        assert isinstance(before, attrax.Series) or before == after
    np.testing.assert_array_equal(made.forecast(5, x[:99]), opened.forecast(5, x[:99]))
    np.testing.assert_array_equal(made.fill(gappy).x, opened.fill(gappy).x)


def test_the_report_is_that_of_the_run(opened, tmp_path):
    page = opened.report(tmp_path / "a.html")
    assert opened.verdict.outcome.value in page.read_text(encoding="utf-8")


def test_a_forecast_of_the_recording_follows_its_last_row(opened, x):
    ahead = opened.forecast(3)
    assert ahead.times.tolist() == [600, 601, 602]
    np.testing.assert_array_equal(ahead.x, opened.model.simulate(x, 3).x)


def test_a_recording_is_read_only_when_it_is_needed(made, x, tmp_path, tiny):
    np.save(tmp_path / "b.npy", x)
    attrax.fit(tmp_path / "b.npy", settings=tiny, folder=tmp_path / "run", quiet=True)
    np.save(tmp_path / "b.npy", x + 1)
    fit = attrax.open_run(tmp_path / "run")
    assert fit.verdict.rows
    assert len(fit.forecast(2, x)) == 2
    with pytest.raises(attrax.RunError, match=r"R301[\s\S]*restore the file"):
        fit.forecast(2)
    (tmp_path / "b.npy").unlink()
    with pytest.raises(attrax.DataError, match="D117"):
        attrax.open_run(tmp_path / "run").evaluate()


def test_an_array_is_not_kept(x, henon_fit, tmp_path):
    fit = attrax.open_run(henon_fit.save(tmp_path / "run"))
    assert fit.forecast(2, x).shape == (2, 2)
    with pytest.raises(attrax.RunError, match="R306"):
        fit.forecast(2)


def test_a_run_without_a_model_says_how_to_go_on(made, tmp_path):
    Run.create(tmp_path / "run", made.config, data={})
    with pytest.raises(attrax.RunError, match=r"R309[\s\S]*attrax resume"):
        attrax.open_run(tmp_path / "run")


def test_a_run_that_failed_is_not_continued_as_it_is(made, tmp_path):
    Run.create(tmp_path / "run", made.config, data={}).set_status(
        "failed", reason="error T201  loss not finite\n  where"
    )
    with pytest.raises(attrax.RunError, match=r"R309[\s\S]*T201[\s\S]*--as-new  # after changing .*config.toml"):
        attrax.open_run(tmp_path / "run")


def test_a_test_recording_must_be_new(opened, x):
    with pytest.raises(attrax.DataError, match="D116"):
        opened.evaluate(x[:300])


@pytest.fixture
def copied(made, tmp_path):
    return Run.open(shutil.copytree(made.folder, tmp_path / "run"))


def test_a_model_that_is_not_that_of_the_run_is_noticed(copied):
    copied.model_path.write_bytes(copied.restart_path(0).read_bytes())
    with pytest.raises(attrax.ModelFileError, match="M405"):
        attrax.open_run(copied.path)


def test_a_missing_restart_is_noticed_and_its_copy_named(copied):
    copied.restart_path(1).unlink()
    with pytest.raises(attrax.RunError, match="R314") as caught:
        attrax.open_run(copied.path)
    _, copy, path = caught.value.fix.split()
    shutil.copy(copy, path)
    assert sorted(attrax.open_run(copied.path).learned.restarts) == [0, 1]
    for file in (copied.restart_path(1), copied.checkpoints / "best-1.safetensors"):
        file.unlink()
    with pytest.raises(attrax.RunError, match="opens the chosen model alone"):
        attrax.open_run(copied.path)


def test_an_analysis_of_a_recording_of_any_name_stays_in_the_present_folder(made):
    train = replace(made.recordings.train, name="../../x")
    fit = replace(made, prepared=made.recordings._replace(train=train), folder=None)
    assert find_target(fit, seed=0).folder.parent == Path()

import json
import signal

import numpy as np
import pytest

import attrax
from attrax import Interrupted, save_model
from attrax.runs.folder import Run
from attrax.runs.folder_lock import LOCK
from attrax.runs.tree_file import file_sha256

FILES = {
    "data.json",
    "config.toml",
    "run.json",
    "metrics.jsonl",
    "checkpoints",
    "model",
    "scores.json",
    "evidence.safetensors",
    "log.txt",
}


@pytest.fixture(scope="module")
def data(henon):
    return henon(600)


@pytest.fixture(scope="module")
def learn(data, tiny):
    """The job on the Hénon map, with settings that differ from the tiny ones."""

    def learn(folder=None, seed=0, **train):
        settings = {**tiny, "train": {**tiny["train"], **train}}
        return attrax.fit(data, seed=seed, settings=settings, folder=folder, quiet=True)

    return learn


@pytest.fixture(scope="module")
def fitted(henon_fit):
    return henon_fit


@pytest.fixture(scope="module")
def kept(learn, tmp_path_factory):
    """The same fit in a folder, and what it returned; tests do not change it."""
    folder = tmp_path_factory.mktemp("kept") / "run"
    return folder, learn(folder)


def sha_of(result, tmp_path):
    save_model(result.model, tmp_path / "hash", result.learned.facts)
    return file_sha256(tmp_path / "hash")


def model_sha(folder):
    return Run.open(folder).info["model_sha256"]


@pytest.fixture
def stop_at(monkeypatch):
    """Makes something happen after the record of a step is written."""

    record = Run.record

    def arrange(step, happen):
        def then(self, at, values):
            record(self, at, values)
            if at == step:
                happen()

        monkeypatch.setattr(Run, "record", then)

    return arrange


def crash():
    raise MemoryError("killed")


def interrupt(*_, **__):
    raise KeyboardInterrupt


def test_the_same_seed_gives_the_same_model_and_another_seed_another(learn, fitted, tmp_path):
    assert sha_of(learn(), tmp_path) == sha_of(fitted, tmp_path)
    assert sha_of(learn(seed=1), tmp_path) != sha_of(fitted, tmp_path)


@pytest.mark.slow
def test_a_restart_is_the_run_of_its_own_seed(learn, tmp_path):
    pair = learn(restarts=2, candidates=1)
    seed = pair.learned.facts["seed"]
    alone = learn(seed=seed, candidates=1)
    losses = [[entry["loss"] for entry in run.history] for run in (pair, alone)]
    np.testing.assert_allclose([both[seed] for both in losses[0]], [one[0] for one in losses[1]], rtol=1e-4)


def test_the_history_has_an_entry_a_chunk(fitted):
    assert [entry["step"] for entry in fitted.history] == [10, 20, 30, 40]
    assert all(np.isfinite(entry["loss"]).all() for entry in fitted.history)


def test_a_run_folder_holds_what_the_readme_says(kept, fitted):
    folder, result = kept
    run = Run.open(folder)
    assert {path.name for path in run.path.iterdir() if path.name != LOCK} == FILES
    assert run.info["status"] == "finished"
    assert run.info["verdict"] == result.verdict.outcome.value
    assert file_sha256(run.model_path) == model_sha(run.path)
    assert run.history() == result.history == fitted.history
    assert json.loads(run.scores_path.read_text())["verdict"] == result.verdict.outcome.value


def test_a_saved_result_is_a_run_folder(kept, fitted, tmp_path):
    path = fitted.save(tmp_path / "saved")
    assert {file.name for file in path.iterdir()} == FILES
    for name in ("model/model.safetensors", "scores.json", "metrics.jsonl", "config.toml"):
        assert (path / name).read_bytes() == (kept[0] / name).read_bytes()
    with pytest.raises(attrax.RunError, match="R303"):
        fitted.save(path)


def test_a_saved_model_opens_and_simulates_the_same(fitted, data, tmp_path):
    path = fitted.save(tmp_path / "saved") / "model" / "model.safetensors"
    simulated = attrax.open_model(path).simulate(data[:5], 50).x
    np.testing.assert_array_equal(simulated, fitted.model.simulate(data[:5], 50).x)


@pytest.mark.parametrize(
    ("keep", "step"),
    [
        pytest.param(0.0, 10, id="checkpoints-10"),
        pytest.param(1e9, 40, id="none-40"),
        pytest.param(0.0, 40, id="checkpoints-40", marks=pytest.mark.slow),
        pytest.param(1e9, 10, id="none-10", marks=pytest.mark.slow),
    ],
)
def test_a_run_that_crashed_anywhere_becomes_the_same_model(learn, fitted, data, tmp_path, stop_at, step, keep):
    folder = tmp_path / "run"
    stop_at(step, crash)
    with pytest.raises(attrax.RunError, match="R352"):
        learn(folder, checkpoint_seconds=keep)
    with (folder / "metrics.jsonl").open("a") as file:
        file.write('{"step": 4')
    stop_at(-1, crash)
    result = attrax.resume(folder, data=data, quiet=True)
    assert model_sha(folder) == sha_of(fitted, tmp_path)
    assert result.history == Run.open(folder).history() == fitted.history


def test_an_interrupted_run_says_how_to_go_on_and_does(learn, fitted, data, tmp_path, stop_at):
    folder = tmp_path / "run"
    stop_at(20, lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(Interrupted, match=r"stopped at step 20[\s\S]*attrax resume .*run"):
        learn(folder, checkpoint_seconds=1e9)
    info = Run.open(folder).info
    assert (info["status"], info["step"]) == ("interrupted", 20)
    attrax.resume(folder, data=data, quiet=True)
    assert model_sha(folder) == sha_of(fitted, tmp_path)


def test_an_interrupt_without_a_folder_says_that_nothing_was_kept(learn, monkeypatch):
    monkeypatch.setattr(
        "attrax.reconstruct.learning.selection.CandidateSchedule.has", lambda *_: signal.raise_signal(signal.SIGINT)
    )
    with pytest.raises(Interrupted, match="nothing was saved"):
        learn()


def test_a_changed_recording_is_refused(learn, data, tmp_path, stop_at):
    stop_at(20, crash)
    with pytest.raises(attrax.RunError, match="R352"):
        learn(tmp_path / "run")
    with pytest.raises(attrax.RunError, match=r"R301[\s\S]*train"):
        attrax.resume(tmp_path / "run", data=data + 1e-9, quiet=True)


def test_an_array_cannot_be_found_again(learn, tmp_path, stop_at):
    stop_at(20, crash)
    with pytest.raises(attrax.RunError, match="R352"):
        learn(tmp_path / "run")
    with pytest.raises(attrax.RunError, match="R306"):
        attrax.resume(tmp_path / "run", quiet=True)


def test_a_finished_run_is_not_resumed(fitted, data, tmp_path):
    folder = fitted.save(tmp_path / "run")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(attrax.RunError, match=r"R307[\s\S]*attrax evaluate"):
        attrax.resume(folder, data=data, quiet=True)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_loss_that_stays_infinite_fails_with_a_reason(learn):
    with pytest.raises(attrax.RunError, match="T201"):
        learn(learning_rate=1e30, final_learning_rate=1e30)


@pytest.mark.slow
def test_a_test_recording_of_its_own_judges(data, henon, tiny):
    result = attrax.fit(data, test=henon(300, 0.2), settings=tiny, quiet=True)
    assert len(result.evaluation.reference) == 300
    assert len(result.recordings.train[0]) == 600


def test_a_named_recording_is_written_down_and_found_again(data, fitted, tiny, tmp_path, stop_at):
    np.save(tmp_path / "a.npy", data)
    stop_at(10, lambda: signal.raise_signal(signal.SIGINT))
    with pytest.raises(Interrupted, match="attrax resume"):
        attrax.fit(tmp_path / "a.npy", settings=tiny, folder=tmp_path / "run", quiet=True)
    assert Run.open(tmp_path / "run").config.data.source == (str(tmp_path / "a.npy"),)
    stop_at(None, lambda: None)
    resumed = attrax.resume(tmp_path / "run", quiet=True)
    assert sha_of(resumed, tmp_path) == sha_of(fitted, tmp_path)


@pytest.fixture
def ever_farther(monkeypatch):
    """Every candidate is farther from the data than the one before; tells the rows they are compared with."""
    compared = []

    def nearness_to(train, config):
        compared.append(len(train.longest))
        distances = iter(range(1000))
        return lambda model: (float(next(distances)), 0.0)

    monkeypatch.setattr("attrax.runs.training.nearness_to", nearness_to)
    return compared


@pytest.mark.slow
def test_training_stops_once_free_runs_come_no_nearer_to_the_validation_part(learn, ever_farther, tmp_path):
    result = learn(tmp_path / "run", candidates=4, patience=2, validation_fraction=0.25)
    assert [entry["step"] for entry in result.history] == [10, 20, 30]
    assert result.learned.facts["step"] == 10
    assert ever_farther == [round(0.25 * len(result.recordings.train.longest))]
    assert Run.open(tmp_path / "run").info["status"] == "finished"


def test_a_run_that_was_stopped_after_it_had_settled_is_not_trained_again(learn, ever_farther, data, tmp_path, stop_at):
    settings = {"candidates": 4, "patience": 2, "checkpoint_seconds": 0.0}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("attrax.runs.job.judge", interrupt)
        with pytest.raises(Interrupted, match="attrax resume"):
            learn(tmp_path / "run", **settings)
    stop_at(40, crash)
    again = attrax.resume(tmp_path / "run", data=data, quiet=True)
    assert [entry["step"] for entry in again.history] == [10, 20, 30]
    assert again.learned.facts["step"] == 10

import json
import os
from pathlib import Path

import pytest

from attrax import RunError
from attrax.reconstruct.settings.configuration import configure
from attrax.runs.folder import KEPT_CHECKPOINTS, Run, new_run_path, newest_unfinished, run_folders

CONFIG = configure(overrides={"seed": 4}).complete(3)
HASHES = {"name": "data", "train": "1", "test": "2"}


@pytest.fixture
def run(tmp_path):
    return Run.create(tmp_path / "run", CONFIG, data=HASHES)


def test_a_new_run_knows_its_settings_data_and_versions(run):
    info = Run.open(run.path).info
    assert Run.open(run.path).config == CONFIG
    assert (info["status"], info["data"]) == ("running", HASHES)
    assert {"python", "jax", "numpy", "attrax"} <= info["versions"].keys()


def test_an_empty_folder_may_become_a_run(tmp_path):
    assert Run.create(tmp_path, CONFIG, data=HASHES).info["status"] == "running"


@pytest.mark.parametrize("there", [True, False])
def test_a_link_to_a_folder_on_another_disk_may_become_a_run(tmp_path, there):
    elsewhere = tmp_path / "scratch" / "run"
    (elsewhere if there else elsewhere.parent).mkdir(parents=True)
    (tmp_path / "link").symlink_to(elsewhere)
    run = Run.create(tmp_path / "link", CONFIG, data=HASHES)
    assert (tmp_path / "link").is_symlink()
    assert Run.open(elsewhere).info == run.info
    assert [path.name for path in elsewhere.parent.iterdir()] == ["run"]


@pytest.mark.parametrize("occupied", ["file", "folder with a file", "run"])
def test_a_run_never_writes_over_anything(tmp_path, occupied):
    path = tmp_path / "run"
    if occupied == "run":
        Run.create(path, CONFIG, data=HASHES)
    elif occupied == "file":
        path.write_text("mine")
    else:
        path.mkdir()
        (path / "thesis.tex").write_text("mine")
    with pytest.raises(RunError) as caught:
        Run.create(path, CONFIG, data=HASHES)
    assert caught.value.code == "R303"
    assert caught.value.where == str(path)


def test_of_two_runs_that_begin_in_one_folder_one_is_told(tmp_path, monkeypatch):
    """The other one begins between the look at the folder and the moment in which it takes its place."""
    path, rename = tmp_path / "run", Path.replace

    def late(part, target):
        monkeypatch.setattr(Path, "replace", rename)
        with monkeypatch.context() as other:
            other.setattr("os.getpid", lambda: -1)
            Run.create(path, CONFIG, data={"name": "other"})
        return rename(part, target)

    monkeypatch.setattr(Path, "replace", lambda part, target: (late if target.name == "run" else rename)(part, target))
    with pytest.raises(RunError, match="R303"):
        Run.create(path, CONFIG, data=HASHES)
    assert Run.open(path).info["data"] == {"name": "other"}
    assert [folder.name for folder in tmp_path.iterdir()] == ["run"]


@pytest.mark.parametrize("missing", ["run.json", "config.toml", "both"])
def test_a_folder_without_a_run_cannot_be_opened(run, missing):
    for name in ("run.json", "config.toml"):
        if missing in (name, "both"):
            (run.path / name).unlink()
    with pytest.raises(RunError, match="R302"):
        Run.open(run.path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(RunError, match="R304"):
        Run.create(tmp_path / "run", CONFIG, data=HASHES)


def test_a_folder_below_a_file_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="R304"):
        Run.create(tmp_path / "file" / "run", CONFIG, data=HASHES)


def test_status_keeps_the_facts_told_before(run):
    run.set_status("interrupted", step=30)
    run.set_status("finished", verdict="PARTLY")
    info = Run.open(run.path).info
    assert (info["status"], info["step"], info["verdict"], info["data"]) == ("finished", 30, "PARTLY", HASHES)
    assert "status finished" in (run.path / "log.txt").read_text()


def test_the_training_record_reads_back(run):
    assert run.history() == []
    run.record(10, {"loss": [0.5, 1 / 3]})
    run.record(20, {"loss": [0.25, 0.1]})
    assert run.history() == [{"step": 10, "loss": [0.5, 1 / 3]}, {"step": 20, "loss": [0.25, 0.1]}]


@pytest.mark.parametrize("torn", ["", '{"st', '{"step": 40, "loss": [0.', '{"step": 40, "loss": [0.25]'])
def test_the_record_after_a_checkpoint_is_forgotten_even_if_its_last_line_is_torn(run, torn):
    for step in (10, 20, 30):
        run.record(step, {"loss": [1.0]})
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write(torn)
    run.forget_after(20)
    run.record(30, {"loss": [2.0]})
    assert [(entry["step"], entry["loss"]) for entry in run.history()] == [(10, [1.0]), (20, [1.0]), (30, [2.0])]


def test_forgetting_a_record_that_was_never_begun_is_no_error(run):
    run.forget_after(0)
    assert run.history() == []


def test_the_newest_checkpoints_are_kept(run):
    assert run.latest_checkpoint() is None
    for step in (5, 10, 100, 99_999_990, 100_000_000):
        run.checkpoint_path(step).write_bytes(b"")
        run.prune_checkpoints()
    kept = sorted(path.name for path in run.checkpoints.iterdir())
    assert len(kept) == KEPT_CHECKPOINTS


@pytest.mark.parametrize("steps", [(5, 10), (990, 1000), (99, 100_000)])
def test_the_latest_checkpoint_is_the_one_of_most_updates(run, steps):
    for step in steps:
        run.checkpoint_path(step).write_bytes(b"")
    (run.checkpoints / ".step-99999999.safetensors.7.part").write_bytes(b"")
    assert run.latest_checkpoint() == run.checkpoint_path(max(steps))


def test_the_newest_unfinished_run_is_found(tmp_path):
    runs = [Run.create(tmp_path / name, CONFIG, data=HASHES) for name in "abc"]
    runs[2].set_status("finished")
    for age, run in zip((100, 50, 10), runs, strict=True):
        os.utime(run.path / "run.json", (1e9 - age, 1e9 - age))
    (tmp_path / "not_a_run").mkdir()
    assert newest_unfinished(tmp_path) == tmp_path / "b"


def test_without_an_unfinished_run_nothing_is_found(tmp_path):
    Run.create(tmp_path / "a", CONFIG, data=HASHES).set_status("finished")
    for parent in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(RunError, match="R305"):
            newest_unfinished(parent)


def test_two_runs_of_the_same_minute_have_different_folders(tmp_path):
    paths = {new_run_path(tmp_path, "ecg", CONFIG) for _ in range(50)}
    assert len(paths) > 48
    assert all(path.parent == tmp_path and path.name.startswith("ecg-") for path in paths)


def test_scores_are_plain_json(run):
    run.save_scores({"verdict": "PARTLY"})
    assert json.loads((run.path / "scores.json").read_text()) == {"verdict": "PARTLY"}


DAMAGE = {"empty": b"", "half": b'{"status": "fini', "a list": b"[]", "no status": b"{}", "bytes": b"\xff\xfe\x00"}


@pytest.mark.parametrize("content", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_description_is_told_and_hides_no_other_run(run, content):
    other = Run.create(run.path.parent / "other", CONFIG, data=HASHES)
    (run.path / "run.json").write_bytes(content)
    with pytest.raises(RunError, match="R315"):
        _ = Run.open(run.path).info
    assert newest_unfinished(run.path.parent) == other.path


def test_a_line_that_a_kill_cut_off_does_not_count_but_a_damaged_one_is_told(run):
    run.record(10, {"loss": [0.5]})
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 20, "lo')
    assert [entry["step"] for entry in run.history()] == [10]
    run.forget_after(10)
    run.record(20, {"loss": [0.4]})
    assert [entry["step"] for entry in run.history()] == [10, 20]
    (run.path / "metrics.jsonl").write_text('{"step": 10, "lo\n{"step": 20}\n')
    with pytest.raises(RunError, match=r"R315[\s\S]*line 1"):
        run.history()


def test_what_killed_processes_have_left_is_removed_and_nothing_else(run):
    (run.path / "model" / ".model.safetensors.7.part").write_bytes(b"half")
    Run.create(run.path / "subjects" / ".a.7.part", CONFIG, data=HASHES)
    (run.path / "subjects" / "a.part").mkdir()
    run.remove_leftovers()
    assert [path.name for path in (run.path / "subjects").iterdir()] == ["a.part"]
    assert list((run.path / "model").iterdir()) == []
    assert run.info["status"] == "running"


def test_a_run_folder_whose_creation_was_interrupted_is_no_run(tmp_path):
    Run.create(tmp_path / ".run.part", CONFIG, data=HASHES)
    assert run_folders(tmp_path) == []


def test_a_run_of_a_newer_version_is_told(run):
    (run.path / "run.json").write_text(json.dumps({**run.info, "schema": 2}))
    with pytest.raises(RunError, match=r"R320[\s\S]*format 2[\s\S]*pip install --upgrade attrax"):
        _ = run.info

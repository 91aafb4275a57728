import json
import os
import signal
import threading
import time

import numpy as np
import pytest

from attrax.campaigns import Budget, result_store
from attrax.campaigns.cluster import Cluster
from attrax.campaigns.study.study_folder import all_studies, find_study, open_study
from attrax.campaigns.study.study_results import read_results
from attrax.campaigns.study.study_run import run_all_smokes, run_full, run_smoke
from attrax.campaigns.study.study_status import write_status
from attrax.core.errors import ConfigError, DataError, Interrupted, RunError
from attrax.report.study_page import study_page

HERE = Cluster(workers=1)


def full(folder, console, only=(), **changes):
    options = {"cluster": HERE, "command": "attrax study it --full", **changes}
    return run_full(open_study(folder), console, only=only, **options)


def test_settings_of_experiment_and_stage_are_laid_over_each_other(folder):
    study = open_study(folder, folder.parents[1])
    (smoke,) = study.smoke_jobs(["of_a_file"])
    jobs = study.full_jobs(["of_a_file"])
    train = smoke.experiment.config.train
    assert (train.updates, train.window, train.chunk) == (4, 10, 2)
    assert jobs[0].experiment.config.train.updates == 77
    assert [job.seed for job in jobs] == [0, 2, 4]
    assert jobs[0].experiment.config.data.source == (str(folder.parents[1] / "waves.npy"),)
    assert [job.seed for job in study.full_jobs(["triple", "known"])] == [0, 1, 2, 0]


def test_the_name_of_a_job_does_not_depend_on_where_the_data_lie(folder, tmp_path):
    ids = [open_study(folder, place).full_jobs(["of_a_file"])[0].id for place in (None, tmp_path)]
    assert ids[0] == ids[1]


def test_a_data_file_that_is_not_there_or_has_other_contents_is_told(folder, tmp_path):
    study = open_study(folder, tmp_path)
    study.check_data(["of_a_file"])
    np.save(tmp_path / "waves.npy", np.zeros((3, 3)))
    with pytest.raises(DataError, match=r"waves\.npy[\s\S]*sha256"):
        study.check_data(["of_a_file"])
    (tmp_path / "waves.npy").unlink()
    with pytest.raises(DataError, match=r"D117[\s\S]*--data-dir"):
        study.check_data(["of_a_file"])


def test_a_study_is_found_by_its_name_and_by_its_folder(folder):
    assert find_study("nobody2026_nothing", folder.parent).folder == folder
    assert find_study(str(folder), folder.parent / "elsewhere").folder == folder
    with pytest.raises(ConfigError, match=r"C560[\s\S]*attrax study nobody2026_nothing"):
        find_study("nobody2026", folder.parent)
    with pytest.raises(ConfigError, match=r"C560[\s\S]*--studies FOLDER"):
        find_study("nobody2026", folder)


def test_a_smoke_run_measures_and_keeps_nothing(folder, console):
    found = run_smoke(open_study(folder), console)
    assert found["triple"].values("m") == [0.0]
    assert {path.name for path in folder.iterdir()} - {"__pycache__"} == {"study.toml", "experiments.py"}


def test_a_smoke_run_without_data_says_what_it_skips(folder, console):
    run_smoke(open_study(folder), console, only=["of_a_file", "triple"])
    told = [line.split()[:2] for line in console.rich.file.getvalue().splitlines()]
    assert told[:2] == [["skip", "of_a_file:"], ["smoke", "triple:"]]


@pytest.mark.slow
def test_a_smoke_run_of_a_configuration_trains(folder, console, tmp_path):
    found = run_smoke(open_study(folder, tmp_path), console, only=["of_a_file"])
    assert found["of_a_file"].spread("D_stsp").median > 0


def test_a_check_that_does_not_hold_fails_the_smoke_run(folder, change, console):
    change("noise = 0.0", "noise = 0.75")
    with pytest.raises(RunError, match=r"R310[\s\S]*triple/m is at most 0.5[\s\S]*0.75"):
        run_smoke(open_study(folder), console)


def test_a_smoke_run_that_takes_too_long_is_stopped(folder, change, console):
    change("seconds = 15", "seconds = 0.05")
    change("return Measurement", "while True:\n        pass\n    return Measurement", "experiments.py")
    with pytest.raises(RunError, match=r"R316[\s\S]*nobody2026_nothing"):
        run_smoke(open_study(folder), console)


@pytest.mark.parametrize(
    ("old", "new", "code", "told"),
    [
        ("return Measurement(", "return dict(", "C558", "returned dict, not a Measurement"),
        ("def triple", "def tripel", "C558", "no function 'triple'"),
        ("def triple", "def triple(", "C558", "experiments.py"),
        ("times * key", "times / key", "R317", "ZeroDivisionError"),
        ('budget["noise"]', 'budget["nois"]', "C557", "noise"),
    ],
)
def test_an_error_in_the_experiments_is_told_with_its_place(folder, change, console, old, new, code, told):
    change(old, new, "experiments.py")
    with pytest.raises((ConfigError, RunError)) as caught:
        run_smoke(open_study(folder), console)
    assert caught.value.code == code
    assert told in str(caught.value)


def test_an_unknown_experiment_is_told(folder, console):
    with pytest.raises(ConfigError, match=r"C552[\s\S]*--only triple"):
        run_smoke(open_study(folder), console, only=["tripel"])


def test_of_many_smoke_runs_the_failed_ones_are_named(folder, change, console):
    other = folder.parent / "other2026_same"
    other.mkdir()
    for name in ("study.toml", "experiments.py"):
        (other / name).write_text((folder / name).read_text())
    change("noise = 0.0", "noise = 0.75")
    assert run_all_smokes(all_studies(folder.parent), console) == ["nobody2026_nothing"]


def test_a_full_run_judges_the_claims_and_is_not_repeated(folder, console, change):
    results = full(folder, console)
    assert [judged.verdict for judged in results.claims] == ["reproduced", "reproduced"]
    assert results.claims[0].measured_text == "3 ± 3"
    kept = json.loads((folder / "results.json").read_text())
    assert [(row["point"]["experiment"], row["seed"]) for row in kept["rows"]] == [
        ("triple", 0),
        ("triple", 1),
        ("triple", 2),
        ("known", 0),
    ]
    assert [entry["verdict"] for entry in kept["claims"]] == ["reproduced", "reproduced"]
    rows = {path: path.stat().st_mtime_ns for path in (folder / "campaign" / "rows").iterdir()}
    full(folder, console)
    assert {path: path.stat().st_mtime_ns for path in (folder / "campaign" / "rows").iterdir()} == rows


def test_experiments_can_be_measured_one_by_one_and_more_seeds_later(folder, console):
    first = full(folder, console, only=["known"])
    assert [judged.verdict for judged in first.claims] == ["not run", "reproduced"]
    second = full(folder, console, only=["triple"], seeds=2)
    assert [judged.why for judged in second.claims] == ["2 of 3 seeds", ""]
    assert [judged.verdict for judged in full(folder, console).claims] == ["reproduced", "reproduced"]


def test_results_that_were_committed_are_not_computed_again(folder, console):
    full(folder, console)
    for path in (folder / "campaign" / "rows").iterdir():
        path.unlink()
    (folder / "campaign" / "rows").rmdir()
    full(folder, console)
    said = console.rich.file.getvalue()
    assert "4 jobs, 4 done" in said


def test_rows_of_another_program_are_told_and_measured_again(folder, console, change):
    full(folder, console)
    change('"""So many times the key."""', '"""The key, so many times."""  # a comment', "experiments.py")
    assert read_results(open_study(folder)).outdated == frozenset()
    change("times * key", "times * key + 1", "experiments.py")
    assert read_results(open_study(folder)).outdated == {"triple", "known"}
    assert full(folder, console).claims[0].measured_text == "4 ± 3"
    assert read_results(open_study(folder)).outdated == frozenset()


def test_rows_of_other_code_are_named_and_measured_again_where_that_is_wanted(folder, console, monkeypatch):
    monkeypatch.setattr(result_store, "package_hash", lambda: "code of yesterday")
    full(folder, console, only=["known"])
    monkeypatch.setattr(result_store, "package_hash", lambda: "code of today")
    assert {row.outdated for row in full(folder, console).rows if row.point[0][1] == "known"} == {True}
    assert "1 of those done were computed by another version of the code" in console.rich.file.getvalue()
    assert read_results(open_study(folder)).outdated == {"known"}
    write_status(all_studies(folder.parent), folder.parent)
    status = (folder.parent / "STATUS.md").read_text()
    assert "| nobody2026_nothing | 2 | 0 | 0 | 0 | 1 |" in status
    assert "Outdated: known." in status
    rows = {path: path.stat().st_mtime_ns for path in (folder / "campaign" / "rows").iterdir()}
    assert full(folder, console, outdated=True).outdated == frozenset()
    again = {path: path.stat().st_mtime_ns for path in (folder / "campaign" / "rows").iterdir()}
    assert sum(again[path] != rows[path] for path in rows) == 1


def test_a_full_run_that_takes_too_long_is_stopped_and_goes_on_with_the_same_command(folder, console, change):
    change("minutes = 6", "minutes = 0.03")
    wait = "while key == 1 and not stop.exists():\n        pass\n    return Measurement"
    change("return Measurement", wait, "experiments.py")
    change("def triple", "stop = Path(__file__).with_name('stop')\n\ndef triple", "experiments.py")
    change("from attrax.campaigns", "from pathlib import Path\n\nfrom attrax.campaigns", "experiments.py")
    with pytest.raises(RunError, match=r"R318[\s\S]*0\.03 minutes; stopped; 1 of 3 jobs[\s\S]*attrax study it --full"):
        full(folder, console, only=["triple"])
    assert [row.seed for row in read_results(open_study(folder)).rows] == [0]
    (folder / "stop").touch()
    assert len(full(folder, console, only=["triple"]).rows) == 3


def test_a_failed_run_is_a_row_with_its_reason(folder, console, change):
    change("times * key", "times / key", "experiments.py")
    results = full(folder, console, only=["triple"])
    assert "ZeroDivisionError" in results.rows[0].failure
    assert "line 9" in results.rows[0].failure
    assert results.claims[0].why == "1 of 3 runs of m have failed"


def test_ctrl_c_keeps_what_has_ended_and_says_how_to_go_on(folder, console, change):
    change("return", "if key == 2:\n        raise KeyboardInterrupt\n    return", "experiments.py")
    with pytest.raises(Interrupted, match=r"2 of 3 jobs[\s\S]*attrax study it --full"):
        full(folder, console, only=["triple"])
    assert len(read_results(open_study(folder)).rows) == 2


@pytest.mark.slow
def test_an_interrupted_training_goes_on_where_it_stopped(folder, console, tmp_path, change):
    change("updates = 77", "updates = 2_000, chunk = 20")
    study = open_study(folder, tmp_path)
    job = study.full_jobs(["of_a_file"])[0]
    record = study.store.unfinished / job.id / "metrics.jsonl"

    def measure():
        run_full(study, console, only=["of_a_file"], seeds=1, cluster=HERE, command="again")

    def interrupt():
        while not record.exists() or record.read_text().count("\n") < 10:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(Interrupted, match="again"):
        measure()
    stopped = record.read_text()
    measure()
    row = study.store.row(job)
    assert (study.store.files(job) / "metrics.jsonl").read_text().startswith(stopped)
    assert "resumed" in (study.store.files(job) / "log.txt").read_text()
    assert row.metrics == job.experiment.run(Budget(), job.seed).metrics


def test_the_status_has_every_claim_and_the_page_a_card(folder, console):
    full(folder, console, only=["known"])
    cards = write_status(all_studies(folder.parent), folder.parent)
    status = (folder.parent / "STATUS.md").read_text()
    assert "| nobody2026_nothing | 1 | 0 | 0 | 1 |" in status
    assert "| triple/m is 3, within 0.5 | Table 9 | - | 0 of 3 | not run |" in status
    assert "| known/m is exactly 0.25, up to 1e-09 | - | 0.25 | 1 | reproduced |" in status
    page = study_page([{**cards[0], "title": "<b>"}])
    assert "&lt;b&gt;" in page
    assert "known/m is exactly 0.25" in page

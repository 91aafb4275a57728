import csv
import json

import pytest

from attrax.campaigns.sweep import commands
from attrax.campaigns.sweep.engines import InProcess
from attrax.campaigns.sweep.execution import Outcome, ended, execute, missing
from attrax.campaigns.sweep.table import Spread, lines_of
from attrax.campaigns.sweep.tasks import jobs_of, tasks_of
from attrax.core.errors import Interrupted
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.runs.folder import Run
from attrax.runs.job import run_job


def contents(folder):
    return {path.relative_to(folder): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def done(sweep, console):
    done = sweep()
    commands.run(done, console)
    return done


def test_every_run_is_a_finished_run_folder_and_the_table_says_so(done, console):
    tasks = tasks_of(done.description, done.data_dir)
    runs = [Run.open(done.folder / "runs" / task.id) for task in tasks]
    assert all(run.finished for run in runs)
    assert [run.config.seed for run in runs] == [0, 2]
    (line,) = csv.DictReader((done.folder / "table.csv").read_text().splitlines())
    assert line["data"] == "map"
    assert line["runs"] == "2"
    assert float(line["D_stsp"]) > 0
    assert "| map |" in (done.folder / "table.md").read_text()
    assert not (done.folder / "unfinished").exists()
    before = contents(done.folder / "runs")
    commands.run(done, console)
    assert contents(done.folder / "runs") == before


def test_a_run_of_a_sweep_is_the_run_that_fit_makes(done):
    task = tasks_of(done.description, done.data_dir)[1]
    alone = run_job(task.config, load_recordings(task.config))
    kept = ended(task, done.folder)["scores"]
    assert kept["rows"] == json.loads(json.dumps(alone.scores_as_json()["rows"]))
    assert [entry["seed"] for entry in kept["restarts"].values()] == [2, 3]


def test_only_what_is_missing_is_done(sweep, describe, tmp_path, monkeypatch):
    tasks = tasks_of(describe(), tmp_path)
    (job,) = jobs_of(tasks)
    (tmp_path / "runs" / tasks[0].id).mkdir(parents=True)
    assert missing(job, tmp_path) == [tasks[1]]
    (tmp_path / "runs" / tasks[1].id).mkdir()
    monkeypatch.setattr("attrax.campaigns.sweep.execution.load_recordings", None)
    assert execute(job, tmp_path) == Outcome(job.id)


def test_a_failure_that_would_come_again_is_a_result(sweep, console):
    short = sweep(data={"map": {"source": "henon", "steps": 100}}, base={"train": {"window": 101}})
    commands.run(short, console)
    (line,) = lines_of(tasks_of(short.description, short.data_dir), short.folder)
    assert (line.runs, line.failed) == (2, 2)
    task = tasks_of(short.description, short.data_dir)[0]
    assert "D104" in ended(task, short.folder)["failure"]
    assert jobs_of([task])[0].id
    assert missing(jobs_of([task])[0], short.folder) == []


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(sweep, console):
    class Stopping(InProcess):
        def run(self, jobs, work):
            raise KeyboardInterrupt

    stopped = sweep()
    jobs = jobs_of(tasks_of(stopped.description, stopped.data_dir))
    with pytest.raises(Interrupted, match=r"go on with:  attrax sweep it\.toml"):
        stopped.compute(jobs, Stopping(), console)


def test_a_failure_counts_as_a_loss():
    assert Spread.of([1.0, 3.0, None]) == (3.0, 2.0)
    assert str(Spread.of([1.0, None, None])) == "failed"
    assert str(Spread.of([0.1, 0.1])) == "0.1"
    assert str(Spread.of([2785, 2785])) == "2,785"

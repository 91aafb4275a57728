import csv
import json
from contextlib import nullcontext

import numpy as np
import pytest

from attrax.campaigns.engines import InProcess
from attrax.campaigns.execution import BundleOutcome, execute
from attrax.campaigns.results_table import summarize
from attrax.campaigns.sweep.sweep_points import bundles_of, jobs_of
from attrax.campaigns.sweep.sweep_run import Sweep
from attrax.core.errors import Interrupted, RunError
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.runs.folder import Run
from attrax.runs.job import run_job
from attrax.runs.tree_file import file_sha256


def contents(folder):
    return {path.relative_to(folder): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def done(describe, console, tmp_path_factory):
    """A sweep that has been computed; tests leave it as they find it."""
    folder = tmp_path_factory.mktemp("done")
    done = Sweep(describe(), folder / "sweep", folder, "attrax sweep it.toml", console)
    done.run()
    return done


@pytest.fixture
def jobs():
    return lambda sweep: jobs_of(bundles_of(sweep.file, sweep.data_dir))


def test_every_run_is_a_finished_run_folder_and_the_table_says_so(done, jobs):
    folder = done.store.folder
    runs = [Run.open(done.store.files(job)) for job in jobs(done)]
    assert all(run.finished for run in runs)
    assert [run.config.seed for run in runs] == [0, 2]
    models = [done.store.row(job).facts["model_sha256"] for job in jobs(done)]
    assert models == [file_sha256(run.model_path) for run in runs]
    (line,) = csv.DictReader((folder / "table.csv").read_text().splitlines())
    assert line["data"] == "map"
    assert line["runs"] == "2"
    assert float(line["D_stsp"]) > 0
    assert "| map |" in (folder / "table.md").read_text()
    assert not (folder / "unfinished").exists()
    before = [contents(folder / part) for part in ("runs", "rows")]
    done.run()
    assert [contents(folder / part) for part in ("runs", "rows")] == before


@pytest.mark.slow
def test_a_run_of_a_sweep_is_the_run_that_fit_makes(done, jobs):
    job = jobs(done)[1]
    config = job.experiment.at(job.seed)
    alone = run_job(config, load_recordings(config))
    kept = done.store.row(job)
    for row in alone.verdict.rows:
        metric = kept.metrics[row.name]
        assert (metric.value, metric.protocol) == (row.model.value, row.model.protocol)
        assert metric.null == (row.null and row.null.value)
    scores = json.loads(Run.open(done.store.files(job)).scores_path.read_text())
    assert [entry["seed"] for entry in scores["restarts"].values()] == [2, 3]


@pytest.mark.slow
def test_only_what_is_missing_is_done(done, jobs, monkeypatch):
    (bundle,) = bundles_of(done.file, done.data_dir)
    rows = sorted((done.store.folder / "rows").iterdir())
    first = done.store.row(bundle.jobs[0])
    (done.store.folder / "rows" / f"{bundle.jobs[0].id}.json").unlink()
    assert done.store.missing(bundle.jobs) == [bundle.jobs[0]]
    execute(bundle, done.store.folder)
    again = done.store.row(bundle.jobs[0])
    assert (again.metrics["D_stsp"], again.facts) == (first.metrics["D_stsp"], first.facts)
    assert sorted((done.store.folder / "rows").iterdir()) == rows
    monkeypatch.setattr("attrax.campaigns.fit_experiment.load_recordings", None)
    assert execute(bundle, done.store.folder) == BundleOutcome(bundle.id)


def test_a_failure_that_would_come_again_is_a_result(sweep, jobs):
    short = sweep(data={"map": {"source": "henon", "steps": 100}}, base={"train": {"window": 101}})
    short.run()
    (line,) = summarize(jobs(short), short.store)
    assert (line.runs, line.failed) == (2, 2)
    assert "D104" in short.store.row(jobs(short)[0]).failure
    assert short.store.missing(jobs(short)) == []


def test_a_recording_that_changes_during_a_sweep_is_told_and_no_row_is_made_of_it(describe, henon, tmp_path):
    np.save(tmp_path / "a.npy", henon(400))
    (bundle,) = bundles_of(describe(data={"map": {"source": "a.npy"}}), tmp_path)
    np.save(tmp_path / "a.npy", henon(500))
    with pytest.raises(RunError, match=r"R301[\s\S]*a\.npy[\s\S]*repeat the command"):
        execute(bundle, tmp_path / "sweep")
    assert not list(tmp_path.glob("sweep/rows/*"))
    (other,) = bundles_of(describe(data={"map": {"source": "a.npy"}}), tmp_path)
    assert other.id != bundle.id


def test_a_sweep_that_has_lost_jobs_shows_its_table_and_is_no_success(sweep, monkeypatch):
    class Losing(InProcess):
        def run(self, bundles, work):
            yield from (BundleOutcome(bundle.id, "OSError('its disk is gone')") for bundle in bundles)

    monkeypatch.setattr("attrax.campaigns.sweep.sweep_run.open_engine", lambda *_: nullcontext(Losing()))
    with pytest.raises(RunError, match=r"R335[\s\S]*2 of 2 jobs[\s\S]*attrax sweep it\.toml"):
        sweep().run()


def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(sweep):
    class Stopping(InProcess):
        def run(self, bundles, work):
            raise KeyboardInterrupt

    stopped = sweep()
    with pytest.raises(Interrupted, match=r"continue with:  attrax sweep it\.toml"):
        stopped.campaign.compute(bundles_of(stopped.file, stopped.data_dir), Stopping())

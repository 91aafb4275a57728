"""A job is computed once, whatever happens in between; a failure is a row."""

import json
import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

from attrax.campaigns import Budget, Measurement, Metric
from attrax.campaigns.execution import compute_in_turn, execute
from attrax.campaigns.experiment import AbstractExperiment, Bundle, ExperimentFailed, Job, seeds_of
from attrax.campaigns.result_store import ResultStore
from attrax.campaigns.results_table import Spread, summarize
from attrax.core.errors import DataError, RunError
from attrax.plots import Axis, Figure, Line, Panel


@dataclass(frozen=True)
class Toy(AbstractExperiment):
    """Three times the key; what it does besides is told by its name."""

    name: str = "plain"

    @property
    def identity(self):
        return self.name

    @property
    def seeds_used(self):
        return 2

    def run(self, budget, key):
        marks = budget.folder / "marks.txt"
        marks.write_text(f"{marks.read_text() if marks.exists() else ''}x")
        if self.name == "stopped" and marks.read_text() == "x":
            raise KeyboardInterrupt
        if self.name == "accident":
            raise ZeroDivisionError
        if self.name == "bad data":
            raise DataError("D104", "DATA TOO SHORT", where="here", why="so", fix="more")
        if self.name == "failed":
            raise ExperimentFailed("it would not start")
        metrics = {
            "m": Metric(3.0 * key, 0.1, "p"),
            "inf": Metric(math.inf, None, "p"),
            "n": Metric(1, None, "p", "neither"),
        }
        return Measurement(metrics, facts={"gone": math.nan, "array": np.float64(2.0)})


def jobs(name="plain", n=2):
    return tuple(Job((("name", name),), Toy(name), Budget("full"), seed) for seed in seeds_of(Toy(), n))


@pytest.fixture
def store(tmp_path):
    return ResultStore(tmp_path / "store")


def compute(store, *wanted):
    return execute(Bundle(wanted, compute_in_turn), store.folder)


def test_rows_come_back_as_they_were_measured(store):
    wanted = jobs()
    compute(store, *wanted)
    row = store.row(wanted[1])
    assert row.metrics["m"] == Metric(6.0, 0.1, "p")
    assert row.metrics["inf"].value == math.inf
    assert (row.seed, row.budget, row.failure, row.point) == (2, "full", "", (("name", "plain"),))
    assert row.facts == {"gone": None, "array": 2.0}
    assert "jax" in row.versions
    json.loads((store.folder / "rows" / f"{row.id}.json").read_text(), parse_constant=pytest.fail)


def test_nothing_is_computed_twice(store):
    wanted = jobs()
    compute(store, *wanted)
    compute(store, *wanted, *jobs(n=3)[2:])
    assert [(store.files(job) / "marks.txt").read_text() for job in jobs(n=3)] == ["x"] * 3
    assert store.missing(jobs(n=3)) == []


def test_an_interrupted_job_finds_its_files_again(store):
    (job,) = jobs("stopped", 1)
    with pytest.raises(KeyboardInterrupt):
        compute(store, job)
    assert store.missing([job]) == [job]
    compute(store, job)
    assert (store.files(job) / "marks.txt").read_text() == "xx"
    store.remove_leftovers([job])
    assert not store.unfinished.exists()


def test_files_without_a_row_are_no_result(store):
    (job,) = jobs(n=1)
    compute(store, job)
    (store.folder / "rows" / f"{job.id}.json").unlink()
    assert store.missing([job]) == [job]
    compute(store, job)
    assert store.row(job).metrics["m"].value == 0.0


@pytest.mark.parametrize(("name", "why"), [("bad data", "D104"), ("failed", "it would not start")])
def test_a_failure_that_would_come_again_is_a_row_with_its_reason(store, name, why):
    (job,) = jobs(name, 1)
    compute(store, job)
    assert why in store.row(job).failure
    assert store.missing([job]) == []
    assert not store.files(job).exists()


def test_an_accident_is_no_result(store):
    (job,) = jobs("accident", 1)
    with pytest.raises(ZeroDivisionError):
        compute(store, job)
    assert store.missing([job]) == [job]


def test_labels_are_no_part_of_a_name(store):
    (job,) = jobs(n=1)
    compute(store, job)
    other = replace(job, point=(("elsewhere", "x"),))
    assert other.id == job.id
    assert store.row(other).point == (("elsewhere", "x"),)
    assert replace(job, budget=Budget("full", {"rows": 3})).id != job.id


def test_figures_are_kept_beside_the_row(store, monkeypatch):
    panel = Panel(traces=(Line(x=np.arange(3.0), y=np.arange(3.0)),), x=Axis(label="x"), y=Axis(label="y"))
    figure = Figure(name="line", title="t", caption="c", panels=(panel,))
    monkeypatch.setattr(Toy, "run", lambda *_: Measurement({}, figures=(figure,)))
    (job,) = jobs(n=1)
    compute(store, job)
    assert (store.files(job) / "figures" / "line.png").is_file()


def test_a_summary_counts_failures_as_losses_where_a_direction_is_better(store):
    wanted = (*jobs(n=3), replace(jobs("failed", 1)[0], point=(("name", "plain"),)))
    compute(store, *wanted)
    (summary,) = summarize(wanted, store)
    assert (summary.runs, summary.failed, summary.wanted) == (4, 1, 4)
    assert summary.values("m") == [0.0, 6.0, 12.0, math.inf]
    assert summary.values("n") == [1.0, 1.0, 1.0]
    assert summary.spread("m") == Spread(9.0, 6.0)
    assert summary.protocol("m") == "p"


def test_a_spread_says_when_most_have_failed():
    assert Spread.of([1.0, 3.0, math.inf]) == (3.0, 2.0)
    assert str(Spread.of([1.0, math.inf, math.inf])) == "failed"
    assert str(Spread.of([0.1, 0.1])) == "0.1"
    assert str(Spread.of([2785, 2785])) == "2,785"


def test_a_missing_library_is_no_result(store, monkeypatch):
    def run(self, budget, key):
        raise RunError("C640", "a library is missing", where="", why="", fix="")

    monkeypatch.setattr(Toy, "run", run)
    (job,) = jobs(n=1)
    with pytest.raises(RunError, match="C640"):
        compute(store, job)
    assert store.missing([job]) == [job]


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"id": ', b"\xff\xfe", b'{"metrics": {"m": 3}}'])
def test_a_damaged_row_is_told_and_computed_again_once_it_is_put_aside(store, content):
    (job, _) = wanted = jobs()
    compute(store, *wanted)
    path = store.folder / "rows" / f"{job.id}.json"
    before = path.read_bytes()
    path.write_bytes(content)
    with pytest.raises(RunError, match=r"R334[\s\S]*repeat the command") as caught:
        store.rows(wanted)
    assert f"mv {path} {path}.damaged" in caught.value.fix
    path.rename(f"{path}.damaged")
    compute(store, *wanted)
    assert {**json.loads(path.read_bytes()), "seconds": 0} == {**json.loads(before), "seconds": 0}


def test_a_row_of_a_newer_version_is_told(store):
    wanted = jobs()
    compute(store, *wanted)
    path = store.folder / "rows" / f"{wanted[0].id}.json"
    entry = json.loads(path.read_bytes())
    path.write_text(json.dumps({**entry, "schema": entry["schema"] + 1}))
    with pytest.raises(RunError, match=r"R320[\s\S]*pip install --upgrade attrax"):
        store.rows(wanted)
    del entry["schema"]
    path.write_text(json.dumps(entry))
    assert len(store.rows(wanted)) == 2

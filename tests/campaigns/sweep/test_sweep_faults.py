"""A real `attrax sweep` has the same results whoever dies, lets no stranger in, and keeps its folder to itself."""

import csv
import os
import subprocess
import sys
import time

import pytest

from attrax.runs.folder_lock import HOLDER
from attrax.runs.tree_file import file_sha256
from tests.campaigns.worker_processes import kill_all, listening, refuses_strangers, workers

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

PROGRAM = [sys.executable, "-c", "from attrax.cli.app import main; main()"]
JOBS = 10
SWEEP = f"""
data = {{ map = {{ source = "henon", steps = 400 }} }}
grid = {{ "train.forcing.alpha" = {[(i + 1) / 20 for i in range(JOBS)]} }}
base.train = {{ updates = 40, chunk = 20, window = 10, restarts = 1, candidates = 1 }}
base.evaluate = {{ starts = 2, horizon = 5 }}
base.model.dynamics.hidden_dim = 4
cluster.workers = 2
"""


class Started:
    """A sweep that is running, in a folder of its own."""

    def __init__(self, parent, name):
        cache = {"JAX_COMPILATION_CACHE_DIR": str(parent / "cache"), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
        (parent / "it.toml").write_text(SWEEP)
        self.folder, self.told = parent / name, parent / f"{name}-{time.monotonic_ns()}.log"
        with self.told.open("wb") as file:
            command = [*PROGRAM, "sweep", "it.toml", "--out", name]
            self.program = subprocess.Popen(command, cwd=parent, env={**os.environ, **cache}, stderr=file, stdout=file)

    def wait_for(self, ready):
        while not ready():
            assert self.program.poll() is None, self.said()
            time.sleep(0.02)

    def done(self):
        return len(list(self.folder.glob("rows/*.json")))

    def end(self):
        return self.program.wait(600)

    def said(self):
        return self.told.read_text(encoding="utf-8", errors="replace")


def results(folder):
    """The models of a sweep, and its table without what a clock has measured."""
    hashes = sorted(file_sha256(path) for path in folder.glob("runs/*/model/model.safetensors"))
    with (folder / "table.csv").open(encoding="utf-8", newline="") as file:
        table = [{k: v for k, v in row.items() if "seconds" not in k} for row in csv.DictReader(file)]
    return hashes, table


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    return tmp_path_factory.mktemp("sweeps")


@pytest.fixture(scope="module")
def whole(parent):
    """The results of a sweep whose workers nobody kills; a second sweep that wants its folder is refused."""
    first = Started(parent, "whole")
    first.wait_for((first.folder / HOLDER).is_file)
    second = Started(parent, "whole")
    assert second.end() == 2, second.said()
    assert "error R319" in second.said()
    assert f"process {first.program.pid}" in second.said()
    assert first.end() == 0, first.said()
    found = results(first.folder)
    assert len(found[0]) == JOBS
    return found


def test_a_sweep_that_loses_a_tenth_of_its_workers_has_the_same_results_and_lets_no_stranger_in(parent, whole):
    sweep = Started(parent, "tenth")
    sweep.wait_for(lambda: sweep.done() >= 2)
    ports = listening(sweep.program.pid, *(one.pid for one in workers(sweep.program.pid)))
    assert len(ports) > 2
    assert all(map(refuses_strangers, ports))
    workers(sweep.program.pid)[0].kill()
    assert sweep.end() == 0, sweep.said()
    assert "Traceback" not in sweep.said()
    assert results(sweep.folder) == whole


def test_a_sweep_whose_workers_all_die_twice_has_the_same_results(parent, whole):
    sweep = Started(parent, "all")
    for due in (1, 5):
        sweep.wait_for(lambda due=due: sweep.done() >= due)
        assert kill_all(sweep.program.pid)
    assert sweep.end() == 0, sweep.said()
    assert "Traceback" not in sweep.said()
    assert results(sweep.folder) == whole


def test_a_sweep_that_is_killed_with_its_workers_goes_on_with_the_same_command(parent, whole):
    sweep = Started(parent, "killed")
    sweep.wait_for(lambda: sweep.done() >= 3)
    orphans = workers(sweep.program.pid)
    sweep.program.kill()
    sweep.end()
    for one in orphans:
        one.wait(60)
    kept = {path.name: path.stat().st_mtime_ns for path in sweep.folder.glob("rows/*.json")}
    again = Started(parent, "killed")
    assert again.end() == 0, again.said()
    assert results(again.folder) == whole
    assert kept.items() <= {path.name: path.stat().st_mtime_ns for path in again.folder.glob("rows/*.json")}.items()

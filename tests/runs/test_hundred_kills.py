"""A hundred kills, spread over everything that a run and a sweep do, change nothing in what comes out."""

import csv
import os
import time
from pathlib import Path

import numpy as np
import pytest

from attrax.runs.folder import Run
from attrax.runs.tree_file import file_sha256
from tests.runs.forks import Forks

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the processes to kill are forked, which Windows cannot"),
]

UPDATES, CHUNK = 400, 10
SETTINGS = {"missing": "mask", "hidden": 4, "window": 10, "updates": UPDATES, "restarts": 2}
TRAINING = {"chunk": CHUNK, "checkpoint_seconds": 0, "candidates": 2}
OPTIONS = [text for name, value in SETTINGS.items() for text in (f"--{name}", str(value))]
OPTIONS += [text for name, value in TRAINING.items() for text in ("--set", f"train.{name}={value}")]
OPTIONS += ["--set", "evaluate.starts=2"]
KILLS = {"training": 40, "filling": 15, "judging": 15, "report": 15}
KILLS_OF_SWEEP = 15
KILLS_OF_A_RUN = 12
SWEEP = f"""
data = {{ map = {{ source = "map.npy", missing = "mask" }} }}
grid = {{ "train.forcing.alpha" = [0.1, 0.2, 0.3] }}
base.train = {{ updates = {UPDATES // 4}, chunk = {CHUNK}, window = 10, restarts = 1, candidates = 1 }}
base.evaluate = {{ starts = 2, horizon = 5 }}
base.model.dynamics.hidden_dim = 4
cluster.workers = 1
"""


@pytest.fixture(scope="module")
def forks(tmp_path_factory):
    started = Forks(tmp_path_factory.mktemp("hundred"))
    x = np.random.default_rng(0).normal(size=(400, 2)).cumsum(axis=0) * 0.01
    x += np.stack([np.sin(np.arange(400) / 6), np.cos(np.arange(400) / 6)], axis=1)
    x[np.random.default_rng(1).random(x.shape) < 0.1] = np.nan
    np.save(started.folder / "map.npy", x)
    yield started
    started.close()


def step_of(folder):
    steps = [int(path.stem.removeprefix("step-")) for path in folder.glob("checkpoints/step-*.safetensors")]
    return max(steps, default=0)


def results(folder):
    """What a run has come to: its models, numbers and what its figures draw."""
    run = Run.open(folder)
    files = [run.model_path, *run.restart_paths(), folder / "evidence.safetensors", *folder.glob("figures/*.csv")]
    hashes = {path.relative_to(folder).as_posix(): file_sha256(path) for path in files}
    assert (folder / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
    left = [path for path in folder.rglob(".*.part") if "report" not in path.name and path.parent.name != "figures"]
    assert left == []
    return hashes, run.scores(), [entry["step"] for entry in run.history()]


def began(forks, label):
    """Whether the program has told something under a label, in a function to be asked again and again."""
    return lambda: f"\n{label}" in forks.said()


def fit_killed(forks, name, phases, rng, seconds):
    """A fit that is killed once in each of these phases, in turn, and then ends; how often it was killed in each."""
    folder, done = forks.folder / name, []
    for phase in phases:
        started = (folder / "run.json").is_file()
        finished = started and Run.open(folder).finished
        if (finished and phase != "report") or (phase == "training" and step_of(folder) >= UPDATES):
            continue
        fit = ["resume", name] if started else ["fit", "map.npy", *OPTIONS, "--out", name]
        forks.start(*(["report", name] if finished else fit))
        at = int(rng.integers(step_of(folder), UPDATES)) if phase == "training" else 0
        if finished:
            begun = began(forks, "drawing")
        elif phase == "training":
            begun = lambda at=at: step_of(folder) > at  # noqa: E731
        else:
            begun = began(forks, "VERDICT" if phase == "report" else phase)
        if forks.killed_after(begun, rng.uniform(0, seconds[phase])):
            done.append(phase)
        else:
            assert forks.end() in (0, 4), forks.said()
    if not Run.open(folder).finished:
        forks.start("resume", name)
        assert forks.end() in (0, 4), forks.said()
    forks.start("report", name)
    assert forks.end() == 0, forks.said()
    return done


def durations(forks):
    """Seconds of each phase of a fit that nobody disturbs."""
    begun, marks = {}, {"filling": "filling", "judging": "judging", "report": "VERDICT"}
    forks.start("fit", "map.npy", *OPTIONS, "--out", "whole")
    while forks.running():
        for phase, mark in marks.items():
            if phase not in begun and began(forks, mark)():
                begun[phase] = time.monotonic()
        time.sleep(0.01)
    ended = time.monotonic()
    assert forks.end() in (0, 4), forks.said()
    assert set(begun) == set(marks)
    found = {"judging": begun["report"] - begun["judging"], "report": ended - begun["report"]}
    return {name: 0.9 * found.get(name, 1.0) for name in KILLS}


def test_eighty_five_kills_of_fits_change_no_result(forks):
    durations(forks)
    forks.start("report", "whole")
    assert forks.end() == 0
    whole = results(forks.folder / "whole")
    # Once more, with compiled programs at hand, to know when things happen.
    for path in (forks.folder / "whole").rglob("*"):
        if path.is_file():
            path.unlink()
    (forks.folder / "whole").rename(forks.folder / "emptied")
    seconds, left, rng, n = durations(forks), dict(KILLS), np.random.default_rng(0), 0
    while any(left.values()):
        phases = [phase for phase in KILLS for _ in range(-(-left[phase] * KILLS_OF_A_RUN // sum(left.values())))]
        for phase in fit_killed(forks, f"killed{n}", phases, rng, seconds):
            left[phase] -= left[phase] > 0
        found = results(forks.folder / f"killed{n}")
        assert found == whole, (n, phases)
        n += 1
        print(f"run {n}: left {left}", flush=True)  # noqa: T201 - how far it is
        assert n < 100


def rows(folder):
    """The models of a sweep, and its table without what a clock has measured."""
    hashes = sorted(file_sha256(path) for path in folder.glob("runs/*/model/model.safetensors"))
    with (folder / "table.csv").open(encoding="utf-8", newline="") as file:
        table = [{k: v for k, v in row.items() if "seconds" not in k} for row in csv.DictReader(file)]
    return hashes, table


def test_fifteen_kills_of_sweeps_change_no_row(forks):
    Path(forks.folder / "it.toml").write_text(SWEEP)
    forks.start("sweep", "it.toml", "--out", "whole_sweep")
    assert forks.end() == 0, forks.said()
    whole, rng, kills, n = rows(forks.folder / "whole_sweep"), np.random.default_rng(1), 0, 0
    assert len(whole[0]) == 3
    while kills < KILLS_OF_SWEEP:
        while True:
            forks.start("sweep", "it.toml", "--out", f"sweep{n}")
            if kills < KILLS_OF_SWEEP and forks.killed_after(began(forks, "folder"), rng.uniform(0, 12)):
                kills += 1
                print(f"sweep {n}: {kills} kills", flush=True)  # noqa: T201 - how far it is
                continue
            assert forks.end() == 0, forks.said()
            break
        assert rows(forks.folder / f"sweep{n}") == whole
        assert not (forks.folder / f"sweep{n}" / "unfinished").exists()
        n += 1

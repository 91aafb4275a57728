"""Execution: a job becomes run folders, each of which is there in full or not at all.

A run is written aside and renamed at the end, so whoever finds a folder under the name of a task finds it finished: it
never matters how often a job is started, where, or when it was killed.
"""

import json
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import jax.numpy as jnp
import numpy as np

from attrax.analysis import lyapunov_spectrum
from attrax.campaigns.sweep.tasks import Job, Task
from attrax.campaigns.sweep.together import learn_together
from attrax.core.errors import AttraxError
from attrax.models.model import Model
from attrax.models.size import number_of_parameters
from attrax.reconstruct.judging.evaluation import with_lines
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.preparation.preparation import Recordings, completed
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.folder import Run, start_run
from attrax.runs.reconstruction import Reconstruction, judge

ORBITS = 16
ORBIT_STEPS = 5_000


class Outcome(NamedTuple):
    """What became of a job.

    Attributes:
        job: Its name.
        error: Why it was given up; empty if all its runs have ended, be it in failure.
    """

    job: str
    error: str = ""


def runs_folder(folder: Path) -> Path:
    """Where the finished runs of a sweep lie."""
    return folder / "runs"


def missing(job: Job, folder: Path) -> list[Task]:
    """The tasks of a job that have not ended yet."""
    return [task for task in job.tasks if not (runs_folder(folder) / task.id).exists()]


def execute(job: Job, folder: Path) -> Outcome:
    """Do what is missing of a job.

    A failure that would come again, such as bad data or a loss that explodes, ends a run: its folder then says why.
    """
    todo = missing(job, folder)
    if not todo:
        return Outcome(job.id)
    try:
        recordings = load_recordings(job.tasks[0].config)
        configs = [completed(task.config, recordings) for task in job.tasks]
        started = time.monotonic()
        learned = learn_together(configs, recordings.train)
        seconds = (time.monotonic() - started) / len(job.tasks)
    except AttraxError as failure:
        _fail_all(todo, folder, failure)
        return Outcome(job.id)
    for task, config, found in zip(job.tasks, configs, learned, strict=True):
        if task in todo:
            _finish(task, config, recordings, found, seconds, folder)
    return Outcome(job.id)


def _finish(
    task: Task, config: Config, recordings: Recordings, found: Learned | AttraxError, seconds: float, folder: Path
) -> None:
    aside = _aside(folder, task)
    run = start_run(aside, config, recordings)
    if isinstance(found, AttraxError):
        run.set_status("failed", point=dict(task.point), seconds=seconds, failure=str(found))
        _publish(aside, folder, task)
        return
    started = time.monotonic()
    evaluation = judge(found.model, config, recordings)
    result = Reconstruction(found, config, recordings, judged=evaluation)
    run.record_all(found.history)
    result.keep(run)
    facts: dict[str, Any] = {
        "point": dict(task.point),
        "seconds": seconds,
        "parameters": number_of_parameters(found.model),
    }
    if task.exponent:
        facts["exponent"] = largest_exponent(found.model, recordings)
    run.set_status("finished", judged_seconds=time.monotonic() - started, **facts)
    _publish(aside, folder, task)


def largest_exponent(model: Model, recordings: Recordings) -> list[float] | None:
    """The largest Lyapunov exponent per unit of time and its standard error; None for a driven or diverging model."""
    if model.dynamics.input_dim:
        return None
    x = with_lines(recordings.test.longest).x
    starts = model.states(x[np.linspace(0, len(x) - 1, ORBITS, dtype=int)])
    found = lyapunov_spectrum(model.dynamics, jnp.asarray(starts), ORBIT_STEPS, k=1)
    value, error = float(found.exponents[0]), float(found.std_error[0])
    return [value, error] if np.isfinite([value, error]).all() else None


def _fail_all(tasks: Sequence[Task], folder: Path, failure: AttraxError) -> None:
    for task in tasks:
        aside = _aside(folder, task)
        Run.create(aside, task.config, data={}).set_status("failed", point=dict(task.point), failure=str(failure))
        _publish(aside, folder, task)


def _aside(folder: Path, task: Task) -> Path:
    """A place of its own to write a run, whoever else works on the same."""
    unfinished = folder / "unfinished"
    unfinished.mkdir(parents=True, exist_ok=True)
    return unfinished / f"{task.id}-{uuid4().hex[:8]}"


def _publish(aside: Path, folder: Path, task: Task) -> None:
    """Give a finished run its name, unless another worker has been faster."""
    runs = runs_folder(folder)
    runs.mkdir(parents=True, exist_ok=True)
    try:
        os.rename(aside, runs / task.id)
    except OSError:
        if not (runs / task.id / "run.json").exists():
            raise
        shutil.rmtree(aside)


def ended(task: Task, folder: Path) -> dict[str, Any] | None:
    """What a run has left behind, `run.json` and `scores.json` together; None if it has not ended."""
    path = runs_folder(folder) / task.id
    if not path.exists():
        return None
    scores = path / "scores.json"
    info = json.loads((path / "run.json").read_text(encoding="utf-8"))
    return {**info, "scores": json.loads(scores.read_text(encoding="utf-8")) if scores.exists() else None}

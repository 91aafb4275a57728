"""`FitExperiment`: trains and scores a model with the settings of `attrax fit`, and keeps its run folder."""

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import jax.numpy as jnp
import numpy as np

from attrax.analysis import lyapunov_spectrum
from attrax.campaigns.budget import Budget
from attrax.campaigns.execution import OF_THE_MACHINE
from attrax.campaigns.experiment import AbstractExperiment, FinishedJob, Job
from attrax.campaigns.metric import Measurement, Metric
from attrax.campaigns.recording_contents import check_unchanged_contents
from attrax.campaigns.results_table import NEARNESS, VERDICT
from attrax.campaigns.together import learn_together
from attrax.core.errors import AttraxError, ConfigError
from attrax.measures import Score
from attrax.measures.measure_names import measure_named
from attrax.models.model import Model
from attrax.models.size import number_of_parameters
from attrax.reconstruct.judging.evaluation import with_lines
from attrax.reconstruct.learning.learned import Learned
from attrax.reconstruct.preparation.preparation import Recordings, completed
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.folder import Run, start_run
from attrax.runs.job import QUIET, continue_job, run_job
from attrax.runs.reconstruction import Reconstruction, judge
from attrax.runs.settling import settle

ORBITS = 16
ORBIT_STEPS = 5_000
EXPONENT = f"largest exponent/{ORBITS} orbits/{ORBIT_STEPS} steps"


@dataclass(frozen=True)
class FitExperiment(AbstractExperiment):
    """An experiment that is a configuration of `attrax fit`.

    Attributes:
        config: The settings. Their seed is replaced by the key of each run.
        data: A text that identifies the recordings: hashes of files, or the name of a built-in system.
        exponent: Whether to also compute the largest Lyapunov exponent, which takes a few seconds.
    """

    config: Config
    data: str
    exponent: bool = False

    @property
    def identity(self) -> Any:
        """The settings and the contents of the recordings, but not the paths of files."""
        settings = self.at(0).model_dump(mode="json")
        settings["data"] = {**settings["data"], "source": self.data, "test": ""}
        return {"settings": settings, "exponent": self.exponent}

    @property
    def seeds_used(self) -> int:
        """One seed for every restart."""
        return self.config.train.restarts

    def at(self, key: int) -> Config:
        """The configuration with the seed `key`."""
        return self.config.model_copy(update={"seed": key})

    def run(self, budget: Budget, key: int) -> Measurement:
        """Train and score. The folder of the budget becomes a run folder; an interrupted run in it is continued."""
        folder, config = budget.folder, self.at(key)
        if folder is not None and _interrupted(folder):
            result = continue_job(folder)
        else:
            result = run_job(config, load_recordings(config), folder=folder)
        if not isinstance(result, Reconstruction):
            raise ConfigError(
                "C559",
                "an experiment of many subjects",
                where=f"model.subject_dim = {config.model.subject_dim}",
                why="every subject has scores of its own, and a configuration has one set of them",
                fix="write a function that calls attrax and returns the scores of the subjects that it is about",
            )
        return Measurement(self.metrics(result), facts=_facts(result, folder))

    def metrics(self, result: Reconstruction) -> dict[str, Metric]:
        """The metrics of a fit: number of parameters, scores, and the largest Lyapunov exponent if it is wanted."""
        metrics = {"parameters": _simply(number_of_parameters(result.model), "trained parameters")}
        for row in result.verdict.rows:
            scales = {name: _value(score) for name, score in (("floor", row.floor), ("null", row.null))}
            measure = measure_named(row.name)
            better = measure.better if measure else "lower"
            metrics[row.name] = Metric(row.model.value, row.model.std_error, row.model.protocol, better, **scales)
        found = largest_exponent(result.model, result.recordings) if self.exponent else None
        if found is not None:
            metrics["exponent"] = Metric(*found, EXPONENT, "neither")
        return metrics


def compute_side_by_side(jobs: Sequence[Job], todo: Sequence[Job], unfinished: Path) -> Iterator[FinishedJob]:
    """Train the models of jobs that differ only in their seeds together, in one compiled program.

    Each run is written to a new folder, so that several workers may compute the same job.

    Raises: RunError R301 if the files of the recording have changed since the jobs were made.
    """
    experiments = [_configured(job) for job in jobs]
    try:
        first = experiments[0].at(jobs[0].seed)
        recordings = load_recordings(first)
        check_unchanged_contents(first.data.source, first.data.test, experiments[0].data)
        started = time.monotonic()
        configs = [completed(e.at(job.seed), recordings) for e, job in zip(experiments, jobs, strict=True)]
        configs = [settle(config, recordings.train, QUIET) for config in configs]
        learned = learn_together(configs, recordings.train)
        seconds = (time.monotonic() - started) / len(jobs)
    except AttraxError as failure:
        if failure.code in OF_THE_MACHINE:
            raise
        yield from (FinishedJob(job, failure, 0.0) for job in todo)
        return
    for job, experiment, config, found in zip(jobs, experiments, configs, learned, strict=True):
        if job in todo:
            folder = unfinished / f"{job.id}-{uuid4().hex[:8]}"
            yield _judged(job, experiment, config, recordings, found, seconds, folder)


def _judged(
    job: Job,
    experiment: FitExperiment,
    config: Config,
    recordings: Recordings,
    found: Learned | AttraxError,
    seconds: float,
    folder: Path,
) -> FinishedJob:
    if isinstance(found, AttraxError):
        return FinishedJob(job, found, seconds)
    started = time.monotonic()
    run = start_run(folder, config, recordings)
    result = Reconstruction(found, config, recordings, judged=judge(found, config, recordings))
    run.record_all(found.history)
    result.keep(run)
    metrics = {**experiment.metrics(result), "seconds": _simply(seconds, "seconds of training")}
    outcome = Measurement(metrics, facts=_facts(result, folder))
    return FinishedJob(job, outcome, seconds + time.monotonic() - started, folder)


def _configured(job: Job) -> FitExperiment:
    assert isinstance(job.experiment, FitExperiment)
    return job.experiment


def _interrupted(folder: Path) -> bool:
    """Whether a folder holds an interrupted run. A finished run without a stored result is deleted."""
    if not (folder / "run.json").is_file():
        return False
    if not Run.open(folder).finished:
        return True
    shutil.rmtree(folder)
    return False


def largest_exponent(model: Model, recordings: Recordings) -> tuple[float, float] | None:
    """The largest Lyapunov exponent per unit of time and its standard error; None for a driven or diverging model."""
    if model.dynamics.input_dim:
        return None
    x = with_lines(recordings.test.longest).x
    starts = model.states(x[np.linspace(0, len(x) - 1, ORBITS, dtype=int)])
    found = lyapunov_spectrum(model.dynamics, jnp.asarray(starts), ORBIT_STEPS, k=1)
    value, error = float(found.exponents[0]), float(found.std_error[0])
    return (value, error) if np.isfinite([value, error]).all() else None


def _facts(result: Reconstruction, folder: Path | None) -> dict[str, Any]:
    """The verdict, the distance by which the model was selected, and the hash of the model if it was kept."""
    kept = {} if folder is None else {"model_sha256": Run.open(folder).info["model_sha256"]}
    return {VERDICT: result.verdict.outcome.value, NEARNESS: result.learned.facts[NEARNESS], **kept}


def _simply(value: float, protocol: str) -> Metric:
    return Metric(float(value), None, protocol, "neither")


def _value(score: Score | None) -> float | None:
    return None if score is None else score.value

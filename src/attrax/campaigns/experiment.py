"""Experiments turn a budget and a seed into metrics. A `Job` is one run of an experiment, a `Bundle` several jobs."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from attrax.campaigns.budget import Budget
from attrax.campaigns.metric import Measurement
from attrax.runs.tree_file import canonical_json

Point = tuple[tuple[str, str], ...]
"""The position of a job in a table: pairs of an axis and a label, for example `(("data", "lorenz"),)`."""


class ExperimentFailed(Exception):  # noqa: N818 - a result as good as any
    """The experiment failed, and would fail again with the same settings; the text says why."""


class AbstractExperiment(ABC):
    """Computes metrics from a budget and a seed.

    For developers: implement `identity`, `seeds_used` and `run`. An experiment is sent to workers, so it must be small
    and picklable. The same budget and key must give the same numbers. Raise an `AttraxError` or `ExperimentFailed` if
    the same run would fail again: the failure is stored as a result. After any other error nothing is stored, and the
    next command computes the job again.
    """

    @property
    @abstractmethod
    def identity(self) -> Any:
        """Everything besides budget and seed that determines the numbers, as JSON values: settings, hashes of data."""

    @property
    @abstractmethod
    def seeds_used(self) -> int:
        """Number of consecutive seeds that one run uses. Runs with keys this far apart share no random numbers."""

    @abstractmethod
    def run(self, budget: Budget, key: int) -> Measurement:
        """Run the experiment once.

        Args:
            budget: The sizes to compute with.
            key: Seed of all random numbers.
        """


@dataclass(frozen=True)
class Job:
    """An experiment with a budget and a seed. Its result is one row of the table of results.

    Attributes:
        point: Its labels in the table; `id` does not depend on them.
        experiment: The experiment.
        budget: The sizes to compute with.
        seed: The seed.
    """

    point: Point
    experiment: AbstractExperiment
    budget: Budget
    seed: int

    @cached_property
    def id(self) -> str:
        """A hash of experiment, budget, seed and version of attrax. Jobs with the same `id` compute the same."""
        content = {
            "experiment": self.experiment.identity,
            "budget": dict(self.budget.values),
            "seed": self.seed,
            "version": version("attrax"),
        }
        return hashlib.sha256(canonical_json(content).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class FinishedJob:
    """A job that has ended.

    Attributes:
        job: The job.
        outcome: The measurement, or the error if the experiment failed.
        seconds: Computing time in seconds.
        folder: The folder with its files, if there are any.
    """

    job: Job
    outcome: Measurement | Exception
    seconds: float
    folder: Path | None = None


BundleComputation = Callable[[Sequence[Job], Sequence[Job], Path], Iterator[FinishedJob]]
"""A function that computes a bundle, from all its jobs, those without a result, and a folder for unfinished work."""


@dataclass(frozen=True)
class Bundle:
    """Jobs that one worker computes together.

    Attributes:
        jobs: The jobs, at least one.
        compute: The function that computes them: one after another (`compute_in_turn`), or together in one compiled
            program (`compute_side_by_side`). It is given all jobs, also those already done: in a compiled program the
            last digits of a result depend on the other jobs, and these must be the same after an interruption.
    """

    jobs: tuple[Job, ...]
    compute: BundleComputation

    @cached_property
    def id(self) -> str:
        """A hash of the `id` of all jobs."""
        return hashlib.sha256("".join(job.id for job in self.jobs).encode()).hexdigest()[:16]


def seeds_of(experiment: AbstractExperiment, n: int, first: int = 0) -> tuple[int, ...]:
    """Seeds of `n` runs of an experiment that share no random numbers, beginning with `first`."""
    return tuple(first + experiment.seeds_used * i for i in range(n))

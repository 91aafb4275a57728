"""Experiment: something that a budget and a seed turn into metrics; a job is one such run, and has a name."""

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
"""Where in a table a job stands: a label on every axis."""


class ExperimentFailed(Exception):  # noqa: N818 - a result as good as any
    """The experiment came to an end without metrics, and would do so again; the text says why."""


class AbstractExperiment(ABC):
    """Something that can be measured.

    For developers: an experiment travels to the workers, so it is small and can be pickled. The same budget and key
    give the same numbers. It raises an `AttraxError` or `ExperimentFailed` where it would fail again; every other
    error counts as an accident, and the job is tried again by the next command.
    """

    @property
    @abstractmethod
    def identity(self) -> Any:
        """What the numbers follow from besides budget and seed, as plain values: settings, hashes of data and code."""

    @property
    @abstractmethod
    def seeds_used(self) -> int:
        """How many consecutive seeds one run uses up; runs whose keys are that far apart share no randomness."""

    @abstractmethod
    def run(self, budget: Budget, key: int) -> Measurement:
        """Measure.

        Args:
            budget: What may be spent.
            key: Seed of everything that is drawn.
        """


@dataclass(frozen=True)
class Job:
    """An experiment with its budget and its seed: one row of a table of results.

    Attributes:
        point: Where in the table it stands; no part of its name.
        experiment: What is measured.
        budget: What it may spend.
        seed: Its key.
    """

    point: Point
    experiment: AbstractExperiment
    budget: Budget
    seed: int

    @cached_property
    def id(self) -> str:
        """A name that two jobs share only if they compute the same: experiment, budget, seed and version of attrax."""
        content = {
            "experiment": self.experiment.identity,
            "budget": dict(self.budget.values),
            "seed": self.seed,
            "version": version("attrax"),
        }
        return hashlib.sha256(canonical_json(content).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class FinishedJob:
    """A job that has come to its end.

    Attributes:
        job: The job.
        outcome: What was measured; the error if the experiment has failed.
        seconds: What it took.
        folder: The files that belong to it, if there are any.
    """

    job: Job
    outcome: Measurement | Exception
    seconds: float
    folder: Path | None = None


BundleComputation = Callable[[Sequence[Job], Sequence[Job], Path], Iterator[FinishedJob]]
"""How a bundle is computed: takes all its jobs, those of them that are missing, and a folder for unfinished work."""


@dataclass(frozen=True)
class Bundle:
    """Jobs that one worker computes together.

    Attributes:
        jobs: At least one.
        compute: The function that computes them: one after another (`compute_in_turn`), or together in one compiled
            program (`compute_side_by_side`). It is given all jobs, also those already done: in a compiled program the
            last digits of a result depend on the other jobs, and these must be the same after an interruption.
    """

    jobs: tuple[Job, ...]
    compute: BundleComputation

    @cached_property
    def id(self) -> str:
        """A name that follows from those of its jobs."""
        return hashlib.sha256("".join(job.id for job in self.jobs).encode()).hexdigest()[:16]


def seeds_of(experiment: AbstractExperiment, n: int, first: int = 0) -> tuple[int, ...]:
    """Keys of `n` runs that share no randomness."""
    return tuple(first + experiment.seeds_used * i for i in range(n))

"""Computes the jobs of a bundle and writes their results into the store; interrupted work can be repeated."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from attrax.campaigns.experiment import Bundle, ExperimentFailed, FinishedJob, Job
from attrax.campaigns.result_store import ResultStore
from attrax.core.errors import AttraxError

OF_THE_MACHINE = ("C640", "R301", "R319", "R350", "R351", "R352", "R353")
"""Codes of errors that depend on the machine, such as a full disk or a changed file: they are not stored as results."""


class BundleOutcome(NamedTuple):
    """The outcome of a bundle.

    Attributes:
        bundle: The `id` of the bundle.
        error: Why it could not be computed; empty if all its jobs have a result, which may be a failure.
        deadly: Whether its worker died each time. It would die again, so this is the result of its jobs.
    """

    bundle: str
    error: str = ""
    deadly: bool = False


def execute(bundle: Bundle, folder: Path) -> BundleOutcome:
    """Compute the jobs of a bundle that have no result yet, and write their results into the store in `folder`.

    A failure that would happen again, such as bad data or a diverging loss, is stored as a result with its reason.
    """
    store = ResultStore(folder)
    todo = store.missing(bundle.jobs)
    if todo:
        for done in bundle.compute(bundle.jobs, todo, store.unfinished):
            store.keep(done)
    return BundleOutcome(bundle.id)


def compute_in_turn(jobs: Sequence[Job], todo: Sequence[Job], unfinished: Path) -> Iterator[FinishedJob]:
    """Compute jobs one after another. Each has its own folder, so that it can continue after an interruption."""
    del jobs
    for job in todo:
        folder = unfinished / job.id
        yield run_one_job(job, folder)


def run_one_job(job: Job, folder: Path | None) -> FinishedJob:
    """Compute one job.

    Args:
        job: The job.
        folder: A folder for its files; None if nothing is to be kept.
    """
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    try:
        outcome = job.experiment.run(replace(job.budget, folder=folder), job.seed)
    except (AttraxError, ExperimentFailed) as failure:
        if isinstance(failure, AttraxError) and failure.code in OF_THE_MACHINE:
            raise
        outcome = failure
    return FinishedJob(job, outcome, time.monotonic() - started, folder)

"""Execution: a bundle of jobs becomes rows in the store, whatever happens in between."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from attrax.campaigns.experiment import Bundle, ExperimentFailed, FinishedJob, Job
from attrax.campaigns.result_store import ResultStore
from attrax.core.errors import AttraxError

MISSING_LIBRARY = "C640"
"""The code of an error that another machine may not have: no result."""


class BundleOutcome(NamedTuple):
    """What became of a bundle.

    Attributes:
        bundle: Its name.
        error: Why it was given up; empty if all its jobs have ended, be it in failure.
    """

    bundle: str
    error: str = ""


def execute(bundle: Bundle, folder: Path) -> BundleOutcome:
    """Compute what is missing of a bundle and keep it in the store in `folder`.

    A failure that would come again, such as bad data or a loss that explodes, is a result: its row says why.
    """
    store = ResultStore(folder)
    todo = store.missing(bundle.jobs)
    if todo:
        for done in bundle.compute(bundle.jobs, todo, store.unfinished):
            store.keep(done)
    return BundleOutcome(bundle.id)


def compute_in_turn(jobs: Sequence[Job], todo: Sequence[Job], unfinished: Path) -> Iterator[FinishedJob]:
    """Compute jobs one after another; each finds again what it has kept in its folder before an interruption."""
    del jobs
    for job in todo:
        folder = unfinished / job.id
        yield run_one_job(job, folder)


def run_one_job(job: Job, folder: Path | None) -> FinishedJob:
    """Compute a job.

    Args:
        job: The job.
        folder: Where it may keep files; None keeps none.
    """
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    try:
        outcome = job.experiment.run(replace(job.budget, folder=folder), job.seed)
    except (AttraxError, ExperimentFailed) as failure:
        if isinstance(failure, AttraxError) and failure.code == MISSING_LIBRARY:
            raise
        outcome = failure
    return FinishedJob(job, outcome, time.monotonic() - started, folder)

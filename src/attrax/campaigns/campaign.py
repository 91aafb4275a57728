"""`Campaign`: computes many jobs, shows progress, and can be stopped with Ctrl-C and continued later."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import numpy as np

from attrax.campaigns.engines import AbstractEngine
from attrax.campaigns.execution import execute
from attrax.campaigns.experiment import Bundle, ExperimentFailed, FinishedJob, Job
from attrax.campaigns.result_store import ResultStore
from attrax.core.errors import Interrupted
from attrax.data.clock.durations import about
from attrax.runs.console import Console, show_path
from attrax.runs.folder_lock import locked


@dataclass(frozen=True)
class Campaign:
    """Computes jobs and stores their results.

    Attributes:
        store: The store of results.
        command: The command that continues the campaign after a stop, as it is shown to the user.
        console: Where progress is shown.
    """

    store: ResultStore
    command: str
    console: Console

    def show_plan(self, label: str, bundles: Sequence[Bundle], guess: Callable[[Job], float]) -> None:
        """Show the number of jobs, how many are done, and about how long the others will take.

        Args:
            label: The word at the left margin, such as `sweep`.
            bundles: All bundles, done or not.
            guess: Expected seconds of a job, used until one has been timed; NaN if not known.
        """
        jobs = _jobs(bundles)
        left = self.store.missing(jobs)
        self.console.say(label, f"{len(jobs)} jobs, {len(jobs) - len(left)} done")
        self.console.say("folder", show_path(self.store.folder))
        rows = self.store.rows(jobs)
        outdated = sum(row.outdated for row in rows)
        if outdated:
            self.console.say("outdated", f"{outdated} of those done were computed by another version of the code")
        known = [row.seconds for row in rows if not row.failure]
        seconds = len(left) * float(np.mean(known)) if known else sum(map(guess, left))
        if left and not np.isnan(seconds):
            self.console.say("time", f"about {about(seconds)} of one process for the rest")

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock of the store while the block runs.

        Raises: RunError R319 if another process is writing into the store.
        """
        self.store.folder.mkdir(parents=True, exist_ok=True)
        with locked(self.store.folder):
            yield

    def compute(self, bundles: Sequence[Bundle], engine: AbstractEngine) -> None:
        """Compute the jobs that have no result yet, with a progress bar.

        Args:
            bundles: All bundles, done or not.
            engine: Where they are computed.

        Raises:
            Interrupted: Ctrl-C; the results of jobs that have ended are kept.
            RunError: R319 if another process is writing into the store.
        """
        if any(self.store.missing(bundle.jobs) for bundle in bundles):
            with self.writing():
                self.compute_while_writing(bundles, engine)

    def compute_while_writing(self, bundles: Sequence[Bundle], engine: AbstractEngine) -> None:
        """Compute the jobs as `compute` does, inside a block of `writing`."""
        todo = {bundle.id: bundle for bundle in bundles if self.store.missing(bundle.jobs)}
        sizes = {name: len(self.store.missing(bundle.jobs)) for name, bundle in todo.items()}
        total = len(_jobs(bundles))
        done = total - sum(sizes.values())
        if not todo:
            return
        try:
            with self.console.progress("jobs", total, done) as move:
                for outcome in engine.run(list(todo.values()), partial(execute, folder=self.store.folder)):
                    done += sizes[outcome.bundle]
                    move(done, "")
                    if outcome.deadly:
                        self._keep_failures(todo[outcome.bundle], outcome.error)
                    if outcome.error:
                        self.console.say("lost", f"{sizes[outcome.bundle]} jobs: {outcome.error}")
        except KeyboardInterrupt:
            ended = total - len(self.store.missing(_jobs(bundles)))
            told = f"stopped; {ended} of {total} jobs are done, their results are kept\ncontinue with:  {self.command}"
            raise Interrupted(told) from None
        self.store.remove_leftovers(_jobs(bundles))

    def _keep_failures(self, bundle: Bundle, reason: str) -> None:
        """Store a failure for the jobs of a bundle that have no result."""
        for job in self.store.missing(bundle.jobs):
            self.store.keep(FinishedJob(job, ExperimentFailed(f"{reason}; too little memory?"), math.nan))


def _jobs(bundles: Sequence[Bundle]) -> list[Job]:
    return [job for bundle in bundles for job in bundle.jobs]

"""`ResultStore`: a folder with one file for the result of each job, so that no job is computed twice."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from attrax.campaigns.experiment import FinishedJob, Job, Point
from attrax.campaigns.metric import Measurement, Metric
from attrax.campaigns.program_hash import package_hash
from attrax.core.errors import RunError
from attrax.core.plain_values import plain
from attrax.runs.figure_files import write_figures
from attrax.runs.folder import package_versions
from attrax.runs.json_file import SCHEMA, check_schema, read_object
from attrax.runs.tree_file import MALFORMED, write_atomically

SCHEMA_OF_ROWS = 1


@dataclass(frozen=True)
class ResultRow:
    """The result of a job.

    Attributes:
        id: The `id` of the job.
        point: Labels of its experiment in the table.
        seed: Its seed.
        budget: Name of its budget.
        metrics: The measured numbers; empty after a failure.
        failure: Why the job failed; empty if it did not.
        seconds: Computing time in seconds; NaN if not known.
        facts: Other results, as values for JSON.
        versions: Versions of the packages that it was computed with.
        source: `package_hash` of the attrax that computed it; empty if that is not known, as for published numbers.
    """

    id: str
    point: Point
    seed: int
    budget: str
    metrics: dict[str, Metric]
    failure: str
    seconds: float
    facts: dict[str, Any]
    versions: dict[str, str]
    source: str = ""

    def as_json(self) -> dict[str, Any]:
        """The row as values for JSON."""
        metrics = {name: metric.as_json() for name, metric in self.metrics.items()}
        return {
            **vars(self),
            "point": dict(self.point),
            "metrics": metrics,
            "facts": plain(self.facts),
            "seconds": plain(self.seconds),
        }

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> "ResultRow":
        """The row from the result of `as_json`."""
        metrics = {name: Metric.from_json(metric) for name, metric in entry["metrics"].items()}
        seconds = float("nan") if entry["seconds"] is None else float(entry["seconds"])
        return cls(**{**entry, "point": tuple(entry["point"].items()), "metrics": metrics, "seconds": seconds})

    @property
    def outdated(self) -> bool:
        """Whether the row was computed by other code than the installed version of attrax."""
        return self.source != package_hash()


def row_of(done: FinishedJob, source: str = "") -> ResultRow:
    """The row for a job that has ended, with its metrics or its failure, and the hash of the code if it is stored."""
    failure = str(done.outcome) if isinstance(done.outcome, Exception) else ""
    found = Measurement({}) if isinstance(done.outcome, Exception) else done.outcome
    return ResultRow(
        id=done.job.id,
        point=done.job.point,
        seed=done.job.seed,
        budget=done.job.budget.name,
        metrics=dict(found.metrics),
        failure=failure,
        seconds=done.seconds,
        facts=dict(found.facts),
        versions=package_versions(),
        source=source,
    )


@dataclass(frozen=True)
class ResultStore:
    """Results of jobs in a folder, and the files that belong to them.

    `rows/ID.json` is the result of a job. It is written last, in one step: a job is done if this file exists, otherwise
    it is computed again. So a job may be started twice, on any machine, and may be killed at any time. `runs/ID` holds
    the files of a finished job, `unfinished` those of jobs in progress.

    Attributes:
        folder: The folder. Several campaigns may use the same one; they share the results of equal jobs.
    """

    folder: Path

    @property
    def unfinished(self) -> Path:
        """The folder of jobs in progress."""
        return self.folder / "unfinished"

    def files(self, job: Job) -> Path:
        """The folder with the files of a finished job."""
        return self.folder / "runs" / job.id

    def row(self, job: Job) -> ResultRow | None:
        """The result of a job; None if it has not ended.

        Raises: RunError R334 if its file is damaged, R320 if a newer version of attrax wrote it.
        """
        path = self._path(job.id)
        if not path.is_file():
            return None
        try:
            entry = read_object(path)
        except RunError as failure:
            raise _damaged(path, failure.where) from None
        check_schema(entry, SCHEMA_OF_ROWS, str(path))
        try:
            found = ResultRow.from_json({name: value for name, value in entry.items() if name != SCHEMA})
        except MALFORMED as failure:
            raise _damaged(path, f"{path}: {failure!r}") from None
        # Labels are no part of a name: another campaign may have had its own for the same experiment.
        return replace(found, point=job.point, budget=job.budget.name)

    def rows(self, jobs: Sequence[Job]) -> list[ResultRow]:
        """The results of those jobs that have ended, in the order of the jobs."""
        return [row for job in jobs if (row := self.row(job)) is not None]

    def missing(self, jobs: Sequence[Job]) -> list[Job]:
        """The jobs that have not ended."""
        return [job for job in jobs if not self.has(job.id)]

    def discard_outdated(self, jobs: Sequence[Job]) -> None:
        """Remove rows and files of jobs that other code has computed, so that the jobs are missing again."""
        for job in jobs:
            row = self.row(job)
            if row is not None and row.outdated:
                self._path(job.id).unlink()
                shutil.rmtree(self.files(job), ignore_errors=True)

    def keep(self, done: FinishedJob) -> None:
        """Store the files of a job that has ended, and then its row."""
        if done.folder is not None:
            if isinstance(done.outcome, Measurement) and done.outcome.figures:
                write_figures(done.outcome.figures, done.folder / "figures")
            self._publish(done.folder, done.job, discard=isinstance(done.outcome, Exception))
        self.write_row(row_of(done, package_hash()))

    def has(self, name: str) -> bool:
        """Whether there is a result of the job with the `id` `name`."""
        return self._path(name).is_file()

    def write_row(self, row: ResultRow) -> None:
        """Write a result to `rows/ID.json`."""
        self._path(row.id).parent.mkdir(parents=True, exist_ok=True)
        entry = {SCHEMA: SCHEMA_OF_ROWS, **row.as_json()}
        write_atomically(self._path(row.id), (json.dumps(entry, indent=1, sort_keys=True) + "\n").encode())

    def remove_leftovers(self, jobs: Sequence[Job]) -> None:
        """Delete files that killed workers have left behind, of jobs that have ended since."""
        for job in jobs:
            for rest in self.unfinished.glob(f"{job.id}*") if self.has(job.id) else ():
                shutil.rmtree(rest, ignore_errors=True)
        if self.unfinished.is_dir() and not any(self.unfinished.iterdir()):
            self.unfinished.rmdir()

    def _path(self, name: str) -> Path:
        return self.folder / "rows" / f"{name}.json"

    def _publish(self, aside: Path, job: Job, *, discard: bool) -> None:
        """Move finished files to their place, unless another worker has already done so."""
        files = self.files(job)
        try:
            if not discard and any(aside.iterdir()):
                files.parent.mkdir(parents=True, exist_ok=True)
                os.rename(aside, files)
        except OSError:
            if not files.is_dir():
                raise
        shutil.rmtree(aside, ignore_errors=True)


def _damaged(path: Path, where: str) -> RunError:
    return RunError(
        "R334",
        "the result of a job is damaged",
        where=where,
        why="attrax wrote it as a whole, so something else has changed it since",
        fix=f"mv {path} {path}.damaged, and repeat the command: it computes this job again",
    )

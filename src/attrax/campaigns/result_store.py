"""The store of results: a row for every job that has ended, written at once and never twice."""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from attrax.campaigns.experiment import Finished, Job, Point
from attrax.campaigns.metric import Measurement, Metric
from attrax.campaigns.program_hash import package_hash
from attrax.core.plain_values import plain
from attrax.runs.figure_files import write_figures
from attrax.runs.folder import package_versions
from attrax.runs.tree_file import write_atomically


@dataclass(frozen=True)
class ResultRow:
    """What a job has left behind.

    Attributes:
        id: Name of the job.
        point: Labels of its experiment.
        seed: Its seed.
        budget: Name of its budget.
        metrics: What was measured; empty after a failure.
        failure: Why nothing was measured; empty if something was.
        seconds: What it took; NaN if that is not known.
        facts: What else there is to know, as plain values.
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
        """The row as plain values."""
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
        """The row that `as_json` described."""
        metrics = {name: Metric.from_json(metric) for name, metric in entry["metrics"].items()}
        seconds = float("nan") if entry["seconds"] is None else float(entry["seconds"])
        return cls(**{**entry, "point": tuple(entry["point"].items()), "metrics": metrics, "seconds": seconds})

    @property
    def outdated(self) -> bool:
        """Whether it was computed by other code than that of this attrax."""
        return self.source != package_hash()


def row_of(done: Finished, source: str = "") -> ResultRow:
    """The row of a job that has ended, and the hash of the code that has computed it, for rows that are kept."""
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
    """Rows of results in a folder, and the files that belong to them.

    `rows/ID.json` is written last and at once: a job is done if it is there, and else it is computed again, so it never
    matters how often a job is started, where, or when it was killed. `runs/ID` holds the files of a job, `unfinished`
    what is being worked on.

    Attributes:
        folder: The folder; results of other campaigns may lie there too, and are shared where they are the same.
    """

    folder: Path

    @property
    def unfinished(self) -> Path:
        """Where work lies that has not come to its end."""
        return self.folder / "unfinished"

    def files(self, job: Job) -> Path:
        """Where the files of a job lie once it has ended."""
        return self.folder / "runs" / job.id

    def row(self, job: Job) -> ResultRow | None:
        """The row of a job; None if it has not ended."""
        if not self.has(job.id):
            return None
        found = ResultRow.from_json(json.loads(self._path(job.id).read_text(encoding="utf-8")))
        # Labels are no part of a name: another campaign may have had its own for the same experiment.
        return replace(found, point=job.point, budget=job.budget.name)

    def rows(self, jobs: Sequence[Job]) -> list[ResultRow]:
        """The rows that there are, in the order of the jobs."""
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

    def keep(self, done: Finished) -> None:
        """Write the row of a job that has ended, after its files."""
        if done.folder is not None:
            if isinstance(done.outcome, Measurement) and done.outcome.figures:
                write_figures(done.outcome.figures, done.folder / "figures")
            self._publish(done.folder, done.job, discard=isinstance(done.outcome, Exception))
        self.adopt(row_of(done, package_hash()))

    def has(self, name: str) -> bool:
        """Whether there is a row for the job of that name."""
        return self._path(name).is_file()

    def adopt(self, row: ResultRow) -> None:
        """Write a row."""
        self._path(row.id).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(self._path(row.id), (json.dumps(row.as_json(), indent=1, sort_keys=True) + "\n").encode())

    def sweep_up(self, jobs: Sequence[Job]) -> None:
        """Remove what killed workers have left of jobs that have ended since."""
        for job in jobs:
            for rest in self.unfinished.glob(f"{job.id}*") if self.has(job.id) else ():
                shutil.rmtree(rest, ignore_errors=True)
        if self.unfinished.is_dir() and not any(self.unfinished.iterdir()):
            self.unfinished.rmdir()

    def _path(self, name: str) -> Path:
        return self.folder / "rows" / f"{name}.json"

    def _publish(self, aside: Path, job: Job, *, discard: bool) -> None:
        """Give finished files their name, unless another worker has been faster."""
        files = self.files(job)
        try:
            if not discard and any(aside.iterdir()):
                files.parent.mkdir(parents=True, exist_ok=True)
                os.rename(aside, files)
        except OSError:
            if not files.is_dir():
                raise
        shutil.rmtree(aside, ignore_errors=True)

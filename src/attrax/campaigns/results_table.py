"""The table of results: for every experiment the median over seeds and the scatter of the seeds."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from attrax.campaigns.experiment import Job, Point
from attrax.campaigns.metric import Metric
from attrax.campaigns.result_store import ResultRow, ResultStore
from attrax.core.number_text import number_text
from attrax.core.safe_text import spreadsheet_cell
from attrax.measures import Outcome
from attrax.measures.measure_spec import Better, worst
from attrax.runs.tree_file import write_atomically

VERDICT = "verdict"
"""Name of the fact that holds the verdict on a fit."""

NEARNESS = "nearness"
"""Name of the fact that holds the distance of free runs from the validation rows, as the selection of models has it."""


class Spread(NamedTuple):
    """The median over seeds (`median`) and the median absolute deviation from it (`mad`)."""

    median: float
    mad: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Median and deviation of values; those of failed runs are infinite."""
        numbers = np.array(values, dtype=float)
        median = float(np.median(numbers)) if len(numbers) else float("nan")
        if not np.isfinite(median):
            return cls(median, 0.0)
        return cls(median, float(np.median(np.abs(np.where(np.isfinite(numbers), numbers, 1e300) - median))))

    def __str__(self) -> str:
        if not np.isfinite(self.median):
            return "-" if np.isnan(self.median) else "failed"
        return number_text(self.median, self.mad)


@dataclass(frozen=True)
class Summary:
    """All results of one experiment.

    Attributes:
        point: Its labels in the table.
        wanted: Planned number of runs.
        rows: The results of runs that have ended.
    """

    point: Point
    wanted: int
    rows: tuple[ResultRow, ...]

    @property
    def runs(self) -> int:
        """Number of runs that have ended."""
        return len(self.rows)

    @property
    def failed(self) -> int:
        """Number of runs that failed."""
        return sum(1 for row in self.rows if row.failure)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all metrics that any run has measured."""
        return tuple(dict.fromkeys(name for row in self.rows for name in row.metrics))

    def metrics(self, name: str) -> list[Metric]:
        """One metric, from all runs that have measured it."""
        return [row.metrics[name] for row in self.rows if name in row.metrics]

    def protocol(self, name: str) -> str | None:
        """The protocol of a metric; None if the runs used different ones."""
        found = {metric.protocol for metric in self.metrics(name)}
        return found.pop() if len(found) == 1 else None

    def better(self, name: str) -> Better:
        """Whether lower or higher values of a metric are better."""
        return self.metrics(name)[0].better

    def values(self, name: str) -> list[float]:
        """The values of a metric over seeds. A failed run gets the worst value, or is left out if there is none."""
        found = [metric.value for metric in self.metrics(name)]
        loss = worst(self.better(name)) if found else np.nan
        return found if np.isnan(loss) else [loss if np.isnan(v) else v for v in found] + [loss] * self.failed

    def spread(self, name: str) -> Spread:
        """Median and scatter of a metric over seeds; NaN if no run has measured it."""
        return Spread.of(self.values(name))

    @property
    def verdicts(self) -> Counter[str]:
        """Number of runs with each verdict."""
        return Counter(row.facts[VERDICT] for row in self.rows if VERDICT in row.facts)


def summarize(jobs: Sequence[Job], store: ResultStore) -> list[Summary]:
    """A summary of every experiment among the jobs, in their order."""
    points: dict[Point, list[Job]] = {}
    for job in jobs:
        points.setdefault(job.point, []).append(job)
    return [Summary(point, len(group), tuple(store.rows(group))) for point, group in points.items()]


def columns_of(summaries: Iterable[Summary]) -> list[str]:
    """Names of the metrics for which at least one experiment has a number."""
    found = ((name, summary) for summary in summaries for name in summary.names)
    return list(dict.fromkeys(name for name, summary in found if not np.isnan(summary.spread(name).median)))


def header(summaries: Sequence[Summary]) -> list[str]:
    """The headings of the table that is shown."""
    return [
        *(spreadsheet_cell(axis) for axis, _ in summaries[0].point),
        "runs",
        *columns_of(summaries),
        "reconstructed",
    ]


def texts(summaries: Sequence[Summary]) -> list[list[str]]:
    """The rows of the table that is shown, as texts."""
    columns = columns_of(summaries)
    return [
        [
            *(spreadsheet_cell(label) for _, label in summary.point),
            f"{summary.runs}" if summary.runs == summary.wanted else f"{summary.runs} of {summary.wanted}",
            *(str(summary.spread(name)) for name in columns),
            f"{summary.verdicts[Outcome.RECONSTRUCTED]} of {summary.runs}",
        ]
        for summary in summaries
    ]


def write_table(summaries: Sequence[Summary], folder: Path) -> None:
    """Write the table as numbers to `table.csv` in a folder."""
    columns = columns_of(summaries)
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    numbers = [f"{name}{part}" for name in columns for part in ("", " mad")]
    writer.writerow([*(spreadsheet_cell(axis) for axis, _ in summaries[0].point), "runs", "failed", *numbers, *Outcome])
    for summary in summaries:
        values = [value for name in columns for value in summary.spread(name)]
        counts = [summary.verdicts[word] for word in Outcome]
        writer.writerow(
            [*(spreadsheet_cell(label) for _, label in summary.point), summary.runs, summary.failed, *values, *counts]
        )
    write_atomically(folder / "table.csv", content.getvalue().encode())

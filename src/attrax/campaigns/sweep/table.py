"""The table of a sweep: for every point the median over seeds, and how far the seeds scatter."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from attrax.campaigns.sweep.execution import ended
from attrax.campaigns.sweep.tasks import Point, Task
from attrax.measures import Outcome
from attrax.runs.tree_file import write_atomically


class Spread(NamedTuple):
    """A median over seeds and the median absolute deviation from it."""

    median: float
    mad: float

    @classmethod
    def of(cls, values: Sequence[float | None]) -> "Spread":
        """None counts as infinitely bad: a failure is a loss and no missing value."""
        numbers = np.array([np.inf if value is None else value for value in values], dtype=float)
        median = float(np.median(numbers)) if len(numbers) else float("nan")
        if not np.isfinite(median):
            return cls(median, 0.0)
        return cls(median, float(np.median(np.abs(np.where(np.isfinite(numbers), numbers, 1e300) - median))))

    def __str__(self) -> str:
        if not np.isfinite(self.median):
            return "-" if np.isnan(self.median) else "failed"
        number = f"{self.median:,.0f}" if abs(self.median) >= 1000 else f"{self.median:.3g}"
        return f"{number} ± {self.mad:.1g}" if self.mad else number


class Line(NamedTuple):
    """One point of the sweep.

    Attributes:
        point: Its labels.
        runs: Runs that have ended.
        wanted: Runs there are to be.
        failed: How many of the ended ones have no scores.
        words: How often each verdict was given.
        spreads: Parameters, scores, exponent and seconds, by column.
        scales: What the scores are to be held against, one a run.
    """

    point: Point
    runs: int
    wanted: int
    failed: int
    words: dict[str, int]
    spreads: dict[str, Spread]
    scales: tuple["Scales", ...] = ()


class Scales(NamedTuple):
    """What the scores of a run are to be held against, by column.

    Attributes:
        protocol: How each was computed.
        floor: Data against data.
        null: A linear model.
    """

    protocol: dict[str, str]
    floor: dict[str, float | None]
    null: dict[str, float | None]


def lines_of(tasks: Sequence[Task], folder: Path) -> list[Line]:
    """A line for every point, in the order of the tasks."""
    points: dict[Point, list[Task]] = {}
    for task in tasks:
        points.setdefault(task.point, []).append(task)
    return [_line(point, group, folder) for point, group in points.items()]


def _line(point: Point, tasks: Sequence[Task], folder: Path) -> Line:
    runs = [run for task in tasks if (run := ended(task, folder)) is not None]
    scored = [run for run in runs if run["scores"] is not None]
    words = Counter(run["scores"]["verdict"] for run in scored)
    spreads: dict[str, Spread] = {}
    if scored:
        spreads["parameters"] = Spread.of([run["parameters"] for run in scored])
        for i, row in enumerate(scored[0]["scores"]["rows"]):
            values = [run["scores"]["rows"][i]["model"]["value"] for run in scored]
            spreads[row["name"]] = Spread.of(values + [None] * (len(runs) - len(scored)))
        found = [run["exponent"][0] for run in scored if run.get("exponent")]
        spreads["exponent"] = Spread.of(found)
        spreads["seconds"] = Spread.of([run["seconds"] for run in scored])
    scales = tuple(_scales(run["scores"]["rows"]) for run in scored)
    return Line(point, len(runs), len(tasks), len(runs) - len(scored), dict(words), spreads, scales)


def _scales(rows: Sequence[dict[str, Any]]) -> Scales:
    return Scales(
        protocol={row["name"]: row["model"]["protocol"] for row in rows},
        floor={row["name"]: row["floor"] and row["floor"]["value"] for row in rows},
        null={row["name"]: row["null"] and row["null"]["value"] for row in rows},
    )


def columns_of(lines: Sequence[Line]) -> list[str]:
    """The columns that any line has a number for."""
    return list(
        dict.fromkeys(name for line in lines for name, value in line.spreads.items() if not np.isnan(value.median))
    )


def header(lines: Sequence[Line]) -> list[str]:
    """The columns of the table for people."""
    return [*(axis for axis, _ in lines[0].point), "runs", *columns_of(lines), "reconstructed"]


def texts(lines: Sequence[Line]) -> list[list[str]]:
    """The table for people, without its header."""
    columns = columns_of(lines)
    return [
        [
            *(label for _, label in line.point),
            f"{line.runs}" if line.runs == line.wanted else f"{line.runs} of {line.wanted}",
            *(str(line.spreads.get(name, "-")) for name in columns),
            f"{line.words.get(Outcome.RECONSTRUCTED, 0)} of {line.runs}",
        ]
        for line in lines
    ]


def write_table(lines: Sequence[Line], folder: Path) -> None:
    """Write `table.csv`, numbers for programs."""
    columns = columns_of(lines)
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    numbers = [f"{name}{part}" for name in columns for part in ("", " mad")]
    writer.writerow([*(axis for axis, _ in lines[0].point), "runs", "failed", *numbers, *Outcome])
    for line in lines:
        values = [value for name in columns for value in line.spreads.get(name, Spread(np.nan, np.nan))]
        counts = [line.words.get(word, 0) for word in Outcome]
        writer.writerow([*(label for _, label in line.point), line.runs, line.failed, *values, *counts])
    write_atomically(folder / "table.csv", content.getvalue().encode())

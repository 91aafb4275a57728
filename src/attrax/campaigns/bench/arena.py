"""`Arena`: computes the results of all methods on all contests of a suite, and writes the tables."""

import csv
import io
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from attrax.campaigns.bench.contest import AbstractSuite
from attrax.campaigns.bench.contest_experiment import ContestExperiment
from attrax.campaigns.bench.contest_metrics import NAMES, SPECS
from attrax.campaigns.bench.standing import (
    PUBLISHED,
    Place,
    Results,
    is_published,
    ranks,
    score_matrix,
    standing,
)
from attrax.campaigns.budget import Budget
from attrax.campaigns.campaign import Campaign
from attrax.campaigns.cluster import Cluster
from attrax.campaigns.engines import open_engine
from attrax.campaigns.execution import compute_in_turn
from attrax.campaigns.experiment import Bundle, Job, Point
from attrax.campaigns.metric import Metric
from attrax.campaigns.result_store import ResultRow, ResultStore
from attrax.core.safe_text import markdown_cell, spreadsheet_cell
from attrax.runs.console import Console, show_path
from attrax.runs.tree_file import write_atomically

DECIDES = "smape"


@dataclass(frozen=True)
class Arena:
    """A suite, the methods that are compared on it, and the store of results.

    Attributes:
        suite: The suite of contests.
        contests: Names of the contests to compute.
        rivals: Names of the methods.
        budget: Limits for each method on a contest: `trials` (settings it may try) and `seconds`.
        seed: Seed of all random numbers.
        store: The store of results. It may also hold results of other settings.
    """

    suite: AbstractSuite
    contests: tuple[str, ...]
    rivals: tuple[str, ...]
    budget: Budget
    seed: int
    store: ResultStore

    @property
    def command(self) -> str:
        """The command that continues this comparison after a stop."""
        trials, seconds = self.budget["trials"], self.budget["seconds"]
        systems = "" if self.contests == self.suite.names else f"--systems {','.join(self.contests)} "
        return (
            f"attrax bench {self.suite.arguments} {systems}--rivals {','.join(self.rivals)} --trials {trials} "
            f"--seconds {seconds:g} --seed {self.seed} --out {shlex.quote(show_path(self.store.folder))}"
        )

    def job(self, contest: str, rival: str) -> Job:
        """The job for a method on a contest."""
        return Job(_point(contest, rival), ContestExperiment(self.suite, contest, rival), self.budget, self.seed)

    def bundles(self) -> tuple[Bundle, ...]:
        """One bundle for each contest with all methods, so that a worker prepares the contest only once."""
        return tuple(
            Bundle(tuple(self.job(name, rival) for rival in self.rivals), compute_in_turn) for name in self.contests
        )

    def compute(self, console: Console, cluster: Cluster) -> None:
        """Compute the results that are missing.

        Raises: Interrupted on Ctrl-C; finished results are kept.
        """
        campaign, bundles = Campaign(self.store, self.command, console), self.bundles()
        campaign.show_plan("bench", bundles, lambda _: np.nan)
        with open_engine(cluster, len(bundles)) as engine:
            campaign.compute(bundles, engine)

    def results(self) -> dict[tuple[str, str], ResultRow]:
        """All results so far, by method and contest, including the published numbers of the suite."""
        found = {
            (method, name): _published_row(method, name, metrics[name])
            for method, metrics in self.suite.published().items()
            for name in self.contests
            if name in metrics
        }
        for bundle in self.bundles():
            for job in bundle.jobs:
                row = self.store.row(job)
                if row is not None:
                    (_, contest), (_, method) = job.point
                    found[method, contest] = row
        return found

    def places(self, results: Results) -> list[Place]:
        """The ranking of the methods over all contests, the best first."""
        return standing(score_matrix(results, self.contests, DECIDES), results)


def _point(contest: str, method: str) -> Point:
    return (("contest", contest), ("method", method))


def _published_row(method: str, contest: str, metrics: dict[str, Metric]) -> ResultRow:
    return ResultRow(f"{method}/{contest}", _point(contest, method), 0, "", metrics, "", np.nan, {PUBLISHED: True}, {})


COLUMNS = ("method", "median smape", "mean rank", "95 %", "failures", "trials", "seconds")


def cells_of(place: Place) -> tuple[str, ...]:
    """A row of the table of methods, as texts."""
    name = f"{place.method} (published)" if place.published else place.method
    cost = ("-", "-") if np.isnan(place.seconds) else (f"{place.trials:.1f}", f"{place.seconds:.2f}")
    interval = f"{place.low:.1f} - {place.high:.1f}"
    return name, f"{place.median:.1f}", f"{place.rank:.1f}", interval, str(place.failures), *cost


def write_tables(arena: Arena, results: Results, places: Sequence[Place]) -> None:
    """Write `table.md` with the ranking, and `values.csv` with every metric of every method on every contest."""
    lines = [
        " | ".join(COLUMNS),
        " | ".join("---" for _ in COLUMNS),
        *(" | ".join(map(markdown_cell, cells_of(p))) for p in places),
    ]
    head = f"`{arena.command}`\n\n"
    folder = arena.store.folder
    folder.mkdir(parents=True, exist_ok=True)
    write_atomically(folder / "table.md", (head + "\n".join(f"| {line} |" for line in lines) + "\n").encode())
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["method", "contest", *NAMES, "seconds", "trials", "failure", "command"])
    for (method, contest), row in results.items():
        numbers = [row.metrics[name].value if name in row.metrics else "" for name in NAMES]
        seconds = "" if is_published(row) else row.seconds
        tail = [seconds, row.facts.get("trials", ""), spreadsheet_cell(row.failure), _command(arena, row)]
        writer.writerow([spreadsheet_cell(method), spreadsheet_cell(contest), *numbers, *tail])
    write_atomically(folder / "values.csv", text.getvalue().encode())


def page_content(arena: Arena, results: Results, places: Iterable[Place]) -> dict[str, Any]:
    """The contents of the HTML page as plain values: texts, numbers and lists; None where there is no number."""
    places = list(places)
    methods = [place.method for place in places]
    table = score_matrix(results, arena.contests, DECIDES)
    each, known = ranks(table), {method: i for i, method in enumerate(table.methods)}
    shown = [known.get(method) for method in methods]
    return {
        "suite": arena.suite.name,
        "command": arena.command,
        "metric": DECIDES,
        "meanings": {name: spec.meaning for name, spec in SPECS.items()},
        "columns": COLUMNS,
        "lines": [cells_of(place) for place in places],
        "methods": methods,
        "contests": arena.contests,
        "values": [[_number(table.values, i, k) for i in shown] for k in range(len(arena.contests))],
        "ranks": [[_number(each, i, k) for i in shown] for k in range(len(arena.contests))],
        "results": {name: [_entry(arena, results, method, name) for method in methods] for name in arena.contests},
    }


def _number(values: np.ndarray, row: int | None, column: int) -> float | None:
    return None if row is None or np.isnan(values[row, column]) else float(values[row, column])


def _entry(arena: Arena, results: Results, method: str, contest: str) -> dict[str, Any]:
    """A method on one contest: its numbers, or why there are none, and the command that repeats it."""
    row = results.get((method, contest))
    if row is None:
        return {"method": method, "values": {}, "remark": "not computed", "command": ""}
    values = {name: metric.value for name, metric in row.metrics.items()}
    remark = "published" if is_published(row) else row.failure or f"{row.seconds:.1f} s"
    return {"method": method, "values": values, "remark": remark, "command": _command(arena, row)}


def _command(arena: Arena, row: ResultRow) -> str:
    """The command that computes a result again; empty for published numbers."""
    if is_published(row):
        return ""
    (_, contest), (_, method) = row.point
    return ContestExperiment(arena.suite, contest, method).command(arena.budget, arena.seed)

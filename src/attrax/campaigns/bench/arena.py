"""The arena at work: a suite, who enters it, and the tables of what came out."""

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
from attrax.campaigns.execution import in_turn
from attrax.campaigns.experiment import Bundle, Job, Point
from attrax.campaigns.metric import Metric
from attrax.campaigns.result_store import ResultRow, ResultStore
from attrax.runs.console import Console, show_path
from attrax.runs.tree_file import write_atomically

DECIDES = "smape"


@dataclass(frozen=True)
class Arena:
    """A suite, the methods that enter it, and the store where results are kept.

    Attributes:
        suite: The contests.
        contests: Those that are wanted.
        rivals: Names of the methods.
        budget: What each may spend on a contest: `trials` and `seconds`.
        seed: Seed of whatever they draw.
        store: Where results lie; those of other settings may lie there too.
    """

    suite: AbstractSuite
    contests: tuple[str, ...]
    rivals: tuple[str, ...]
    budget: Budget
    seed: int
    store: ResultStore

    @property
    def command(self) -> str:
        """What goes on where this has stopped."""
        trials, seconds = self.budget["trials"], self.budget["seconds"]
        systems = "" if self.contests == self.suite.names else f"--systems {','.join(self.contests)} "
        return (
            f"attrax bench {self.suite.arguments} {systems}--rivals {','.join(self.rivals)} --trials {trials} "
            f"--seconds {seconds:g} --seed {self.seed} --out {shlex.quote(show_path(self.store.folder))}"
        )

    def job(self, contest: str, rival: str) -> Job:
        """A method on a contest."""
        return Job(_point(contest, rival), ContestExperiment(self.suite, contest, rival), self.budget, self.seed)

    def bundles(self) -> tuple[Bundle, ...]:
        """All methods on a contest, contest by contest, so that one worker opens it once."""
        return tuple(Bundle(tuple(self.job(name, rival) for rival in self.rivals), in_turn) for name in self.contests)

    def compute(self, console: Console, cluster: Cluster) -> None:
        """Compute what is missing.

        Raises: Interrupted on Ctrl-C; what has ended is kept.
        """
        campaign, bundles = Campaign(self.store, self.command, console), self.bundles()
        campaign.tell_plan("bench", bundles, lambda _: np.nan)
        with open_engine(cluster, len(bundles)) as engine:
            campaign.compute(bundles, engine)

    def results(self) -> dict[tuple[str, str], ResultRow]:
        """What there is, by method and contest; the published numbers of a suite among it."""
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
        """Every method over all contests, the best first."""
        return standing(score_matrix(results, self.contests, DECIDES), results)


def _point(contest: str, method: str) -> Point:
    return (("contest", contest), ("method", method))


def _published_row(method: str, contest: str, metrics: dict[str, Metric]) -> ResultRow:
    return ResultRow(f"{method}/{contest}", _point(contest, method), 0, "", metrics, "", np.nan, {PUBLISHED: True}, {})


COLUMNS = ("method", "median smape", "mean rank", "95 %", "failures", "trials", "seconds")


def cells_of(place: Place) -> tuple[str, ...]:
    """A line of the table of places."""
    name = f"{place.method} (published)" if place.published else place.method
    cost = ("-", "-") if np.isnan(place.seconds) else (f"{place.trials:.1f}", f"{place.seconds:.2f}")
    interval = f"{place.low:.1f} - {place.high:.1f}"
    return name, f"{place.median:.1f}", f"{place.rank:.1f}", interval, str(place.failures), *cost


def write_tables(arena: Arena, results: Results, places: Sequence[Place]) -> None:
    """`table.md` with the places, `values.csv` with every metric of every method on every contest."""
    lines = [" | ".join(COLUMNS), " | ".join("---" for _ in COLUMNS), *(" | ".join(cells_of(p)) for p in places)]
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
        tail = [seconds, row.facts.get("trials", ""), row.failure, _command(arena, row)]
        writer.writerow([method, contest, *numbers, *tail])
    write_atomically(folder / "values.csv", text.getvalue().encode())


def page_content(arena: Arena, results: Results, places: Iterable[Place]) -> dict[str, Any]:
    """What a page shows of the arena, as plain values: texts, numbers, lists of them, None where there is no number."""
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
    """A method on one contest: its numbers, or why there are none, and what repeats it."""
    row = results.get((method, contest))
    if row is None:
        return {"method": method, "values": {}, "remark": "not computed", "command": ""}
    values = {name: metric.value for name, metric in row.metrics.items()}
    remark = "published" if is_published(row) else row.failure or f"{row.seconds:.1f} s"
    return {"method": method, "values": values, "remark": remark, "command": _command(arena, row)}


def _command(arena: Arena, row: ResultRow) -> str:
    """What computes a row again; nothing does a published one."""
    if is_published(row):
        return ""
    (_, contest), (_, method) = row.point
    return ContestExperiment(arena.suite, contest, method).command(arena.budget, arena.seed)

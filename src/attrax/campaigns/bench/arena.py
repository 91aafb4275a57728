"""The arena at work: the engines of sweeps compute what is missing, what is there is kept, tables are written."""

import csv
import io
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from attrax.campaigns.bench.cell import INVARIANTS, Budget, Cell, Job, kept, play
from attrax.campaigns.bench.contest import AbstractSuite
from attrax.campaigns.bench.standing import Place, Table, standing, value
from attrax.campaigns.sweep.description import Cluster
from attrax.campaigns.sweep.engines import open_engine
from attrax.core.errors import Interrupted
from attrax.measures.forecast_metrics import METRICS
from attrax.runs.console import Console, show_path
from attrax.runs.tree_file import write_atomically

DECIDES = "smape"


@dataclass(frozen=True)
class Arena:
    """A suite, the methods that enter it, and the folder where results are kept.

    Attributes:
        suite: The contests.
        contests: Those that are wanted.
        rivals: Names of the methods.
        budget: What each may spend on a contest.
        seed: Seed of whatever they draw.
        folder: Where results lie; those of other settings may lie there too.
    """

    suite: AbstractSuite
    contests: tuple[str, ...]
    rivals: tuple[str, ...]
    budget: Budget
    seed: int
    folder: Path

    @property
    def command(self) -> str:
        """What goes on where this has stopped."""
        b = self.budget
        return (
            f"attrax bench {self.suite.arguments} --rivals {','.join(self.rivals)} --trials {b.trials} "
            f"--seconds {b.seconds:g} --seed {self.seed} --out {shlex.quote(show_path(self.folder))}"
        )

    def cells(self, contest: str) -> tuple[Cell, ...]:
        """All methods on one contest."""
        return tuple(Cell(self.suite, contest, rival, self.budget, self.seed) for rival in self.rivals)

    def jobs(self) -> list[Job]:
        """What is missing, a job a contest."""
        todo = (tuple(c for c in self.cells(name) if kept(c, self.folder) is None) for name in self.contests)
        return [Job(cells) for cells in todo if cells]

    def compute(self, console: Console, *, workers: int | None = None, scheduler: str = "") -> None:
        """Compute what is missing.

        Raises: Interrupted on Ctrl-C; what is finished is kept.
        """
        jobs = self.jobs()
        total = len(self.contests) * len(self.rivals)
        sizes = {job.id: len(job.cells) for job in jobs}
        done = first = total - sum(sizes.values())
        console.say("bench", f"{len(self.contests)} contests x {len(self.rivals)} methods, {first} of {total} done")
        (self.folder / "cells").mkdir(parents=True, exist_ok=True)
        try:
            with (
                open_engine(Cluster(workers=workers or 0, scheduler=scheduler), len(jobs)) as engine,
                console.progress("contests", max(total, 1), first) as move,
            ):
                for outcome in engine.run(jobs, partial(play, folder=self.folder)):
                    done += sizes[outcome.job]
                    move(done, "")
                    if outcome.error:
                        console.say("lost", f"{sizes[outcome.job]} cells: {outcome.error}")
        except KeyboardInterrupt:
            raise Interrupted(f"stopped; what is finished is kept\ngo on with:  {self.command}") from None

    def results(self) -> dict[tuple[str, str], dict[str, Any]]:
        """What there is, by method and contest; the published numbers of a suite among it."""
        ours = {
            (cell.rival, name): found
            for name in self.contests
            for cell in self.cells(name)
            if (found := kept(cell, self.folder)) is not None
        }
        theirs = {
            (method, name): {"metrics": metrics[name], "failure": "", "published": True}
            for method, metrics in self.suite.published().items()
            for name in self.contests
            if name in metrics
        }
        return {**theirs, **ours}


def table_of(arena: Arena, results: dict[tuple[str, str], dict[str, Any]], metric: str) -> Table:
    """All values of a metric, of every method that has one."""
    methods = tuple(dict.fromkeys(method for method, _ in results))
    values = np.array([[value(results.get((m, c)), metric) for c in arena.contests] for m in methods])
    known = np.flatnonzero(~np.isnan(values).all(axis=1))
    return Table(metric, tuple(methods[i] for i in known), arena.contests, values[known])


def places_of(arena: Arena, results: dict[tuple[str, str], dict[str, Any]], metric: str = DECIDES) -> list[Place]:
    """Every method over all contests."""
    published = tuple(arena.suite.published())
    own = {key: result for key, result in results.items() if key[0] not in published}
    return standing(table_of(arena, results, metric), own, published)


COLUMNS = ("method", "median smape", "mean rank", "95 %", "failures", "trials", "seconds")


def cells_of(place: Place) -> tuple[str, ...]:
    """A line of the table of places."""
    name = f"{place.method} (published)" if place.published else place.method
    cost = ("-", "-") if np.isnan(place.seconds) else (f"{place.trials:.1f}", f"{place.seconds:.2f}")
    interval = f"{place.low:.1f} - {place.high:.1f}"
    return name, f"{place.median:.1f}", f"{place.rank:.1f}", interval, str(place.failures), *cost


def write_tables(arena: Arena, results: dict[tuple[str, str], dict[str, Any]], places: Sequence[Place]) -> None:
    """`table.md` with the places, `values.csv` with every metric of every method on every contest."""
    rows = [" | ".join(COLUMNS), " | ".join("---" for _ in COLUMNS), *(" | ".join(cells_of(p)) for p in places)]
    head = f"`{arena.command}`\n\n"
    write_atomically(arena.folder / "table.md", (head + "\n".join(f"| {row} |" for row in rows) + "\n").encode())
    text = io.StringIO()
    names = [*METRICS, "valid_time", "kl_attractor", "hellinger_spectrum", "D_stsp", *INVARIANTS]
    writer = csv.writer(text)
    writer.writerow(["method", "contest", *names, "seconds", "trials", "failure", "command"])
    for (method, contest), result in results.items():
        numbers = [result.get("metrics", {}).get(name, "") for name in names]
        tail = [result.get(name, "") for name in ("seconds", "trials", "failure", "command")]
        writer.writerow([method, contest, *numbers, *tail])
    write_atomically(arena.folder / "values.csv", text.getvalue().encode())

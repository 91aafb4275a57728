"""What a person may ask of the arena."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrax.campaigns.bench.arena import COLUMNS, Arena, cells_of, places_of, write_tables
from attrax.campaigns.bench.cell import Budget
from attrax.campaigns.bench.contest import AbstractSuite
from attrax.campaigns.bench.field import entrants, rival_of
from attrax.campaigns.bench.published import Published
from attrax.campaigns.bench.standing import Place
from attrax.campaigns.bench.systems import all_flows, quick
from attrax.core.errors import ConfigError
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.core.spec import nearest
from attrax.registries import RIVALS
from attrax.runs.console import Console

QUICK_NETWORK = "n-beats"
SUITES = {"quick": quick, "dysts": all_flows}
FILES = 2


def open_arena(
    suite: str,
    data: list[Path],
    *,
    systems: str,
    rivals: str,
    trials: int,
    seconds: float,
    seed: int,
    folder: Path,
) -> Arena:
    """The arena that the options describe; what is missing is told before anything is computed.

    Raises: ConfigError C640 for a library, C641 for a method, C643 for a contest, C644 for the files of a suite.
    """
    opened = _published(data) if suite == "published" else SUITES[suite]()
    names = tuple(rivals.split(",")) if rivals else _usual(suite)
    for name in names:
        rival_of(name)
        if name in RIVALS.names and RIVALS.spec(name).needs:
            RIVAL_LIBRARIES.check(RIVALS.spec(name).needs, place=name)
    return Arena(opened, _contests(opened, systems), names, Budget(trials, seconds), seed, folder)


def _usual(suite: str) -> tuple[str, ...]:
    """Everybody; but of the networks, which take most of the time, only one enters the quick suite unasked."""
    slow = {name for name, spec in RIVALS.specs().items() if spec.network and name != QUICK_NETWORK}
    return tuple(name for name in entrants() if name not in slow or suite != "quick")


def list_rivals() -> Iterator[tuple[str, str, str, str]]:
    """Every method: its name, what it is, where it is described, and what it takes."""
    for name, one in entrants().items():
        yield name, one.title, one.paper or "-", one.needs or "-"


def run(
    arena: Arena, console: Console, *, workers: int | None, scheduler: str
) -> tuple[dict[tuple[str, str], dict[str, Any]], list[Place]]:
    """Compute what is missing, and show and write the tables; all results, and every method's place."""
    if isinstance(arena.suite, Published):
        arena.suite.published()
        scores, known = arena.suite.recomputed()
        console.say("published", f"{scores:,} scores agree with the series; {known} were recomputed from forecasts")
    arena.compute(console, workers=workers, scheduler=scheduler)
    results = arena.results()
    places = places_of(arena, results)
    write_tables(arena, results, places)
    console.table(COLUMNS, map(cells_of, places))
    return results, places


def _published(data: list[Path]) -> Published:
    if len(data) != FILES:
        raise ConfigError(
            "C644",
            "the published suite needs two files",
            where=f"--data was given {len(data)} times",
            why="the series and the published scores are not part of attrax",
            fix="--data SERIES.npz --data SCORES.csv",
        )
    return Published(*data)


def _contests(suite: AbstractSuite, systems: str) -> tuple[str, ...]:
    wanted = tuple(systems.split(",")) if systems else suite.names
    for name in wanted:
        if name not in suite.names:
            raise ConfigError(
                "C643",
                f"unknown contest {name!r}",
                where=f"--systems, suite {suite.name}",
                why=f"the suite has {len(suite.names)} contests, such as {', '.join(suite.names[:5])}",
                fix=f"--systems {nearest(name, suite.names)}",
            )
    return wanted

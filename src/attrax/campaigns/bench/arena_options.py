"""Turns the options of `attrax bench` into an `Arena`, and runs it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from attrax.campaigns.bench.arena import COLUMNS, Arena, cells_of, page_content, write_tables
from attrax.campaigns.bench.contest import AbstractSuite
from attrax.campaigns.bench.entrants import entrant_of, entrants
from attrax.campaigns.bench.published_suite import PublishedSuite
from attrax.campaigns.bench.system_suite import all_flows, quick
from attrax.campaigns.budget import Budget
from attrax.campaigns.cluster import Cluster
from attrax.campaigns.result_store import ResultStore
from attrax.core.errors import ConfigError
from attrax.core.optional_library import RIVAL_LIBRARIES
from attrax.core.spec import nearest
from attrax.registries import RIVALS
from attrax.runs.console import Console

QUICK_NETWORK = "n-beats"
FILES = 2


class SuiteChoice(NamedTuple):
    """A suite of the command line, chosen by its name.

    Attributes:
        open: Makes the suite of the files that a person gives.
        slow_networks: Whether all networks are included by default; they need most of the computing time.
    """

    open: Callable[[list[Path]], AbstractSuite]
    slow_networks: bool = True


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
    """The arena for the options of a command; missing libraries and files are found before anything is computed.

    Args:
        suite: `quick`, `dysts` or `published`.
        data: For `published`: the file of series and the file of scores.
        systems: Names of contests, comma separated; all if empty.
        rivals: Names of methods, comma separated; the usual ones if empty.
        trials: Number of settings that each method may try.
        seconds: Time after which no further setting is tried.
        seed: Seed of all random numbers.
        folder: The folder of results.

    Raises: ConfigError C640 for a missing library, C641 for an unknown method, C643 for an unknown contest, C644 if
        `published` is not given two files.
    """
    choice = SUITES[suite]
    opened = choice.open(data)
    names = tuple(rivals.split(",")) if rivals else _usual(choice)
    for name in names:
        entrant_of(name)
        if name in RIVALS.names and RIVALS.spec(name).needs:
            RIVAL_LIBRARIES.check(RIVALS.spec(name).needs, place=name)
    budget = Budget(values={"trials": trials, "seconds": seconds})
    return Arena(opened, _contests(opened, systems), names, budget, seed, ResultStore(folder))


def _usual(choice: SuiteChoice) -> tuple[str, ...]:
    """All methods. Of the networks only one in suites for which they are too slow."""
    slow = {name for name, spec in RIVALS.specs().items() if spec.network and name != QUICK_NETWORK}
    return tuple(name for name in entrants() if name not in slow or choice.slow_networks)


def list_rivals() -> Iterator[tuple[str, str, str, str]]:
    """Every method: its name, title, reference, and the library it needs."""
    for name, one in entrants().items():
        yield name, one.title, one.paper or "-", one.needs or "-"


def run(arena: Arena, console: Console, cluster: Cluster) -> dict[str, Any]:
    """Compute the missing results, then show and write the tables.

    Returns: The contents of the HTML page, from `page_content`.
    """
    if isinstance(arena.suite, PublishedSuite):
        arena.suite.published()
        scores, known = arena.suite.recomputed()
        console.say("published", f"{scores:,} scores agree with the series; {known} were recomputed from forecasts")
    arena.compute(console, cluster)
    results = arena.results()
    places = arena.places(results)
    write_tables(arena, results, places)
    console.table(COLUMNS, map(cells_of, places))
    return page_content(arena, results, places)


def _published(data: list[Path]) -> PublishedSuite:
    if len(data) != FILES:
        raise ConfigError(
            "C644",
            "the published suite needs two files",
            where=f"--data was given {len(data)} times",
            why="the series and the published scores are not part of attrax",
            fix="--data SERIES.npz --data SCORES.csv",
        )
    return PublishedSuite(*data)


SUITES = {
    "quick": SuiteChoice(lambda _: quick(), slow_networks=False),
    "dysts": SuiteChoice(lambda _: all_flows()),
    "published": SuiteChoice(_published),
}


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

"""The field: all methods that can enter a contest, those of the library and those that were added."""

from dataclasses import dataclass

from attrax.baselines.catalogue import RIVALS, Fit
from attrax.core.errors import ConfigError
from attrax.runs.bench.external import added
from attrax.runs.bench.own import OWN
from attrax.runs.config import nearest


@dataclass(frozen=True)
class Entrant:
    """A method in the table.

    Attributes:
        title: What it is called.
        fits: Its settings, the usual ones first.
        identity: What tells this method from another of the same name; empty for those of the library.
    """

    title: str
    fits: tuple[Fit, ...]
    identity: str = ""


def entrants() -> dict[str, Entrant]:
    """Every method by name: ours, the rivals, and the rivals that run in environments of their own."""
    known = {name: Entrant(rival.title, rival.fits) for name, rival in {**OWN, **RIVALS}.items()}
    return known | {name: Entrant(name, (one.fit,), one.identity) for name, one in added().items()}


def rival_of(name: str) -> Entrant:
    """The method of that name.

    Raises: ConfigError C641 if there is none.
    """
    known = entrants()
    if name not in known:
        raise ConfigError(
            "C641",
            f"unknown rival {name!r}",
            where="--rivals",
            why="rivals are: " + ", ".join(known),
            fix=f"--rivals {nearest(name, known)}",
        )
    return known[name]

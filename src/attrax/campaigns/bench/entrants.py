"""`Entrant`: a method that can be compared; from attrax itself, its rivals, or external rivals added by the user."""

import sys
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrax.baselines.rival_spec import Fit, RivalSpec
from attrax.campaigns.bench.external import ExternalRival, added_rivals
from attrax.campaigns.bench.own import OWN
from attrax.core.errors import ConfigError
from attrax.core.spec import nearest
from attrax.registries import RIVALS


@dataclass(frozen=True)
class Entrant:
    """A method that can be compared with others.

    Attributes:
        title: Its title in tables.
        fits: Functions that fit it, one for each setting; the usual setting first.
        identity: What its results depend on: its settings, and a hash of the program that fits it.
        paper: Its reference: authors, title and year.
        needs: The library or the environment it needs.
    """

    title: str
    fits: tuple[Fit, ...]
    identity: Any
    paper: str = ""
    needs: str = ""


def entrants() -> dict[str, Entrant]:
    """All methods by name: attrax, the rivals, and the external rivals."""
    known = {name: _from_spec(rival) for name, rival in {**OWN, **RIVALS.specs()}.items()}
    return known | {name: _from_external_rival(name, one) for name, one in added_rivals().items()}


def entrant_of(name: str) -> Entrant:
    """The method with this name.

    Raises: ConfigError C641 if there is none.
    """
    if name in OWN or name in RIVALS.names:
        return _from_spec(OWN[name] if name in OWN else RIVALS.spec(name))
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


def _from_spec(rival: RivalSpec) -> Entrant:
    return Entrant(rival.title, rival.fits, [_settings(fit) for fit in rival.fits], rival.paper, rival.needs)


def _from_external_rival(name: str, one: ExternalRival) -> Entrant:
    return Entrant(name, (one.fit,), one.identity, needs=f"{one.python} ({one.licence})")


def _settings(fit: Fit) -> dict[str, Any]:
    """What identifies a fit: the name of its function, its settings, and a hash of its file."""
    function, chosen = (fit.func, fit.keywords) if isinstance(fit, partial) else (fit, {})
    file = getattr(sys.modules.get(function.__module__), "__file__", None)
    settings = {key: repr(value) for key, value in chosen.items()}
    return {"fit": function.__qualname__, "settings": settings, "program": _hash_of(file)}


@cache
def _hash_of(file: str | None) -> str:
    """The SHA-256 of a file; read only once, because every job uses it."""
    return sha256(Path(file).read_bytes() if file else b"").hexdigest()

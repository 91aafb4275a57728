"""Invariants: what is known about the attractor of each system, measured here and published elsewhere.

`measured.json` is made by `attrax systems --measure measured.json`; `published.json` holds the annotations of
[@gilpin2021], which were computed with shorter orbits.
"""

import json
from functools import cache
from importlib.resources import files


@cache
def measured() -> dict[str, dict]:
    """Exponents, their standard errors, Kaplan-Yorke dimension and dominant period of each system, by name.

    Example:
        >>> round(measured()["lorenz63"]["exponents"][0], 1)
        0.9
    """
    return _read("measured.json")


@cache
def published() -> dict[str, dict]:
    """Largest exponent, Kaplan-Yorke dimension and dominant period as published, by name.

    Example:
        >>> published()["lorenz63"]["exponent"]
        0.8917
    """
    return _read("published.json")


def known_exponents(name: str) -> tuple[float, ...]:
    """The measured exponents of a system; empty where they could not be measured."""
    return tuple(measured().get(name, {}).get("exponents", ()))


def _read(name: str) -> dict[str, dict]:
    return json.loads(files("attrax.systems").joinpath(name).read_text(encoding="utf-8"))

"""Known Lyapunov exponents, dimensions and periods of the built-in systems, measured by attrax and published.

`measured.json` is written by `attrax systems --measure measured.json`. `published.json` holds the values of Gilpin,
Chaos as an interpretable benchmark, NeurIPS 2021 [@gilpin2021], which were computed from shorter orbits.
"""

import json
from functools import cache
from importlib.resources import files


@cache
def measured() -> dict[str, dict]:
    """Exponents with standard errors, Kaplan-Yorke dimension and dominant period, measured by attrax, by system name.

    Example:
        >>> round(measured()["lorenz63"]["exponents"][0], 1)
        0.9
    """
    return _read("measured.json")


@cache
def published() -> dict[str, dict]:
    """Published largest exponent, Kaplan-Yorke dimension and dominant period, by system name.

    Example:
        >>> published()["lorenz63"]["exponent"]
        0.8917
    """
    return _read("published.json")


def known_exponents(name: str) -> tuple[float, ...]:
    """The measured exponents of a system, in descending order; empty if they could not be measured."""
    return tuple(measured().get(name, {}).get("exponents", ()))


def _read(name: str) -> dict[str, dict]:
    return json.loads(files("attrax.systems").joinpath(name).read_text(encoding="utf-8"))

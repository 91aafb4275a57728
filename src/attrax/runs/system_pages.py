"""The catalogue as a person sees it: a line for each system, and a page about one."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from attrax.runs.system_recordings import Sampling, make
from attrax.systems import catalogue
from attrax.systems.known_invariants import measured, published
from attrax.systems.system import System

# Where the two largest exponents or the two periods differ by more than so much, both are shown.
AGREE = 0.05
COLUMNS = ("name", "dim", "domain", "period", "exponent", "source")


def listed() -> list[dict[str, Any]]:
    """What is known about every system in a line: name, dimension, domain, period, largest exponent, citation."""
    return [_line(catalogue.find(name)) for name in catalogue.names()]


def row(line: dict[str, Any]) -> tuple[str, ...]:
    """The cells of a line of `listed`, in the order of `COLUMNS`."""
    dimension = "∞" if line["dimension"] is None else str(line["dimension"])
    numbers = ("-" if line[key] is None else f"{line[key]:.4g}" for key in ("period", "exponent"))
    return line["name"], dimension, line["domain"], *numbers, _authors(line["citation"])


def _authors(citation: str) -> str:
    """The authors and the year of a citation."""
    authors, year, _ = citation.partition(").")
    return authors + year[:1] if year else citation.partition(".")[0]


def _line(system: System) -> dict[str, Any]:
    known = measured().get(system.name, {})
    return {
        "name": system.name,
        "title": system.title,
        "dimension": None if system.has_memory else len(system.channels),
        "domain": system.domain,
        "period": system.period or None,
        "exponent": system.exponents[0] if system.exponents else None,
        "kaplan_yorke": known.get("kaplan_yorke"),
        "citation": system.citation,
    }


def described(name: str) -> dict[str, Any]:
    """Everything that is known about one system.

    Raises: `DataError` D120 for a name that is not in the catalogue.
    """
    system = catalogue.find(name)
    parameters = getattr(system.dynamics, "parameters", None) or _fields(system)
    return {
        **_line(system),
        "summary": system.summary,
        "equations": list(system.equations),
        "parameters": {key: np.asarray(value).tolist() for key, value in parameters.items()},
        "start": list(system.z0),
        "channels": list(system.observed_channels),
        "phases": dict(system.phases),
        "time_step": system.dt,
        "transient": system.transient,
        "exponents": list(system.exponents),
        "measured": measured().get(name, {}),
        "published": published().get(name, {}),
    }


def _fields(system: System) -> dict[str, Any]:
    return {key: value for key, value in vars(system.dynamics).items() if key != "dt"}


def page(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """What `described` found, as lines with a label."""
    found, elsewhere = facts["measured"], facts["published"]
    rows = [("system", f"{facts['title']} ({facts['name']}), {facts['domain']}"), ("", facts["summary"])]
    rows += [("equations" if i == 0 else "", text) for i, text in enumerate(facts["equations"])]
    rows.append(("with", ", ".join(f"{key} = {_short(value)}" for key, value in facts["parameters"].items()) or "none"))
    rows.append(("start", ", ".join(f"{value:.6g}" for value in facts["start"])))
    if facts["phases"]:
        circles = ", ".join(f"{key} (circle of {length:.6g})" for key, length in facts["phases"].items())
        rows.append(("phases", f"{circles}, recorded as cosine and sine"))
    if facts["period"]:
        rows.append(("period", f"{facts['period']:.5g}{_beside(found, 'period')}"))
    if found.get("exponents"):
        pairs = zip(found["exponents"], found["std_error"], strict=True)
        rows.append(("exponents", ", ".join(f"{value:.4g} ± {error:.1g}" for value, error in pairs)))
        rows.append(("", f"measured over {found['time']:.4g} units of time, {found['result'].lower()}"))
        rows.append(("dimension", f"{found['kaplan_yorke']:.4g} ± {found['kaplan_yorke_error']:.1g} (Kaplan-Yorke)"))
    if elsewhere:
        rows.append(("published", _published(elsewhere, found)))
    return [*rows, ("source", facts["citation"])]


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, int | float) else json.dumps(value)


def _beside(found: dict[str, Any], key: str) -> str:
    return f" (measured {found[key]:.4g} ± {found[key + '_error']:.1g})" if key in found else ""


def _published(elsewhere: dict[str, Any], found: dict[str, Any]) -> str:
    text = f"largest exponent {elsewhere['exponent']:.4g}"
    if elsewhere["kaplan_yorke"] is not None:
        text += f", dimension {elsewhere['kaplan_yorke']:.4g}"
    ours = (found.get("exponents") or [math.nan])[0]
    return text + ("; differs" if abs(ours - elsewhere["exponent"]) > AGREE * abs(elsewhere["exponent"]) else "")


def draw(name: str, folder: Path) -> Path:
    """A picture of the attractor of a system, from 50 periods (5000 steps of a map)."""
    from attrax.plots.attractor import attractor_figure
    from attrax.runs.figure_files import write_figures

    recording = make(name, Sampling(points=5000))[0]
    figure = attractor_figure({catalogue.find(name).title: recording.x}, recording.channels, name=name)
    return write_figures((figure,), folder)[0]

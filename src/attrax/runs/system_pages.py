"""What `attrax systems` shows: a table of all built-in systems, or the facts about one."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from attrax.core.number_text import number_text
from attrax.runs.system_recordings import RecordOptions, record_system
from attrax.systems import catalogue
from attrax.systems.known_invariants import measured, published
from attrax.systems.system import System

# Measured and published exponents that differ by more than this share are marked.
AGREE = 0.05
MOST_NUMBERS = 20
"""Numbers of an initial state that are shown; a lattice has hundreds."""
COLUMNS = ("name", "dim", "domain", "period", "exponent", "source")


def system_rows() -> list[dict[str, Any]]:
    """For every system: name, title, dimension, domain, period, largest exponent, Kaplan-Yorke dimension, source."""
    return [_line(catalogue.find(name)) for name in catalogue.names()]


def cells_of(line: dict[str, Any]) -> tuple[str, ...]:
    """The cells of one row of the table, in the order of `COLUMNS`."""
    dimension = "∞" if line["dimension"] is None else str(line["dimension"])
    numbers = (number_text(line[key], digits=4) for key in ("period", "exponent"))
    return line["name"], dimension, line["domain"], *numbers, _authors(line["citation"])


def _authors(citation: str) -> str:
    """Authors and year of a citation."""
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


def system_facts(name: str) -> dict[str, Any]:
    """All facts about one system, as plain values for JSON.

    Raises: `DataError` D120 if no built-in system has this name.
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


def fact_lines(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """The facts from `system_facts` as lines of text, each with a label."""
    found, elsewhere = facts["measured"], facts["published"]
    rows = [("system", f"{facts['title']} ({facts['name']}), {facts['domain']}"), ("", facts["summary"])]
    rows += [("equations" if i == 0 else "", text) for i, text in enumerate(facts["equations"])]
    rows.append(("with", ", ".join(f"{key} = {_short(value)}" for key, value in facts["parameters"].items()) or "none"))
    more = f" and {len(facts['start']) - MOST_NUMBERS} more" * (len(facts["start"]) > MOST_NUMBERS)
    rows.append(("start", ", ".join(f"{value:.6g}" for value in facts["start"][:MOST_NUMBERS]) + more))
    if facts["phases"]:
        circles = ", ".join(f"{key} (one turn is {length:.6g})" for key, length in facts["phases"].items())
        rows.append(("phases", f"{circles}, recorded as cosine and sine"))
    if facts["period"]:
        rows.append(("period", f"{facts['period']:.5g}{_beside(found, 'period')}"))
    if found.get("exponents"):
        pairs = zip(found["exponents"], found["std_error"], strict=True)
        rows.append(("exponents", ", ".join(number_text(value, error) for value, error in pairs)))
        rows.append(
            ("", f"measured over {number_text(found['time'], digits=4)} units of time, {found['result'].lower()}")
        )
        rows.append(("dimension", f"{number_text(found['kaplan_yorke'], found['kaplan_yorke_error'])} (Kaplan-Yorke)"))
    if elsewhere:
        rows.append(("published", _published(elsewhere, found)))
    return [*rows, ("source", facts["citation"])]


def _short(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, int | float) else json.dumps(value)


def _beside(found: dict[str, Any], key: str) -> str:
    return f" (measured {number_text(found[key], found[key + '_error'])})" if key in found else ""


def _published(elsewhere: dict[str, Any], found: dict[str, Any]) -> str:
    text = f"largest exponent {number_text(elsewhere['exponent'], digits=4)}"
    if elsewhere["kaplan_yorke"] is not None:
        text += f", dimension {number_text(elsewhere['kaplan_yorke'], digits=4)}"
    ours = (found.get("exponents") or [math.nan])[0]
    return text + ("; differs" if abs(ours - elsewhere["exponent"]) > AGREE * abs(elsewhere["exponent"]) else "")


def draw_attractor(name: str, folder: Path) -> Path:
    """Write a figure of the attractor of a system: 5000 rows, which are 50 periods of a flow.

    Args:
        name: Name of a built-in system.
        folder: Where to write; created if it does not exist.

    Returns: The PNG file.
    """
    from attrax.plots.attractor import attractor_figure
    from attrax.runs.figure_files import write_figures

    recording = record_system(name, RecordOptions(points=5000))[0]
    figure = attractor_figure({catalogue.find(name).title: recording.x}, recording.channels, name=name)
    return write_figures((figure,), folder)[0]

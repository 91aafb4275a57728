"""The entries of the gallery: for every built-in system the points of a picture of its attractor, and the facts."""

import base64
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text
from attrax.runs.system_pages import system_facts
from attrax.runs.system_recordings import RecordOptions, record_all
from attrax.systems import catalogue
from attrax.systems.cellular_automaton import CellularAutomaton

ROWS, PER_PERIOD = 4_000, 100.0
"""Forty periods of a flow."""
STATES = 60
"""Number of states of a lattice after which its picture is taken."""
SHOWN = 3
"""Number of exponents that are shown."""


def gallery_entries(
    names: tuple[str, ...] = (), *, progress: Callable[[int, str], None] | None = None
) -> list[dict[str, Any]]:
    """The entries of the gallery, in the order of the catalogue.

    Args:
        names: Names of the systems; all if empty.
        progress: Called with the number of systems done and the name of the last one.

    Cost: Two seconds of processor time for a system, nearly all of it compilation; all cores work.
    """
    chosen = names or catalogue.names()
    with tempfile.TemporaryDirectory() as folder:
        sampling = RecordOptions(points=ROWS, per_period=PER_PERIOD)
        record_all(Path(folder), sampling, names=chosen, progress=progress)
        return [_entry(name, np.load(Path(folder) / f"{name}.npy")) for name in chosen]


def _entry(name: str, x: Float[np.ndarray, "time obs"]) -> dict[str, Any]:
    facts = system_facts(name)
    found = facts["measured"]
    values = found.get("exponents") or facts["exponents"]
    errors = found.get("std_error") or [None] * len(values)
    shown = [number_text(value, error) for value, error in zip(values[:SHOWN], errors[:SHOWN], strict=True)]
    more = f" and {len(values) - SHOWN} more" if len(values) > SHOWN else ""
    dimension = number_text(found["kaplan_yorke"], found["kaplan_yorke_error"]) if "kaplan_yorke" in found else ""
    return {
        "name": name,
        "title": facts["title"],
        "domain": facts["domain"],
        "summary": facts["summary"],
        "equations": facts["equations"],
        "exponents": ", ".join(shown) + more,
        "dimension": dimension,
        "citation": facts["citation"],
        "flow": bool(facts["period"]),
        "points": base64.b64encode(_points(name, x).tobytes()).decode(),
    }


def plotted_points(entry: dict[str, Any]) -> np.ndarray:
    """The points of an entry as whole numbers from 0 to 255, one point a row."""
    return np.frombuffer(base64.b64decode(entry["points"]), np.uint8).reshape(-1, 2)


def _points(name: str, x: Float[np.ndarray, "time obs"]) -> np.ndarray:
    """Two coordinates from 0 to 255: the first two channels, or a single channel and its values a little later.

    Of a lattice, the places of the living cells.
    """
    system = catalogue.find(name)
    lag = int(PER_PERIOD / 4) if system.period else 1
    if isinstance(system.dynamics, CellularAutomaton):
        pair = system.dynamics.dots(x[:STATES])
    else:
        pair = x[:, :2] if x.shape[1] > 1 else np.column_stack([x[:-lag, 0], x[lag:, 0]])
    low, high = pair.min(axis=0), pair.max(axis=0)
    return np.round(255 * (pair - low) / np.where(high > low, high - low, 1.0)).astype(np.uint8)

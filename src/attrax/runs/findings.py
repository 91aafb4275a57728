"""Findings: what each analysis of a subject gives to people (lines, a table, figures) and to programs (JSON)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from attrax.analysis import lyapunov_spectrum
from attrax.analysis.precision import in_float64
from attrax.core.result import Result
from attrax.core.rollout import rollout
from attrax.plots.figure import Figure
from attrax.plots.attractor import attractor_figure
from attrax.plots.chaos import lyapunov_figure
from attrax.runs.subject import Subject

ORBITS = 4
TRANSIENT = 2_000
SHOWN_STEPS = 20_000

Count = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Finding:
    """What one analysis found.

    Attributes:
        name: Which analysis; also the name of its JSON file.
        result: How it ended.
        facts: Plain values, for `<name>.json`.
        lines: What a person should read.
        columns, rows: A table for the screen; empty if there is none.
        figures: What a person should see.
    """

    name: str
    result: Result
    facts: dict[str, Any]
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True, eq=False)
class Task:
    """What is analyzed, and how thoroughly.

    Attributes:
        subject: What is analyzed.
        order: Longest cycles searched for.
        steps: Steps of averages along orbits.
        seed: Chooses starts and searches.
        orbit: States on the attractor, one after another; none if the free run diverges.
        x: The same, as they are shown.
    """

    subject: Subject
    order: int
    steps: int
    seed: int
    orbit: Float[np.ndarray, "time latent"]
    x: Float[np.ndarray, "time obs"]
    result: Result


def make_task(subject: Subject, *, order: int, steps: int, seed: int) -> Task:
    """Run the map freely from its first start, past the transient."""
    with jax.enable_x64(True):
        free = rollout(in_float64(subject.dynamics), jnp.asarray(subject.starts[0]), TRANSIENT + SHOWN_STEPS)
        z, result = np.asarray(free.z[TRANSIENT:]), Result(int(free.result))
    orbit = z[np.isfinite(z).all(axis=1)]
    return Task(subject, order, steps, seed, orbit, subject.observe(orbit), result)

"""Findings: what each analysis of a target gives to people (lines, a table, figures) and to programs (JSON)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from attrax.core.precision import in_float64
from attrax.core.result import Result
from attrax.core.rollout import rollout
from attrax.plots.figure import Figure
from attrax.reconstruct.findings.target import Target

TRANSIENT = 2_000
SHOWN_STEPS = 20_000

# What an analysis calls with the amount of work done and the total.
Count = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Finding:
    """What one analysis found.

    Attributes:
        result: How it ended.
        facts: Plain values, for `<name>.json`.
        lines: What a person should read.
        columns, rows: A table for the screen; empty if there is none.
        figures: What a person should see.
        name: Which analysis; also the name of its JSON file. Whoever runs the analysis sets it.
    """

    result: Result
    facts: dict[str, Any]
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    figures: tuple[Figure, ...] = ()
    name: str = ""


@dataclass(frozen=True, eq=False)
class Task:
    """What is analyzed, and how thoroughly.

    Attributes:
        target: What is analyzed.
        order: Longest cycles searched for.
        steps: Steps of averages along orbits.
        budget: Most region sequences, or Newton steps, solved for each order.
        seed: Chooses starts and searches.
        orbit: States on the attractor, one after another; none if the free run diverges.
        x: The same, as they are shown.
        result: `DIVERGED` if the free run left every bound.
        shared: Results that several analyses need; whichever comes first puts them there.
    """

    target: Target
    order: int
    steps: int
    budget: int
    seed: int
    orbit: Float[np.ndarray, "time latent"]
    x: Float[np.ndarray, "time obs"]
    result: Result
    shared: dict[str, Any] = field(default_factory=dict)


def make_task(target: Target, *, order: int, steps: int, budget: int, seed: int) -> Task:
    """Run the map freely from its first start, past the transient."""
    with jax.enable_x64(True):
        free = rollout(in_float64(target.dynamics), jnp.asarray(target.starts[0]), TRANSIENT + SHOWN_STEPS)
        z, result = np.asarray(free.z[TRANSIENT:]), Result(int(free.result))
    orbit = z[np.isfinite(z).all(axis=1)]
    return Task(target, order, steps, budget, seed, orbit, target.observe(orbit), result)


def plain(value: Any) -> Any:
    """Arrays, complex numbers and outcomes as JSON can hold them: complex as [real, imaginary], not finite as null.

    Example:
        >>> plain({"a": np.array([1.0, np.nan]), "b": 1 + 2j})
        {'a': [1.0, None], 'b': [1.0, 2.0]}
    """
    if isinstance(value, dict):
        return {name: plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, complex):
        return [plain(value.real), plain(value.imag)]
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def number_or_dash(value: float | None, error: float | None = None) -> str:
    """A number from JSON as text; a dash where it is null."""
    return "–" if value is None else number(value, error)


def number(value: float, error: float | None = None) -> str:
    """A number with three digits, or as many as its error lets stand, and its error.

    Example:
        >>> number(0.90612, 0.004), number(-14.5712)
        ('0.906 ± 0.004', '-14.6')
    """
    if not np.isfinite(value):
        return "-" if np.isnan(value) else f"{value:.0f}"
    if error is None or not np.isfinite(error) or error <= 0:
        return f"{value:.3g}"
    digits = int(min(8, max(0, 1 - np.ceil(np.log10(error) + 1e-9))))
    return f"{value:.{digits}f} ± {error:.1g}"

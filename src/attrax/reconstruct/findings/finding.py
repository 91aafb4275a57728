"""`Finding`: the result of an analysis (text, table, figures, JSON); `AnalysisTask`: the map and settings of it."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from attrax.core.precision import in_float64
from attrax.core.result import Result
from attrax.core.rollout import rollout
from attrax.plots.figure import Figure, warned
from attrax.reconstruct.findings.target import Target

TRANSIENT = 2_000
SHOWN_STEPS = 20_000

# What an analysis calls with the amount of work done and the total.
Count = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Finding:
    """The result of one analysis.

    Attributes:
        result: How it ended.
        facts: Plain values, for `<name>.json`.
        lines: The lines of text that the screen shows.
        columns, rows: A table for the screen; empty if there is none.
        figures: The figures.
        name: Name of the analysis and of its JSON file; set by the code that runs the analysis.
        warning: Says that the model is not RECONSTRUCTED; empty otherwise (`with_warning`).
    """

    result: Result
    facts: dict[str, Any]
    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    figures: tuple[Figure, ...] = ()
    name: str = ""
    warning: str = ""

    def with_warning(self, warning: str) -> "Finding":
        """The same finding with a warning of its own, and in the title and the caption of every figure."""
        if not warning:
            return self
        figures = tuple(warned(figure, warning) for figure in self.figures)
        return replace(self, warning=warning, figures=figures)


@dataclass(frozen=True, eq=False)
class AnalysisTask:
    """The map that is analyzed, with the settings of the analyses.

    Attributes:
        target: The map.
        order: Highest order of cycles to search for.
        steps: Number of steps of averages along orbits.
        budget: Largest number of region sequences, or Newton steps, for each order.
        seed: Seed of starts and searches.
        dictionary: Name of the dictionary of a Koopman operator.
        functions: Largest number of its functions.
        orbit: Successive states on the attractor; empty if the free run diverges.
        x: The same states in the units of the recording.
        result: `DIVERGED` if the free run diverged.
        shared: Results that several analyses use; the first one that needs a result stores it here.
    """

    target: Target
    order: int
    steps: int
    budget: int
    seed: int
    dictionary: str
    functions: int
    orbit: Float[np.ndarray, "time latent"]
    x: Float[np.ndarray, "time obs"]
    result: Result
    shared: dict[str, Any] = field(default_factory=dict)


def make_analysis_task(
    target: Target, *, order: int, steps: int, budget: int, seed: int, dictionary: str, functions: int
) -> AnalysisTask:
    """Make the task of an analysis: simulate the map from its first start and cut off the transient.

    Args:
        target: The map.
        order: Highest order of cycles to search for.
        steps: Number of steps of averages along orbits.
        budget: Largest number of region sequences, or Newton steps, for each order.
        seed: Seed of starts and searches.
        dictionary: Name of the dictionary of a Koopman operator.
        functions: Largest number of its functions.
    """
    with jax.enable_x64(True):
        free = rollout(in_float64(target.dynamics), jnp.asarray(target.starts[0]), TRANSIENT + SHOWN_STEPS)
        z, result = np.asarray(free.z[TRANSIENT:]), Result(int(free.result))
    orbit = z[np.isfinite(z).all(axis=1)]
    return AnalysisTask(target, order, steps, budget, seed, dictionary, functions, orbit, target.observe(orbit), result)

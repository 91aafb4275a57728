"""The fixed points of the analyzed map, computed once for all analyses that need them."""

import jax
import numpy as np
from jaxtyping import Complex, Float

from attrax.analysis import FixedPoints, fixed_points
from attrax.core.dynamics import AbstractPiecewiseLinear
from attrax.plots.structure import PeriodicOrbit
from attrax.reconstruct.findings.finding import AnalysisTask, Count

# Smooth maps are searched by Newton's method, which for a flow integrates it at every step.
SMOOTH_BUDGET = 10_000


def search_fixed_points(task: AnalysisTask, count: Count) -> FixedPoints:
    """The fixed points of the map; computed at the first call and then kept in `task.shared`."""
    if "fixed_points" not in task.shared:
        dynamics, key = task.target.dynamics, jax.random.key(task.seed)
        task.shared["fixed_points"] = fixed_points(dynamics, budget=budget_of(task), progress=count, key=key)
    return task.shared["fixed_points"]


def budget_of(task: AnalysisTask) -> int:
    """The budget of a search: that of the task, but at most `SMOOTH_BUDGET` for maps that are not piecewise linear."""
    smooth = not isinstance(task.target.dynamics, AbstractPiecewiseLinear)
    return min(task.budget, SMOOTH_BUDGET) if smooth else task.budget


def recurrent(
    x: Float[np.ndarray, "cycle order obs"], eigenvalues: Complex[np.ndarray, "cycle latent"]
) -> list[PeriodicOrbit]:
    """The periodic orbits for a figure, from the points and the eigenvalues of each."""
    return [PeriodicOrbit(points, mu) for points, mu in zip(x, eigenvalues, strict=True)]

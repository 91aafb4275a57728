"""The fixed points of the analyzed map, computed once for all analyses that need them."""

from dataclasses import replace

import jax
import numpy as np
from jaxtyping import Complex, Float, PRNGKeyArray

from attrax.analysis import FixedPoints, fixed_points
from attrax.analysis.periodic_orbits.cycle_stability import kind_of
from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear, TimeMap
from attrax.plots.structure import PeriodicOrbit
from attrax.reconstruct.findings.finding import AnalysisTask, Count

# Smooth maps are searched by Newton's method, which for a flow integrates it at every step.
SMOOTH_BUDGET = 10_000


def search_fixed_points(task: AnalysisTask, count: Count) -> FixedPoints:
    """The fixed points of the map; computed at the first call and then kept in `task.shared`."""
    if "fixed_points" not in task.shared:
        dynamics, key = task.target.dynamics, jax.random.key(task.seed)
        task.shared["fixed_points"] = resting_points(dynamics, budget=budget_of(task), progress=count, key=key)
    return task.shared["fixed_points"]


def resting_points(dynamics: AbstractDynamics, *, budget: int, progress: Count, key: PRNGKeyArray) -> FixedPoints:
    """The fixed points of a map. Those of a flow are searched without integrating it, which takes much longer.

    Args:
        dynamics: The map.
        budget: As for `fixed_points`.
        progress: As for `fixed_points`.
        key: As for `fixed_points`.
    """
    if not isinstance(dynamics, TimeMap):
        return fixed_points(dynamics, budget=budget, progress=progress, key=key)
    found = fixed_points(dynamics.equilibrium_map(), budget=budget, progress=progress, key=key)
    # An eigenvalue 1 + dt * rate of the Euler step is exp(dt * rate) for the exact flow.
    values = np.exp(found.eigenvalues - 1)
    values = np.take_along_axis(values, np.argsort(-np.abs(values), axis=1, kind="stable"), axis=1)
    rank = np.argsort(np.abs(values[:, 0]), kind="stable")
    return replace(
        found,
        z=found.z[rank],
        residual=found.residual[rank],
        eigenvalues=values[rank],
        kind=tuple(kind_of(v) for v in values[rank]),
    )


def budget_of(task: AnalysisTask) -> int:
    """The budget of a search: that of the task, but at most `SMOOTH_BUDGET` for maps that are not piecewise linear."""
    smooth = not isinstance(task.target.dynamics, AbstractPiecewiseLinear)
    return min(task.budget, SMOOTH_BUDGET) if smooth else task.budget


def recurrent(
    x: Float[np.ndarray, "cycle order obs"], eigenvalues: Complex[np.ndarray, "cycle latent"]
) -> list[PeriodicOrbit]:
    """The periodic orbits for a figure, from the points and the eigenvalues of each."""
    return [PeriodicOrbit(points, mu) for points, mu in zip(x, eigenvalues, strict=True)]

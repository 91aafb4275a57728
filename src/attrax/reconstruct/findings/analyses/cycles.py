"""Cycles: periodic orbits of order 2 and higher."""

import jax
import numpy as np
from jaxtyping import Float

from attrax.analysis import (
    Cycles,
    cycles,
)
from attrax.core.result import Result
from attrax.diagnosis.cycle_count import count_cycles
from attrax.plots.structure import eigenvalues_figure, structure_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec, Facts, FactTable
from attrax.reconstruct.findings.finding import AnalysisTask, Count, Finding
from attrax.reconstruct.findings.recurrent_points import budget_of, recurrent, search_fixed_points


def find_cycles(task: AnalysisTask, count: Count) -> Finding:
    """The cycles of every order from 2 to `task.order`, drawn together with the fixed points.

    Args:
        task: The map and the settings.
        count: Function called with the steps done and their total.
    """
    found: list[Cycles] = []
    for order in range(2, task.order + 1):

        def report(done: int, total: int, before: int = order - 2) -> None:
            count(before * total + done, (task.order - 1) * total)

        key = jax.random.fold_in(jax.random.key(task.seed), order)
        found.append(cycles(task.target.dynamics, order, budget=budget_of(task), progress=report, key=key))
    points = search_fixed_points(task, count)
    everything = recurrent(task.target.observe(points.z)[:, None], points.eigenvalues)
    everything += [r for c in found for r in recurrent(_observed(task, c), c.eigenvalues)]
    rows = tuple(
        (
            str(c.order),
            str(len(c)),
            str(int(c.stable.sum())),
            f"{c.tried:,}",
            "yes" if c.exhaustive else "no",
        )
        for c in found
    )
    figures = ()
    if len(task.x) and everything:
        figures = (eigenvalues_figure(everything),)
    if len(task.x) and any(map(len, found)):
        figures = (structure_figure(task.x, everything, task.target.names, name="cycles"), *figures)
    return Finding(
        next((c.result for c in found if c.result is not Result.SUCCESSFUL), Result.SUCCESSFUL),
        {"names": task.target.names, "orders": [_facts(task, c) for c in found]},
        (_cycles_line(task, sum(map(len, found))),),
        ("order", "found", "stable", "tried", "exhaustive"),
        rows,
        figures,
    )


def _cycles_line(task: AnalysisTask, n: int) -> str:
    """The number of cycles; and why there are few, if the orbit moves only a little in each step."""
    line = f"{n:,} cycles of order 2 to {task.order}"
    turns = max(map(count_cycles, task.x.T)) if len(task.x) else 0
    turn = len(task.x) / max(turns, 1)
    if task.order >= turn / 2:
        return line
    return f"{line}; few are to be expected, as an orbit turns once in about {turn:,.0f} steps"


def _observed(task: AnalysisTask, found: Cycles) -> Float[np.ndarray, "cycle order obs"]:
    return task.target.observe(found.z)


def _facts(task: AnalysisTask, found: Cycles) -> dict:
    return {
        "order": found.order,
        "x": _observed(task, found),
        "z": found.z,
        "kind": [kind.value for kind in found.kind],
        "eigenvalues": found.eigenvalues,
        "residual": found.residual,
        "on_border": found.on_border,
        "continua": len(found.continua),
        "tried": found.tried,
        "exhaustive": found.exhaustive,
        "result": found.result.name,
    }


def _table(facts: Facts) -> FactTable | None:
    rows = tuple(
        (str(entry["order"]), str(len(entry["kind"])), "all" if entry["exhaustive"] else "not all candidates tried")
        for entry in facts.get("orders", ())
    )
    return FactTable("Cycles of the map", ("steps", "found", "search"), rows) if rows else None


SPEC = AnalysisSpec("cycles", find_cycles, place=4, table=_table)

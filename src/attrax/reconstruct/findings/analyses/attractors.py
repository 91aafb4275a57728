"""Attractors and the sizes of their basins, found by free runs from many starts."""

import jax
import numpy as np

from attrax.analysis import (
    Attractor,
    AttractorKind,
    attractors,
    starts_in_box,
)
from attrax.core.number_text import number_text, share_text
from attrax.plots.attractor import basins_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec, Facts, FactTable
from attrax.reconstruct.findings.finding import TRANSIENT, AnalysisTask, Count, Finding

# Number of runs, and the smallest length of each: enough for several turns on a slow attractor.
RUNS = 32
SHORTEST_RUN = 1_000
CLOSED = (AttractorKind.FIXED_POINT, AttractorKind.CYCLE)


def find_attractors(task: AnalysisTask, count: Count) -> Finding:
    """Attractors that free runs reach from random starts in a box around the known attractor.

    Args:
        task: The map and the settings.
        count: Function called with the steps done and their total.
    """
    target = task.target
    if not len(task.orbit):
        return Finding(task.result, {}, ("no attractors: the free run diverged",))
    low, high = task.orbit.min(axis=0), task.orbit.max(axis=0)
    margin = 0.5 * (high - low) + 1e-3
    starts = starts_in_box(low - margin, high + margin, RUNS, key=jax.random.key(task.seed))
    n = max(SHORTEST_RUN, task.steps // 100)
    found = attractors(target.dynamics, starts, n, transient=TRANSIENT, progress=count)
    kinds = tuple(_attractor(a) for a in found.found)
    facts = {
        "found": [
            {
                "kind": a.kind.value,
                "order": len(a.z) if a.kind in CLOSED else None,
                "x": target.observe(a.z) if a.kind in CLOSED else None,
                "exponent": a.exponent,
                "std_error": a.std_error,
                "share": a.share,
                "interval": a.interval,
                "transient": a.transient,
            }
            for a in found.found
        ],
        "multistable": found.multistable,
        "starts": len(starts),
        "diverged": found.diverged.sum(),
        "unsettled": found.unsettled.sum(),
        "steps": n,
    }
    lines = tuple(
        f"{kind}: {share_text(a.share)} of {RUNS} starts ({share_text(a.interval[0])} to {share_text(a.interval[1])}), "
        f"reached after {a.transient:,.0f} steps"
        for a, kind in zip(found.found, kinds, strict=True)
    )
    if found.diverged.any():
        lines += (f"{share_text(found.diverged.mean())} of the starts diverge",)
    figures = ()
    if found.found:
        low_ends, high_ends = (np.array([a.interval[i] for a in found.found]) for i in (0, 1))
        figures = (basins_figure(np.array([a.share for a in found.found]), low_ends, high_ends, kinds),)
    return Finding(found.result, facts, lines, figures=figures)


def _attractor(attractor: Attractor) -> str:
    if attractor.kind is AttractorKind.CYCLE:
        return f"cycle of order {len(attractor.z)}"
    return attractor.kind.value


def _table(facts: Facts) -> FactTable | None:
    rows = tuple(
        (str(i), entry["kind"], share_text(entry["share"]), number_text(entry["exponent"], entry["std_error"]))
        for i, entry in enumerate(facts.get("found", ()), start=1)
    )
    return FactTable("Attractors", ("", "kind", "share of starts", "largest exponent"), rows) if rows else None


SPEC = AnalysisSpec("attractors and basins", find_attractors, place=7, table=_table)

"""Fixed points with their eigenvalues."""

import numpy as np

from attrax.core.number_text import number_text
from attrax.plots.structure import structure_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec, Facts, FactTable
from attrax.reconstruct.findings.finding import AnalysisTask, Count, Finding
from attrax.reconstruct.findings.recurrent_points import recurrent, search_fixed_points

SHOWN_POINTS = 10
SHOWN_NAMES = 4
POINTS_OF_REPORT = 20
NAMES_OF_REPORT = 6


def find_fixed_points(task: AnalysisTask, count: Count) -> Finding:
    """The fixed points in the units of the recording, with their eigenvalues.

    Args:
        task: The map and the settings.
        count: Function called with the steps done and their total.
    """
    found = search_fixed_points(task, count)
    x = task.target.observe(found.z)
    facts = {
        "x": x,
        "z": found.z,
        "kind": [kind.value for kind in found.kind],
        "eigenvalues": found.eigenvalues,
        "residual": found.residual,
        "on_border": found.on_border,
        "continua": len(found.continua),
        "tried": found.tried,
        "exhaustive": found.exhaustive,
        "names": task.target.names,
    }
    names = task.target.names[:SHOWN_NAMES]
    more = f"; the {SHOWN_POINTS} least unstable:" if len(found) > SHOWN_POINTS else ""
    rows = tuple(
        (
            str(i + 1),
            found.kind[i].value,
            *(number_text(value) for value in x[i, : len(names)]),
            number_text(float(np.abs(found.eigenvalues[i]).max())),
        )
        for i in range(min(len(found), SHOWN_POINTS))
    )
    figures = ()
    if len(task.x) and len(found):
        some = recurrent(x[:, None], found.eigenvalues)
        figures = (structure_figure(task.x, some, task.target.names, title="Fixed points", name="fixed_points"),)
    return Finding(
        found.result,
        facts,
        (_how_many(len(found), "fixed point", found.tried, exhaustive=found.exhaustive) + more,),
        ("", "kind", *names, "max |μ|"),
        rows,
        figures,
    )


def _how_many(n: int, what: str, tried: int, *, exhaustive: bool) -> str:
    how = f"every one of {tried:,} regions was tried" if exhaustive else f"{tried:,} candidates were solved"
    return f"{n:,} {what}{'' if n == 1 else 's'}; {how}"


def _table(facts: Facts) -> FactTable | None:
    if not facts.get("x"):
        return None
    names = tuple(facts.get("names", ()))[:NAMES_OF_REPORT]
    rows = tuple(
        (str(i), kind, *(number_text(v) for v in x[: len(names)]))
        for i, (x, kind) in enumerate(zip(facts["x"], facts["kind"], strict=True), start=1)
    )
    title = "Fixed points"
    if len(rows) > POINTS_OF_REPORT:
        title += f", {POINTS_OF_REPORT} of {len(rows)}; the others are in analysis/fixed_points.json"
    return FactTable(title, ("", "kind", *names), rows[:POINTS_OF_REPORT])


SPEC = AnalysisSpec("fixed points", find_fixed_points, place=3, table=_table)

"""Fixed points with their eigenvalues."""

import numpy as np

from attrax.plots.structure import structure_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec
from attrax.reconstruct.findings.finding import AnalysisTask, Count, Finding, number
from attrax.reconstruct.findings.recurrent_points import recurrent, search_fixed_points

SHOWN_POINTS = 10
SHOWN_NAMES = 4


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
            *(number(value) for value in x[i, : len(names)]),
            number(float(np.abs(found.eigenvalues[i]).max())),
        )
        for i in range(min(len(found), SHOWN_POINTS))
    )
    figures = ()
    if len(task.x) and len(found):
        some = recurrent(x[:, None], found.eigenvalues)
        figures = (structure_figure(task.x, some, task.target.names, name="fixed_points"),)
    return Finding(
        "fixed_points",
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


SPEC = AnalysisSpec("fixed points", find_fixed_points, place=3, figures=("fixed_points", "eigenvalues"))

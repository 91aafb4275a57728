"""The free run of the map and its attractor."""

from attrax.core.result import Result
from attrax.plots.attractor import attractor_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec
from attrax.reconstruct.findings.finding import AnalysisTask, Count, Finding


def show_attractor(task: AnalysisTask, count: Count) -> Finding:
    """The attractor of the free run, together with the recording if there is one.

    Args:
        task: The map and the settings.
        count: Not used.
    """
    del count
    target = task.target
    orbits = {"free run": task.x}
    if target.reference is not None:
        orbits = {"recording": target.reference.x, **orbits}
    figures = (attractor_figure(orbits, target.names),) if len(task.x) else ()
    facts = {"mean": task.x.mean(axis=0), "std": task.x.std(axis=0), "steps": len(task.x)} if len(task.x) else {}
    lines = () if task.result is Result.SUCCESSFUL else ("the free run diverged",)
    return Finding("orbit", task.result, facts, lines, figures=figures)


SPEC = AnalysisSpec("free run", show_attractor, place=1)

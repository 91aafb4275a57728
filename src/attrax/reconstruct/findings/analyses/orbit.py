"""The attractor of the free run."""

from attrax.core.result import Result
from attrax.plots.attractor import attractor_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec
from attrax.reconstruct.findings.finding import Count, Finding, Task


def show_attractor(task: Task, count: Count) -> Finding:
    """The attractor of the free run, beside the recording if there is one."""
    del count
    target = task.target
    orbits = {"free run": task.x}
    if target.reference is not None:
        orbits = {"recording": target.reference.x, **orbits}
    figures = (attractor_figure(orbits, target.names),) if len(task.x) else ()
    facts = {"mean": task.x.mean(axis=0), "std": task.x.std(axis=0), "steps": len(task.x)} if len(task.x) else {}
    lines = () if task.result is Result.SUCCESSFUL else ("the free run diverged",)
    return Finding(task.result, facts, lines, figures=figures)


SPEC = AnalysisSpec("free run", show_attractor, place=1)

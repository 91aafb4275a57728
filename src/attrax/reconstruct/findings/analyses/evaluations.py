"""How often a model in continuous time evaluates its vector field along the free run."""

from attrax.analysis import solver_work
from attrax.core.number_text import number_text, share_text
from attrax.core.result import Result
from attrax.core.step_controlled import AbstractStepControlled
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec, Facts
from attrax.reconstruct.findings.finding import AnalysisTask, Count, Finding


def find_evaluations(task: AnalysisTask, count: Count) -> Finding | None:
    """The work of the solver along the free run; None if the dynamics has no solver with step control.

    Args:
        task: The map and the settings.
        count: Not used.
    """
    del count
    dynamics = task.target.dynamics
    if not isinstance(dynamics, AbstractStepControlled):
        return None
    if task.result is not Result.SUCCESSFUL:
        return Finding(task.result, {}, ("no evaluations: the free run diverged",))
    found = solver_work(dynamics, task.orbit)
    facts = {
        "mean": found.mean,
        "largest": found.largest,
        "at_once": found.at_once,
        "steps": len(task.orbit),
    }
    return Finding(found.result, facts, _lines(facts))


def _lines(facts: Facts) -> tuple[str, ...]:
    return (
        f"{number_text(facts['mean'])} evaluations of the vector field for each row of the free run, at most "
        f"{facts['largest']:,}; {share_text(facts['at_once'])} of the rows need a single step of the solver",
    )


def _texts(facts: Facts) -> tuple[str, ...]:
    if "mean" not in facts:
        return ()
    return tuple(f"{line[:1].upper()}{line[1:]}." for line in _lines(facts))


SPEC = AnalysisSpec(
    "evaluations of the vector field",
    find_evaluations,
    place=4,
    needs="the dynamics has no solver with step control; a neural differential equation has",
    texts=_texts,
)

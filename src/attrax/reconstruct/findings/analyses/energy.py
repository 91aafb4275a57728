"""The energy along the free run of a Hamiltonian dynamics."""

from attrax.analysis import energy_drift
from attrax.core.dynamics import AbstractHamiltonian
from attrax.core.number_text import number_text, share_text
from attrax.core.result import Result
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec, Facts
from attrax.reconstruct.findings.finding import AnalysisTask, Count, Finding


def find_energy(task: AnalysisTask, count: Count) -> Finding | None:
    """How well the free run keeps the energy of the model; None if the dynamics has no energy.

    Args:
        task: The map and the settings.
        count: Not used.
    """
    del count
    dynamics = task.target.dynamics
    if not isinstance(dynamics, AbstractHamiltonian):
        return None
    if task.result is not Result.SUCCESSFUL:
        return Finding(task.result, {}, ("no energy drift: the free run diverged",))
    found = energy_drift(dynamics.energy, task.orbit, dt=dynamics.dt)
    facts = {
        "drift": found.drift,
        "slope": found.slope,
        "excursion": found.excursion,
        "scale": found.scale,
        "first": found.energies[0],
        "steps": found.n_used,
        "dt": found.dt,
        "unit": task.target.unit,
    }
    return Finding(found.result, facts, _lines(facts))


def _lines(facts: Facts) -> tuple[str, ...]:
    """The trend and the excursion in units of the mean kinetic energy; the energy itself has no natural zero."""
    if not facts.get("scale"):
        return ("the free run rests, so its energy cannot change",)
    trend, excursion = share_text(facts["drift"]), share_text(facts["excursion"] / facts["scale"])
    return (
        f"the energy drifts by {trend} of the mean kinetic energy ({number_text(facts['scale'])}) in "
        f"{facts['steps']:,} steps, and is at most {excursion} away from its first value",
    )


def _texts(facts: Facts) -> tuple[str, ...]:
    if "scale" not in facts:
        return ()
    return tuple(f"{line[:1].upper()}{line[1:]}." for line in _lines(facts))


SPEC = AnalysisSpec(
    "energy drift",
    find_energy,
    place=3,
    needs="the dynamics has no energy; a Hamiltonian one without inputs has",
    texts=_texts,
)

"""Compares a model with the built-in system that made its recording: Lyapunov exponents and fixed points."""

import jax
import jax.numpy as jnp
import numpy as np

from attrax.analysis import Comparison, compare
from attrax.core.number_text import number_text
from attrax.plots.structure import PeriodicOrbit, structure_figure
from attrax.reconstruct.findings.analyses.lyapunov import ORBITS, model_spectrum
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec
from attrax.reconstruct.findings.finding import TRANSIENT, AnalysisTask, Count, Finding
from attrax.reconstruct.findings.recurrent_points import SMOOTH_BUDGET, resting_points, search_fixed_points


def compare_with_truth(task: AnalysisTask, count: Count) -> Finding | None:
    """Compare the model with the built-in system that made its recording; None if there is no such system.

    Args:
        task: The model and the settings.
        count: Function called with the steps done and their total.
    """
    target, known = task.target, task.target.known
    if known is None or target.reference is None:
        return None
    of_model = search_fixed_points(task, _first(count, 0))
    of_truth = resting_points(
        known.dynamics, budget=SMOOTH_BUDGET, progress=_first(count, 1), key=jax.random.key(task.seed)
    )
    spectrum = model_spectrum(task, _first(count, 2))
    found = compare(
        target.dynamics,
        known.dynamics,
        jnp.asarray(target.starts[:ORBITS]),
        jnp.asarray(known.starts[:ORBITS]),
        max(task.steps // ORBITS, 1),
        transient=TRANSIENT,
        observe=lambda z: jnp.asarray(target.observe(np.asarray(z))),
        observe_true=lambda z: jnp.asarray(known.system.observe(np.asarray(z))),
        fixed_points=(of_model, of_truth),
        spectrum=spectrum,
        deviation=target.reference.x.std(axis=0),
        progress=_first(count, 2),
    )
    x = target.observe(of_model.z)
    match = found.fixed_points
    assert match is not None
    facts = {
        "system": known.system.name,
        "exponents": {"model": found.model.exponents, "truth": found.truth.exponents},
        "exponent_errors": found.exponent_errors,
        "exponent_error_bars": found.exponent_error_bars,
        "kaplan_yorke_dimension": {
            "model": found.model.kaplan_yorke,
            "truth": found.truth.kaplan_yorke,
            "error": found.dimension_error,
        },
        "entropy": {"model": found.model.entropy, "truth": found.truth.entropy, "error": found.entropy_error},
        "fixed_points": {
            "model": x,
            "truth": of_truth.z,
            "pairs": match.pairs,
            "distances": match.distances,
            "rate_errors": match.rate_errors,
            "frequency_errors": match.frequency_errors,
            "extra": match.extra,
            "missing": match.missing,
        },
    }
    figures = ()
    if len(task.x):
        points = [PeriodicOrbit(p[None], mu) for p, mu in zip(x, of_model.eigenvalues, strict=True)]
        title = "Fixed points, model and system"
        figures = (
            structure_figure(
                task.x, points, target.names, truth=known.system.observe(of_truth.z), title=title, name="truth"
            ),
        )
    return Finding(found.result, facts, _lines(found), *_table(found), figures)


def _lines(found: Comparison) -> tuple[str, ...]:
    match = found.fixed_points
    assert match is not None
    distances = ", ".join(number_text(d) for d in match.distances) or "none"
    lines = (
        f"fixed points matched: {len(match.pairs)} of {len(match.pairs) + len(match.missing)}, at distances of "
        f"{distances} standard deviations of the attractor",
    )
    if len(match.extra):
        lines += (f"{len(match.extra)} fixed points of the model do not match any of the true ones",)
    return lines


def _table(found: Comparison) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    rows = [
        (
            f"λ{i + 1}",
            number_text(found.model.exponents[i], found.model.std_error[i]),
            number_text(found.truth.exponents[i], found.truth.std_error[i]),
        )
        for i in range(min(4, len(found.exponent_errors)))
    ]
    rows.append(
        ("Kaplan-Yorke dimension", number_text(found.model.kaplan_yorke), number_text(found.truth.kaplan_yorke))
    )
    rows.append(("entropy", number_text(found.model.entropy), number_text(found.truth.entropy)))
    return ("against the truth", "model", "system"), tuple(rows)


def _first(count: Count, part: int) -> Count:
    """The progress function for one of three parts of the work."""
    return lambda done, total: count(part * total + done, 3 * total)


SPEC = AnalysisSpec(
    "comparison with the truth",
    compare_with_truth,
    place=8,
    needs="the recording was not made by a built-in system",
)

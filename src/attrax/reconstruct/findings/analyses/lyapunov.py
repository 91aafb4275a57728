"""Lyapunov exponents, Kaplan-Yorke dimension and entropy."""

import jax.numpy as jnp
import numpy as np

from attrax.analysis import Lyapunov, lyapunov_spectrum
from attrax.plots.figure import Figure
from attrax.plots.lyapunov_exponents import lyapunov_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec
from attrax.reconstruct.findings.finding import TRANSIENT, AnalysisTask, Count, Finding, number

# The steps of the average are divided among this many orbits, which run in parallel and cost little more than one.
ORBITS = 16


def find_lyapunov(task: AnalysisTask, count: Count) -> Finding:
    """The Lyapunov spectrum with its convergence, the Kaplan-Yorke dimension and the entropy.

    Args:
        task: The map and the settings.
        count: Function called with the steps done and their total.
    """
    target = task.target
    n = max(task.steps // ORBITS, 1)
    spectrum = lyapunov_spectrum(
        target.dynamics, jnp.asarray(target.starts[:ORBITS]), n, transient=TRANSIENT, progress=count
    )
    known = np.array(target.known.system.exponents) if target.known else np.empty(0)
    figures: tuple[Figure, ...] = ()
    if np.isfinite(spectrum.exponents).all():
        figures = (
            lyapunov_figure(
                spectrum.times,
                spectrum.convergence,
                np.nan_to_num(spectrum.std_error),
                truth=known if len(known) else None,
                unit=target.unit,
            ),
        )
    facts = {
        "exponents": spectrum.exponents,
        "std_error": spectrum.std_error,
        "by_start": spectrum.by_start,
        "known": known,
        "kaplan_yorke_dimension": spectrum.kaplan_yorke,
        "entropy": spectrum.entropy,
        "times": spectrum.times,
        "convergence": spectrum.convergence,
        "dt": spectrum.dt,
        "steps": spectrum.n,
        "orbits": len(spectrum.by_start),
        "transient": spectrum.transient,
    }
    return Finding("lyapunov", spectrum.result, facts, _lines(spectrum, known), figures=figures)


def _lines(spectrum: Lyapunov, known: np.ndarray) -> tuple[str, ...]:
    if np.isnan(spectrum.exponents).all():
        return ("no exponents: no orbit stayed finite",)
    shown = [number(*pair) for pair in zip(spectrum.exponents[:6], spectrum.std_error[:6], strict=True)]
    more = ", ..." if len(spectrum.exponents) > len(shown) else ""
    truth = f"   (known: {', '.join(f'{value:g}' for value in known[:6])})" if len(known) else ""
    return (
        f"exponents {', '.join(shown)}{more}{truth}",
        f"{_word(spectrum)}; Kaplan-Yorke dimension {number(spectrum.kaplan_yorke)}, "
        f"entropy {number(spectrum.entropy)} nats per unit of time",
    )


def _word(spectrum: Lyapunov) -> str:
    """Whether the orbit is chaotic, from the largest exponent and its standard error."""
    largest, error = spectrum.exponents[0], spectrum.std_error[0]
    if not np.isfinite(error):
        return "too few steps to decide whether it is chaotic"
    if largest > 3 * error and largest * spectrum.n * spectrum.dt > 1:
        return "chaotic"
    if largest < -3 * error:
        return "orbits converge to fixed points or cycles"
    return "on the border between order and chaos, within the error"


SPEC = AnalysisSpec("Lyapunov spectrum", find_lyapunov, place=2, figures=("lyapunov",))

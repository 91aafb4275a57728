"""What is found about chaos: the exponents, and the attractors that free runs reach."""

import jax
import jax.numpy as jnp
import numpy as np

from attrax.analysis import Attractor, AttractorKind, Lyapunov, attractors, lyapunov_spectrum, starts_in_box
from attrax.core.result import Result
from attrax.plots.attractor import attractor_figure, basins_figure
from attrax.plots.figure import Figure
from attrax.plots.lyapunov_exponents import lyapunov_figure
from attrax.reconstruct.findings.finding import TRANSIENT, Count, Finding, Task, number

# So many orbits share the steps of the average: side by side they cost little more than one.
ORBITS = 16
# Runs that tell basins apart; the shortest one still goes around a slow attractor several times.
RUNS = 32
SHORTEST_RUN = 1_000
CLOSED = (AttractorKind.FIXED_POINT, AttractorKind.CYCLE)


def find_lyapunov(task: Task, count: Count) -> Finding:
    """The Lyapunov spectrum, its convergence, and what follows from it."""
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
    """What the largest exponent says, if it is certain."""
    largest, error = spectrum.exponents[0], spectrum.std_error[0]
    if not np.isfinite(error):
        return "too few steps to tell"
    if largest > 3 * error and largest * spectrum.n * spectrum.dt > 1:
        return "chaotic"
    if largest < -3 * error:
        return "orbits converge to fixed points or cycles"
    return "on the border between order and chaos, within the error"


def find_attractors(task: Task, count: Count) -> Finding:
    """Where free runs from a box around the attractor end."""
    target = task.target
    if not len(task.orbit):
        return Finding("attractors", task.result, {}, ("no attractors: the free run diverged",))
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
        f"{kind}: {a.share:.0%} of {RUNS} starts ({a.interval[0]:.0%} to {a.interval[1]:.0%}), "
        f"reached after {a.transient:,.0f} steps"
        for a, kind in zip(found.found, kinds, strict=True)
    )
    if found.diverged.any():
        lines += (f"{found.diverged.mean():.0%} of the starts diverge",)
    figures = ()
    if found.found:
        low_ends, high_ends = (np.array([a.interval[i] for a in found.found]) for i in (0, 1))
        figures = (basins_figure(np.array([a.share for a in found.found]), low_ends, high_ends, kinds),)
    return Finding("attractors", found.result, facts, lines, figures=figures)


def _attractor(attractor: Attractor) -> str:
    if attractor.kind is AttractorKind.CYCLE:
        return f"cycle of order {len(attractor.z)}"
    return attractor.kind.value


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
    return Finding("orbit", task.result, facts, lines, figures=figures)

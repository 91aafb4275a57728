"""Lyapunov exponents, Kaplan-Yorke dimension and entropy."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from attrax.analysis import Lyapunov, lyapunov_spectrum
from attrax.core.number_text import number_text
from attrax.diagnosis.sampling import sampling_density
from attrax.plots.figure import Figure
from attrax.plots.lyapunov_exponents import lyapunov_figure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec, Facts, FactTable
from attrax.reconstruct.findings.finding import TRANSIENT, AnalysisTask, Count, Finding

# The steps of the average are divided among this many orbits, which run in parallel and cost little more than one.
ORBITS = 16
# The exponent along a flow is exactly zero. In a map it is small compared with the largest one, though often by more
# than its standard error.
NEGLIGIBLE = 0.1
# A recording with at least so many rows in a turn follows the orbits of a flow. One with fewer may be made by a map.
SMOOTH = 20.0
ABOUT_ZERO, UNKNOWN = "about zero", "not known"


def model_spectrum(task: AnalysisTask, count: Count) -> Lyapunov:
    """The exponents of the map; computed at the first call and then kept in `task.shared`.

    Args:
        task: The map and the settings.
        count: Function called with the steps done and their total.
    """
    if "lyapunov" not in task.shared:
        starts, n = jnp.asarray(task.target.starts[:ORBITS]), max(task.steps // ORBITS, 1)
        task.shared["lyapunov"] = lyapunov_spectrum(
            task.target.dynamics, starts, n, transient=TRANSIENT, progress=count
        )
    return task.shared["lyapunov"]


def find_lyapunov(task: AnalysisTask, count: Count) -> Finding:
    """The Lyapunov spectrum with its convergence, the Kaplan-Yorke dimension and the entropy.

    Args:
        task: The map and the settings.
        count: Function called with the steps done and their total.
    """
    target = task.target
    spectrum = model_spectrum(task, count)
    spread = _spread(task, spectrum)
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
        "unit": target.unit,
        "steps": spectrum.n,
        "orbits": len(spectrum.by_start),
        "transient": spectrum.transient,
        "spread": spread,
        "rows_per_turn": _rows_per_turn(task),
    }
    lines = (*_lines(spectrum, known), *_spread_lines(facts), *_unlike_a_flow(facts))
    return Finding(spectrum.result, facts, lines, figures=figures)


def _rows_per_turn(task: AnalysisTask) -> float | None:
    """How many rows the recording has in a turn of its fastest channel; None without a recording."""
    reference = task.target.reference
    if reference is None:
        return None
    x = reference.x - reference.x.mean(axis=0)
    return sampling_density(x / np.where(x.std(axis=0) > 0, x.std(axis=0), 1.0)).rows_per_turn


def _unlike_a_flow(facts: Facts) -> tuple[str, ...]:
    """Says that a chaotic model of a smooth recording has no exponent of about zero; empty for all others.

    Example:
        >>> facts = {"exponents": [0.9, -0.4, -9.0], "std_error": [0.01, 0.01, 0.1], "rows_per_turn": 75.0}
        >>> _unlike_a_flow(facts)[0].partition(",")[0]
        'no exponent is about zero'
        >>> _unlike_a_flow(facts | {"exponents": [0.9, 0.02, -9.0]}), _unlike_a_flow(facts | {"rows_per_turn": 4.0})
        ((), ())
    """
    pairs, rows = _exponents(facts), facts.get("rows_per_turn")
    if lyapunov_time(facts) is None or rows is None or rows < SMOOTH:
        return ()
    if any(_kind(value, error, pairs[0][0]) in (ABOUT_ZERO, UNKNOWN) for value, error in pairs):
        return ()
    return (
        f"no exponent is about zero, but the recording is smooth ({rows:.0f} rows in a turn): a flow has one, along "
        "its orbits, so the model is not quite like a flow",
    )


def _spread(task: AnalysisTask, spectrum: Lyapunov) -> dict[str, Any]:
    """How the largest exponent differs between free runs of the model, and between the restarts of its training.

    The standard error of the average along an orbit contains neither of the two.
    """
    others = {
        seed: lyapunov_spectrum(dynamics, jnp.asarray(starts[:ORBITS]), spectrum.n, k=1, transient=TRANSIENT)
        for seed, (dynamics, starts) in task.target.restarts.items()
    }
    largest = {str(seed): float(found.exponents[0]) for seed, found in others.items()}
    runs = spectrum.by_start[np.isfinite(spectrum.by_start[:, 0]), 0]
    every = np.array([spectrum.exponents[0], *largest.values()])
    every = every[np.isfinite(every)]
    return {
        "free_runs": float(runs.std(ddof=1)) if len(runs) > 1 else np.nan,
        "other_restarts": largest,
        "restarts": float(every.std(ddof=1)) if len(every) > 1 else np.nan,
    }


def _spread_lines(facts: Facts) -> tuple[str, ...]:
    """The spread over free runs and over restarts in words; empty where neither is known."""
    spread = facts.get("spread", {})
    parts = []
    if _known(spread.get("free_runs")):
        parts.append(f"{number_text(spread['free_runs'])} between {facts['orbits']} free runs")
    if _known(spread.get("restarts")):
        parts.append(f"{number_text(spread['restarts'])} between {len(spread['other_restarts']) + 1} restarts")
    if not parts:
        return ()
    return (f"the largest exponent also varies: its standard deviation is {' and '.join(parts)}",)


def _known(value: float | None) -> bool:
    return value is not None and bool(np.isfinite(value))


def _lines(spectrum: Lyapunov, known: np.ndarray) -> tuple[str, ...]:
    if np.isnan(spectrum.exponents).all():
        return ("no exponents: no orbit stayed finite",)
    shown = [number_text(*pair) for pair in zip(spectrum.exponents[:6], spectrum.std_error[:6], strict=True)]
    more = ", ..." if len(spectrum.exponents) > len(shown) else ""
    truth = f"   (known: {', '.join(f'{value:g}' for value in known[:6])})" if len(known) else ""
    return (
        f"exponents {', '.join(shown)}{more}{truth}",
        f"{_word(spectrum)}; Kaplan-Yorke dimension {number_text(spectrum.kaplan_yorke)}, "
        f"entropy {number_text(spectrum.entropy)} nats per unit of time",
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


def lyapunov_time(facts: Facts) -> float | None:
    """1 / (largest exponent), if it is positive by more than three standard errors; otherwise None."""
    largest, error = next(iter(_exponents(facts)), (None, None))
    if largest is None or largest <= 0 or not _differs_from_zero(largest, error):
        return None
    return 1 / largest


def _exponents(facts: Facts) -> list[tuple[float | None, float | None]]:
    """Each exponent with its error; they are arrays in a new finding, and lists with None where it was read again."""
    values, errors = (facts.get(name, ()) for name in ("exponents", "std_error"))
    return list(zip(values, errors if len(errors) else [None] * len(values), strict=True))


def _differs_from_zero(value: float, error: float | None) -> bool:
    """Whether an exponent differs from zero by more than three standard errors."""
    return bool(abs(value) > 3 * (error or 0.0))


def _texts(facts: Facts) -> tuple[str, ...]:
    time = lyapunov_time(facts)
    if time is None:
        return ()
    unit = facts.get("unit") or "units of time"
    chaotic = f"The model is chaotic: small errors grow by a factor of e = 2.72 in {time:.3g} {unit}."
    lines = (*_spread_lines(facts), *_unlike_a_flow(facts))
    return (chaotic, *(f"{line[:1].upper()}{line[1:]}." for line in lines))


def _table(facts: Facts) -> FactTable | None:
    pairs = _exponents(facts)
    if not pairs:
        return None
    largest = pairs[0][0]
    rows = tuple(
        (f"λ{i}", number_text(value, error), _kind(value, error, largest))
        for i, (value, error) in enumerate(pairs, start=1)
    )
    unit = facts.get("unit")
    return FactTable("Lyapunov exponents", ("", f"1/{unit}" if unit else "per unit of time", ""), rows)


def _kind(value: float | None, error: float | None, largest: float | None) -> str:
    """Whether a small disturbance in the direction of an exponent grows or shrinks.

    Example:
        >>> _kind(0.9, 0.01, 0.9), _kind(0.02, 0.001, 0.9), _kind(-14.5, 0.01, 0.9)
        ('grows', 'about zero', 'shrinks')
    """
    if value is None or not np.isfinite(value):
        return UNKNOWN
    if not _differs_from_zero(value, error) or abs(value) < NEGLIGIBLE * abs(largest or 0.0):
        return ABOUT_ZERO
    return "grows" if value > 0 else "shrinks"


SPEC = AnalysisSpec("Lyapunov spectrum", find_lyapunov, place=2, tab="Chaos", texts=_texts, table=_table)

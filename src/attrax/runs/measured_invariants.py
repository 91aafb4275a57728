"""Invariants of known systems, measured by our own analysis: what `attrax systems --measure` computes."""

import json
import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy.signal import welch

from attrax.analysis import Lyapunov, lyapunov_spectrum
from attrax.analysis.lyapunov.kaplan_yorke import kaplan_yorke_dimension
from attrax.core.result import Result
from attrax.runs.console import Console
from attrax.runs.tree_file import write_atomically
from attrax.systems import catalogue
from attrax.systems.recording import record, time_step
from attrax.systems.system import System

# Orbits side by side, and the length of each: periods of a flow, steps of a map.
ORBITS = 16
PERIODS = 60
STEPS = 20_000
# Periods, or steps of a map, before that.
TRANSIENT_PERIODS = 25
TRANSIENT_STEPS = 1000
# Rows in a period. A stiff flow contracts too much from one row to the next, and is measured again with more.
ROWS = 50
MORE_ROWS = 1000
# Periods of the recording whose spectrum gives the dominant period, and of the pieces its error is told by.
SPECTRUM_PERIODS = 400
PIECES = 8


def measure(system: System, *, seed: int = 0) -> dict[str, Any]:
    """Exponents, Kaplan-Yorke dimension and dominant period of a system, with standard errors.

    Exponents are averages over 16 orbits of 60 periods (20,000 steps of a map); their standard error is that of
    `lyapunov_spectrum`, that of the dimension comes from the spread over the orbits.

    Args:
        system: A system of the catalogue; only the period is measured of delay equations, whose state is a history, and
            of flows whose velocity jumps.
        seed: Chooses the starts.

    Cost: About ten seconds for a flow of three variables, most of it compilation; half an hour for the catalogue.
    """
    facts: dict[str, Any] = {}
    if system.smooth and not system.has_memory:
        facts |= _exponents(system, seed)
    if system.period:
        facts |= _period(system, seed)
    return facts


def measure_again(path: Path, names: Iterable[str]) -> None:
    """Measure the invariants of systems, all if none is named, and write them as JSON.

    What is in the file already is kept, so the measurement can be interrupted and goes on where it was.

    Cost: About ten seconds of processor time for a system.
    """
    found = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    chosen = tuple(names) or catalogue.names()
    with Console().progress("measuring", len(chosen)) as move:
        for done, name in enumerate(chosen):
            if name not in found:
                found[name] = measure(catalogue.find(name))
                lines = ",\n".join(f" {json.dumps(key)}: {json.dumps(value)}" for key, value in sorted(found.items()))
                write_atomically(path, f"{{\n{lines}\n}}\n".encode())
            move(done + 1, name)


def _exponents(system: System, seed: int) -> dict[str, Any]:
    found = _spectrum(system, ROWS, seed)
    if found.result is Result.UNRESOLVED and system.period:
        found = _spectrum(system, MORE_ROWS, seed)
    dimension, error = _dimension(found)
    return {
        "exponents": _rounded(found.exponents, 5),
        "std_error": _rounded(found.std_error, 2),
        "kaplan_yorke": dimension,
        "kaplan_yorke_error": error,
        "time": float(f"{ORBITS * found.n * found.dt:.4g}"),
        "result": found.result.name,
    }


def _spectrum(system: System, rows: int, seed: int) -> Lyapunov:
    noise = np.random.default_rng(seed).normal(size=(ORBITS, len(system.z0)))
    starts = jnp.asarray(np.array(system.z0) + system.start_deviations() * noise)
    n, transient = (PERIODS * rows, TRANSIENT_PERIODS * rows) if system.period else (STEPS, TRANSIENT_STEPS)
    dynamics = system.map(time_step(system, None, rows) if system.period else None)
    return lyapunov_spectrum(dynamics, starts, n, transient=transient)


def _dimension(found: Lyapunov) -> tuple[float, float]:
    by_start = found.by_start[np.isfinite(found.by_start).all(axis=1)]
    dimensions = [kaplan_yorke_dimension(exponents) for exponents in by_start]
    error = np.std(dimensions, ddof=1) / math.sqrt(len(dimensions)) if len(dimensions) > 1 else math.nan
    return float(f"{found.kaplan_yorke:.5g}"), float(f"{error:.2g}")


def _period(system: System, seed: int) -> dict[str, Any]:
    recording = record(system, SPECTRUM_PERIODS * ROWS, points_per_period=ROWS, key=jax.random.key(seed))
    pieces = np.array_split(recording[0].x, PIECES)
    whole = dominant_period(recording[0].x, recording[0].dt)
    error = np.std([dominant_period(x, recording[0].dt) for x in pieces], ddof=1) / math.sqrt(PIECES)
    return {"period": float(f"{whole:.4g}"), "period_error": float(f"{error:.2g}")}


def dominant_period(x: Float[np.ndarray, "time obs"], dt: float) -> float:
    """The period of the highest peak in the mean power spectrum of the channels, each standardised.

    Spectra are averaged over windows of a twentieth of the recording; the peak is placed between their frequencies by
    the parabola through it and its neighbors, which is good to two percent where a window holds eight periods.

    Args:
        x: A recording.
        dt: Time between rows.

    Example:
        >>> t = np.arange(0, 4000, 0.1)
        >>> round(dominant_period(np.stack([np.sin(2 * t), np.cos(2 * t)], axis=1), 0.1), 2)
        3.14
    """
    moving = x[:, x.std(axis=0) > 0]
    frequency, power = welch(
        (moving - moving.mean(axis=0)) / moving.std(axis=0), fs=1 / dt, nperseg=max(len(x) // 20, 16), axis=0
    )
    power = power.mean(axis=1)
    peak = int(np.argmax(power[1:-1])) + 1
    below, top, above = power[peak - 1 : peak + 2]
    bend = below - 2 * top + above
    offset = 0.5 * (below - above) / bend if bend else 0.0
    return float(1 / (frequency[peak] + offset * frequency[1]))


def _rounded(values: Float[np.ndarray, " k"], digits: int) -> list[float]:
    return [float(f"{value:.{digits}g}") for value in values]

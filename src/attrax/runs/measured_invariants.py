"""Measures Lyapunov exponents, dimension and period of the built-in systems (`attrax systems --measure`)."""

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
from attrax.systems.recording import record, recording_time_step
from attrax.systems.system import System

# Number of orbits, and the length of each: in periods of a flow, in steps of a map.
ORBITS = 16
PERIODS = 60
STEPS = 20_000
# Length of the transient: in periods of a flow, in steps of a map.
TRANSIENT_PERIODS = 25
TRANSIENT_STEPS = 1000
# Rows in a period. A stiff flow contracts too much between two rows; it is measured again with more rows.
ROWS = 50
MORE_ROWS = 1000
# Length in periods of the recording whose spectrum gives the dominant period, and the number of its parts whose spread
# gives the standard error.
SPECTRUM_PERIODS = 400
PIECES = 8


def measure(system: System, *, seed: int = 0) -> dict[str, Any]:
    """Measure the exponents, the Kaplan-Yorke dimension and the dominant period of a system, with standard errors.

    Exponents are averages over 16 orbits of 60 periods (20,000 steps of a map); their standard error is that of
    `lyapunov_spectrum`. That of the dimension is the spread over the orbits.

    Args:
        system: A built-in system. For delay equations, and for flows whose velocity jumps, only the period is measured.
        seed: Seed of the initial states.

    Cost: About ten seconds for a flow of three variables, most of it compilation; half an hour for the catalogue.
    """
    facts: dict[str, Any] = {}
    if system.smooth and not system.has_memory:
        facts |= _exponents(system, seed)
    if system.period:
        facts |= _period(system, seed)
    return facts


def update_measurements(path: Path, names: Iterable[str]) -> None:
    """Measure the systems that are missing in a JSON file and add them to it.

    The file is written after each system, so an interrupted measurement continues where it stopped.

    Args:
        path: The JSON file; created if it does not exist.
        names: Names of the systems; all if empty.

    Cost: About ten seconds of processor time for each system.
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
    dynamics = system.map(recording_time_step(system, None, rows) if system.period else None)
    return lyapunov_spectrum(dynamics, starts, n, transient=transient)


def _dimension(found: Lyapunov) -> tuple[float, float]:
    by_start = found.by_start[np.isfinite(found.by_start).all(axis=1)]
    dimensions = [kaplan_yorke_dimension(exponents) for exponents in by_start]
    error = np.std(dimensions, ddof=1) / math.sqrt(len(dimensions)) if len(dimensions) > 1 else math.nan
    return float(f"{found.kaplan_yorke:.5g}"), float(f"{error:.2g}")


def _period(system: System, seed: int) -> dict[str, Any]:
    recording = record(system, SPECTRUM_PERIODS * ROWS, points_per_period=ROWS, key=jax.random.key(seed))
    pieces = np.array_split(recording[0].x, PIECES)
    whole = spectral_period(recording[0].x, recording[0].dt)
    error = np.std([spectral_period(x, recording[0].dt) for x in pieces], ddof=1) / math.sqrt(PIECES)
    return {"period": float(f"{whole:.4g}"), "period_error": float(f"{error:.2g}")}


def spectral_period(x: Float[np.ndarray, "time obs"], dt: float) -> float:
    """The period of the highest peak in the mean power spectrum of all standardized channels.

    The spectrum is averaged over windows of a twentieth of the recording (Welch's method). A parabola through the peak
    and its two neighbors gives its position between two frequencies, with an error below two percent if a window holds
    at least eight periods.

    Args:
        x: A recording.
        dt: Time step between rows.

    Example:
        >>> t = np.arange(0, 4000, 0.1)
        >>> round(spectral_period(np.stack([np.sin(2 * t), np.cos(2 * t)], axis=1), 0.1), 2)
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

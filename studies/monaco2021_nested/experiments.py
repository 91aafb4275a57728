"""A nested oscillation, learned from noisy data: a slow rhythm whose phase sets the amplitude of a fast one."""

import jax
import numpy as np
from scipy.signal import welch

from attrax.campaigns import Budget, Measurement, Metric
from attrax.core import DataError, Scaling
from attrax.data import Dataset, Series
from attrax.measures import PhaseAmplitudeCoupling, phase_amplitude_coupling
from attrax.models import ClippedShallowPLRNN, IdentityObservation, LinearStart, Model
from attrax.optimise import ExponentialDecay, Plan, fit, radam
from attrax.plots import Axis, Figure, Line, Panel, Role
from attrax.systems import find, record
from attrax.train import Generalized, TeacherForcing, WindowBatches

SYSTEM = find("theta_gamma")
THETA, GAMMA = 7.0, 50.0
BANDS = {"theta": (4.0, 20.0), "gamma": (30.0, 80.0)}
CONTEXT, SHOWN = 10, 300
TRANSIENT = 1.0
"""Seconds; the amplitudes forget their start with 66 and 120 per second."""


def nested(budget: Budget, key: int, *, alpha: float, noise: float) -> Measurement:
    """Coupling and spectral peaks of the free run of a network, next to those of a clean recording."""
    rows = budget["rows"]
    clean = record(SYSTEM, 2 * rows, transient=TRANSIENT, key=jax.random.key(key))[0].x
    clean = (clean - clean.mean(axis=0)) / clean.std(axis=0)
    noisy = clean + noise * np.random.default_rng(key).normal(size=clean.shape)
    model = _trained(noisy[:rows], alpha, budget, key)
    truth = clean[rows + CONTEXT :]
    run = model.simulate(noisy[rows : rows + CONTEXT], len(truth)).x
    potentials = {"recording": _potential(truth), "free run": _potential(run)}
    found = {name: _coupling(x, budget["surrogates"], key) for name, x in potentials.items()}
    peaks = {name: _peaks(x) for name, x in potentials.items()}
    data, sim = found["recording"], found["free run"]
    # A run that has no slow rhythm, or diverged, has no coupling.
    index = (0.0, None) if sim is None else (sim.index, sim.std_error)
    phase = np.pi if sim is None else _turn(sim.preferred_phase - data.preferred_phase)
    protocol = f"{rows} rows of {SYSTEM.dt:.3g} s/noise {noise}"
    values = {
        "index_data": (data.index, data.std_error, "neither"),
        "index": (*index, "neither"),
        "index_error": (_change(index[0], data.index), None, "lower"),
        "surrogate_share": (float(data.surrogates.mean()) / data.index, None, "lower"),
        "preferred_phase_error": (phase, None, "lower"),
    }
    for band in BANDS:
        (f, power), (f_sim, power_sim) = peaks["recording"][band], peaks["free run"][band]
        values[f"{band}_error"] = _change(f_sim, f), None, "lower"
        values[f"{band}_power_error"] = _change(power_sim, power), None, "lower"
    metrics = {name: Metric(value, error, protocol, better) for name, (value, error, better) in values.items()}
    return Measurement(metrics, figures=(_figure(potentials, found),))


def _trained(x: np.ndarray, alpha: float, budget: Budget, key: int) -> Model:
    names, seen = SYSTEM.channels, IdentityObservation(x.shape[1])
    k_network, k_start, k_fit = jax.random.split(jax.random.key(key), 3)
    network = ClippedShallowPLRNN.create(x.shape[1], budget["units"], key=k_network)
    start = LinearStart.create(seen, x.shape[1], key=k_start)
    model = Model(network, seen, start, Scaling.identity(len(names)), names)
    recording = Dataset((Series(x.astype(np.float32), channels=names),))
    batches = WindowBatches.cut(recording, length=budget["window"], size=16)
    plan = Plan(budget["updates"], ExponentialDecay(5e-3, 1e-4, budget["updates"]), radam(1.0))
    return fit(model, TeacherForcing(Generalized(alpha)), batches, plan, key=k_fit).model


def _potential(x: np.ndarray) -> np.ndarray:
    """What one electrode would record: the sum of both rhythms."""
    return x[:, 0] + x[:, 2]


def _coupling(x: np.ndarray, surrogates: int, key: int) -> PhaseAmplitudeCoupling | None:
    """None for a run without a slow rhythm, or one that diverged."""
    try:
        return phase_amplitude_coupling(x, SYSTEM.dt, slow=THETA, fast=GAMMA, surrogates=surrogates, key=key)
    except DataError:
        return None


def _peaks(x: np.ndarray) -> dict[str, tuple[float, float]]:
    """The frequency at which each band has most power, and the power of the band."""
    frequency, power = welch(x, fs=1 / SYSTEM.dt, nperseg=min(len(x), 4_096))
    inside = {name: (frequency > low) & (frequency < high) for name, (low, high) in BANDS.items()}
    return {
        name: (float(frequency[np.argmax(power * band)]), float(power[band].sum())) for name, band in inside.items()
    }


def _change(value: float, reference: float) -> float:
    """Relative difference; infinite for a run that came to rest or diverged."""
    return abs(value / reference - 1) if np.isfinite(value) else np.inf


def _turn(angle: float) -> float:
    """The size of an angle between -pi and pi."""
    return float(abs(np.angle(np.exp(1j * angle))))


def _figure(potentials: dict[str, np.ndarray], found: dict[str, PhaseAmplitudeCoupling | None]) -> Figure:
    time = np.arange(SHOWN) * SYSTEM.dt
    waves = tuple(
        Panel(traces=(Line(x=time, y=x[-SHOWN:]),), x=Axis(label="time", unit="s"), y=Axis(label="x + u"), title=name)
        for name, x in potentials.items()
    )
    profiles = Panel(
        traces=tuple(
            Line(x=one.phases, y=one.amplitude / one.amplitude.mean(), name=name, role=role)
            for (name, one), role in zip(found.items(), (Role.DATA, Role.MODEL), strict=True)
            if one
        ),
        x=Axis(label="phase of theta"),
        y=Axis(label="amplitude of gamma"),
        title="coupling",
    )
    caption = "The sum of both rhythms, and the amplitude of the fast one at each phase of the slow one over its mean."
    return Figure(name="nested", title="Nested oscillation", caption=caption, panels=(*waves, profiles), columns=3)

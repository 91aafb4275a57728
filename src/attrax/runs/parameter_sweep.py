"""How a system or a driven model behaves as one parameter changes: its long-term states, and its largest exponent."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from attrax.analysis.bifurcations.bifurcation_diagram import Bifurcation
from attrax.analysis.held_input import HeldSmoothInput
from attrax.core.dynamics import AbstractDynamics
from attrax.core.errors import ConfigError
from attrax.core.precision import in_float64
from attrax.core.result import Result
from attrax.plots.bifurcation_diagram import bifurcation_figure
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import Line
from attrax.reconstruct.preparation.recordings import is_system
from attrax.runs.opened_run import open_system
from attrax.systems import catalogue
from attrax.systems.equations import changed

PERIODS, TRANSIENT_PERIODS = 60, 40
"""Length of each orbit of a flow, and of what is left out before, in dominant periods."""
MAP_STEPS, MAP_TRANSIENT = 400, 1_000
KEPT = 120
"""Number of long-term states that are drawn for each value."""
STEPS_PER_PERIOD = 60


class Family(NamedTuple):
    """A family of maps with one parameter.

    Attributes:
        name: Name of the system or run.
        member: The map for a value of the parameter.
        start: Where orbits begin.
        label: Name of the coordinate that is drawn.
        steps, transient: Number of steps of each orbit, and of what is left out before.
        flow: Whether the maxima of an orbit are drawn, and not all its states.
        warning: Says that the model is not RECONSTRUCTED; empty otherwise.
        folder: Where results belong.
    """

    name: str
    member: Callable[[Array], AbstractDynamics]
    start: Float[np.ndarray, " latent"]
    label: str
    steps: int
    transient: int
    flow: bool
    warning: str
    folder: Path


class ParameterSweep(NamedTuple):
    """The result of `sweep_parameter`.

    Attributes:
        values: The values of the parameter.
        states: The long-term states of the drawn coordinate for each value; NaN where an orbit diverged, or to fill up.
        exponents: Largest Lyapunov exponent for each value, per unit of time; NaN where an orbit diverged.
    """

    values: Float[np.ndarray, " value"]
    states: Float[np.ndarray, "value state"]
    exponents: Float[np.ndarray, " value"]


def parse_range(text: str) -> tuple[str, float, float]:
    """The name and the ends of `parameter=from:to`.

    Raises: ConfigError C616 if the text has another form.

    Example:
        >>> parse_range("rho=20:30")
        ('rho', 20.0, 30.0)
    """
    found = re.fullmatch(r"\s*([^=\s]+)\s*=\s*([^:]+):([^:]+)", text)
    try:
        name, low, high = found.groups() if found else ("", "", "")
        ends = float(low), float(high)
    except ValueError:
        ends = 0.0, 0.0
        name = ""
    if not name or not ends[0] < ends[1] or not np.isfinite(ends).all():
        raise ConfigError(
            "C616",
            f"cannot read the range of a parameter, {text!r}",
            where="attrax bifurcation",
            why="it needs the name of a parameter, the lowest and the highest value",
            fix="a parameter with two numbers, as in: attrax bifurcation lorenz63 rho=20:30",
        )
    return name, *ends


def family_of(source: str, parameter: str) -> Family:
    """The family of maps of a built-in system, or of the model of a run with an external input.

    Args:
        source: Name of a system, or a run folder.
        parameter: A parameter of the system, or an external input of the run.

    Raises: ConfigError C573 if there is no such parameter; RunError or DataError if there is no such source.
    """
    if not Path(source).is_dir() and is_system(source):
        return _of_system(source, parameter)
    return _of_run(Path(source), parameter)


def _of_system(name: str, parameter: str) -> Family:
    system = catalogue.find(name)
    dynamics, flow = system.dynamics, bool(system.period)
    known = getattr(dynamics, "parameters", None)
    if known is None:
        changed({key: value for key, value in vars(dynamics).items() if isinstance(value, float)}, {parameter: 0.0})
    else:
        changed(known, {parameter: 0.0})

    def member(value: Array) -> AbstractDynamics:
        where = (lambda d: d.parameters[parameter]) if known is not None else (lambda d: getattr(d, parameter))
        return system.sampling(eqx.tree_at(where, dynamics, value), dt)

    dt = system.period / STEPS_PER_PERIOD if flow else system.dt
    steps = PERIODS * STEPS_PER_PERIOD if flow else MAP_STEPS
    before = TRANSIENT_PERIODS * STEPS_PER_PERIOD if flow else MAP_TRANSIENT
    start = np.resize(np.array(system.z0, float), member(jnp.asarray(0.0)).latent_dim)
    return Family(system.title, member, start, system.channels[0], steps, before, flow, "", Path(f"{name}-bifurcation"))


def _of_run(folder: Path, parameter: str) -> Family:
    fit = open_system(folder)
    inputs = fit.recorded_inputs or ()
    changed(dict.fromkeys(inputs, 0.0), {parameter: 0.0})
    model, recording = fit.model, fit.recordings.train.longest
    assert recording.inputs is not None
    mean, place = recording.inputs.mean(axis=0), inputs.index(parameter)

    def member(value: Array) -> AbstractDynamics:
        return HeldSmoothInput(in_float64(model.dynamics), jnp.asarray(mean).at[place].set(value))

    start = np.asarray(model.states(recording.x[-64:]))[-1].astype(float)
    return Family(folder.name, member, start, "z1", MAP_STEPS, MAP_TRANSIENT, False, fit.warning, folder)


def sweep_parameter(family: Family, values: Float[np.ndarray, " value"]) -> ParameterSweep:
    """Follow an orbit at every value of the parameter, all at once.

    Args:
        family: The family of maps.
        values: The values of the parameter.

    Cost: 16 s of processor time for 200 values of a flow of three variables, with its figures.
    """
    with jax.enable_x64(True):
        found = _orbits(
            family.member,
            jnp.asarray(values, jnp.float64),
            jnp.asarray(family.start, jnp.float64),
            family.steps,
            family.transient,
        )
        orbits, growth = (np.asarray(a) for a in found)
        dt = family.member(jnp.asarray(values[0])).dt
    lost = np.asarray(~np.isfinite(orbits).all(axis=1), bool)
    exponents = np.where(lost, np.nan, growth / (family.steps * dt))
    pick = _maxima if family.flow else _last
    states = np.stack([np.full(KEPT, np.nan) if gone else pick(x) for x, gone in zip(orbits, lost, strict=True)])
    return ParameterSweep(np.asarray(values, float), states, exponents)


def _orbits(
    member: Callable[[Array], AbstractDynamics], values: Array, start: Array, n: int, transient: int
) -> tuple[Float[Array, "value n"], Float[Array, " value"]]:
    def one(value: Array) -> tuple[Array, Array]:
        dynamics = member(value)

        def move(carried, _):
            z, v = carried
            z, v = jax.jvp(dynamics.step, (z,), (v,))
            size = jnp.linalg.norm(v)
            return (z, v / size), (z[0], jnp.log(size))

        first = (start, jnp.ones_like(start) / jnp.sqrt(len(start)))
        settled, _ = jax.lax.scan(lambda c, _: (move(c, None)[0], None), first, None, length=transient)
        _, (x, growth) = jax.lax.scan(move, settled, None, length=n)
        return x, growth.sum()

    return eqx.filter_jit(jax.vmap(one))(values)


def _last(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " kept"]:
    return x[-KEPT:]


def _maxima(x: Float[np.ndarray, " n"]) -> Float[np.ndarray, " kept"]:
    """The last maxima of an orbit; its last state if it has none, as at rest."""
    peaks = x[1:-1][(x[1:-1] > x[:-2]) & (x[1:-1] >= x[2:])]
    peaks = peaks if len(peaks) and np.ptp(x[len(x) // 2 :]) > 1e-6 * max(np.abs(x).max(), 1e-12) else x[-1:]
    shown = peaks[-KEPT:]
    return np.concatenate([shown, np.full(KEPT - len(shown), np.nan)])


def sweep_figure(found: ParameterSweep, family: Family, parameter: str) -> Figure:
    """The bifurcation diagram, and below it the largest exponent.

    Args:
        found: The result of `sweep_parameter`.
        family: The family of maps.
        parameter: Name of the parameter.
    """
    states = found.states[:, None, :, None]
    gone = np.asarray(np.isnan(states).all(axis=(2, 3)), bool)
    diagram = Bifurcation(found.values, states, gone, (), (), Result.NOT_EXHAUSTIVE)
    drawn = bifurcation_figure(diagram, label=parameter)
    what = f"maxima of {family.label}" if family.flow else family.label
    x = Axis(label=parameter)
    upper = Panel(traces=drawn.panels[0].traces, x=x, y=Axis(label=what))
    zero = Line(x=found.values[[0, -1]], y=np.zeros(2), role=Role.MUTED, width=0.8, dash="dash")
    exponent = Line(x=found.values, y=found.exponents, role=Role.MODEL, width=1.2)
    lower = Panel(traces=(zero, exponent), x=x, y=Axis(label="largest exponent"))
    caption = (
        f"{len(found.values)} values of {parameter}. Dots: {what} after a transient. Below: the largest Lyapunov "
        "exponent of the same orbits; above zero they are chaotic."
    )
    return Figure(name="bifurcation", title=f"{family.name}: {parameter}", panels=(upper, lower), caption=caption)

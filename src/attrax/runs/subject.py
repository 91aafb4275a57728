"""Subject: what an analysis is about, wherever it came from: the model of a run, a model file, or a known system."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from attrax.analysis.held_input import HeldInput, HeldSmoothInput
from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear
from attrax.core.errors import RunError
from attrax.core.precision import in_float64
from attrax.data.series import Series
from attrax.models.model import Model
from attrax.runs.evaluation import with_lines
from attrax.runs.folder import Run
from attrax.runs.model_file import open_model
from attrax.runs.recordings import is_system, load_recordings, system_of
from attrax.systems import catalogue
from attrax.systems.system import System

STARTS = 64


@dataclass(frozen=True, eq=False)
class Known:
    """The system that a recording came from.

    Attributes:
        system: Its record in the catalogue.
        dynamics: Its map at the time step of the recording.
        starts: States near its attractor.
    """

    system: System
    dynamics: AbstractDynamics
    starts: Float[np.ndarray, "start latent"]


@dataclass(frozen=True, eq=False)
class Subject:
    """A map, where to start it, and how its states are shown to people.

    Attributes:
        name: What it is called.
        dynamics: The map, without inputs.
        starts: States to start from, in the basin of the attractor as far as is known.
        observe: From states to what is shown: the channels of the recording, in its units.
        names: Names of what is shown.
        unit: Unit of time, as text; empty if not known.
        known: The system behind the recording, if it is one of the catalogue.
        reference: The recording the model was made from, if it can be found.
        folder: Where results belong if nobody says otherwise.
        note: What a person should know before reading the results; may be empty.
    """

    name: str
    dynamics: AbstractDynamics
    starts: Float[np.ndarray, "start latent"]
    observe: Callable[[np.ndarray], np.ndarray]
    names: tuple[str, ...]
    unit: str
    folder: Path
    known: Known | None = None
    reference: Series | None = None
    note: str = ""


def find_subject(source: str, *, seed: int) -> Subject:
    """What a person means by `source`: a run folder, a model file, or the name of a built-in system.

    Args:
        source: As typed.
        seed: Chooses the random starts.

    Raises:
        RunError: no run in the folder, or it has no model yet.
        ModelFileError: not a model file.
        DataError: no such system.
    """
    path = Path(source)
    if path.is_dir():
        return _run(path, seed)
    if path.is_file() or path.suffix:
        return _model(path, seed)
    if is_system(source):
        return _system(catalogue.find(source), seed)
    return _run(path, seed)


def _run(path: Path, seed: int) -> Subject:
    run = Run.open(path)
    if not run.model_path.is_file():
        raise RunError(
            "R309",
            "the run has no model yet",
            where=str(path),
            why=f"its status is '{run.info['status']}'; a run has a model when it has finished",
            fix=f"attrax resume {path}",
        )
    model = open_model(run.model_path)
    data = run.config.data
    recording = with_lines(load_recordings(run.config).train.longest)
    known = None
    if len(data.source) == 1 and data.source[0] in catalogue.names():
        known = _known(system_of(data), data.dt or None, seed)
    rows = np.random.default_rng(seed).choice(len(recording), size=STARTS, replace=len(recording) < STARTS)
    dynamics, note = _undriven(model.dynamics, None if recording.inputs is None else recording.inputs.mean(axis=0))
    return Subject(
        name=path.resolve().name,
        dynamics=dynamics,
        starts=_states(model, model.scaling.apply(recording.x[rows].astype(np.float64))),
        observe=_observer(model),
        names=model.channels,
        unit=recording.unit,
        known=known,
        reference=recording,
        folder=path,
        note=note,
    )


def _model(path: Path, seed: int) -> Subject:
    """Without a recording, starts are drawn as if it were Gaussian: models are trained on standardised channels."""
    model = open_model(path)
    x = np.random.default_rng(seed).normal(size=(STARTS, len(model.channels)))
    driven = model.dynamics.input_dim > 0
    dynamics, note = _undriven(model.dynamics, np.zeros(model.dynamics.input_dim) if driven else None)
    return Subject(
        name=path.stem,
        dynamics=dynamics,
        starts=_states(model, x),
        observe=_observer(model),
        names=model.channels,
        unit="",
        folder=path.with_name(f"{path.stem}-analysis"),
        note=note,
    )


def _system(system: System, seed: int) -> Subject:
    known = _known(system, None, seed)
    if known is None:
        raise RunError(
            "R321",
            "a system with a delay is not analyzed",
            where=f"system '{system.name}'",
            why="its state is a history of hundreds of values, for which the searches and spectra here are not made",
            fix=f"attrax fit {system.name} --embed auto, then analyze the model",
        )
    return Subject(
        name=system.name,
        dynamics=known.dynamics,
        starts=known.starts,
        observe=system.observe,
        names=system.observed,
        unit="",
        known=known,
        folder=Path(f"{system.name}-analysis"),
    )


def _known(system: System, dt: float | None, seed: int) -> Known | None:
    """A system as the truth; None if its state is a history."""
    return None if system.remembers else Known(system, system.map(dt), _starts(system, seed))


def _starts(system: System, seed: int) -> Float[np.ndarray, "start latent"]:
    noise = np.random.default_rng(seed).normal(size=(STARTS, len(system.z0)))
    return np.array(system.z0) + system.scatter() * noise


def _undriven(dynamics: AbstractDynamics, s: Float[np.ndarray, " input"] | None) -> tuple[AbstractDynamics, str]:
    """A driven model is analyzed at a constant input: without one it is not a map."""
    if s is None:
        return dynamics, ""
    note = f"the model is driven; it is analyzed at the constant input {', '.join(f'{value:.3g}' for value in s)}"
    if isinstance(dynamics, AbstractPiecewiseLinear):
        return HeldInput(dynamics=dynamics, s=jnp.asarray(s)), note
    return HeldSmoothInput(dynamics=dynamics, s=jnp.asarray(s)), note


def _states(model: Model, x: Float[np.ndarray, "start obs"]) -> Float[np.ndarray, "start latent"]:
    with jax.enable_x64(True):
        observation, start = in_float64((model.observation, model.start))
        return np.asarray(start.infer(observation, jnp.asarray(x, jnp.float64)))


def _observer(model: Model) -> Callable[[np.ndarray], np.ndarray]:
    def observe(z):
        with jax.enable_x64(True):
            x = in_float64(model.observation).observe(jnp.asarray(z, jnp.float64))
        return model.scaling.invert(np.asarray(x))

    return observe

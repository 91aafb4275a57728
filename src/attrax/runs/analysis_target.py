"""`find_target`: makes the target of an analysis from a fit, a model, a dynamics, a system, a path or a name."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial, singledispatch
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from attrax.analysis.held_input import HeldInput, HeldSmoothInput
from attrax.analysis.rotating_input import RotatingInput
from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear
from attrax.core.errors import ConfigError, RunError
from attrax.core.precision import in_float64
from attrax.core.safe_text import file_name
from attrax.data.series import Series
from attrax.models.model import Model
from attrax.reconstruct.findings.target import KnownSystem, Target
from attrax.reconstruct.judging.evaluation import with_lines
from attrax.reconstruct.preparation.recordings import is_system, system_of
from attrax.runs.model_file import open_model
from attrax.runs.opened_run import open_system
from attrax.runs.reconstruction import Reconstruction
from attrax.systems import catalogue
from attrax.systems.system import System

STARTS = 64

CALM = "free runs of this model contain dynamical noise; what follows describes its map without noise"


@singledispatch
def find_target(source: Any, *, seed: int) -> Target:
    """The map to analyze for `source`, with initial states and the names and units of what it shows.

    Args:
        source: A fit, a model, a dynamics, a built-in system, a run folder, a model file, or the name of a system.
        seed: Seed of the random initial states.

    Raises:
        ConfigError: C585 for anything else, such as a fit of many subjects.
        RunError: the folder holds no run, or the run has no model yet; R321 for a system with a delay.
        ModelFileError: the file is not a model file.
        DataError: there is no system of that name.
    """
    del seed
    raise ConfigError(
        "C585",
        f"a {type(source).__name__} cannot be analyzed",
        where="attrax.analyze",
        why="it takes a fit, a model, a dynamics, a run folder, a model file, or the name of a built-in system",
        fix="attrax.analyze(fit.subject(name)), for a fit of many subjects",
    )


@find_target.register(str)
@find_target.register(Path)
def _named(source: str | Path, *, seed: int) -> Target:
    path = Path(source)
    if not path.is_dir() and (path.is_file() or path.suffix):
        return _of_model(open_model(path), seed, path.stem, path.with_name(f"{path.stem}-analysis"))
    if not path.is_dir() and is_system(str(source)):
        return _of_system(catalogue.find(str(source)), seed=seed)
    return _of_fit(open_system(path), seed=seed)


@find_target.register
def _of_fit(fit: Reconstruction, *, seed: int) -> Target:
    model, data = fit.model, fit.config.data
    recording = _reference(fit)
    known = None
    if len(data.source) == 1 and data.source[0] in catalogue.names():
        known = _known(system_of(data), data.dt, seed)
    rows = np.random.default_rng(seed).choice(len(recording), size=STARTS, replace=len(recording) < STARTS)
    drives = data.known_phases.drives if recording.inputs is not None else {}
    driven = partial(_driven, recording=recording, rows=rows, drives=drives)
    dynamics, starts, note = driven(model)
    observe: Callable[[np.ndarray], np.ndarray] = partial(_without_phases, model) if drives else model.observe
    calm = "" if model.noise is None else CALM
    name = fit.name if fit.folder is None else fit.folder.resolve().name
    return Target(
        name=name,
        dynamics=dynamics,
        starts=starts,
        observe=observe,
        names=model.channels,
        unit=recording.unit,
        known=known,
        reference=recording,
        folder=fit.folder or Path(f"{file_name(name)}-analysis"),
        note="; ".join(text for text in (note, calm) if text),
        warning=fit.warning,
        restarts={
            seed: driven(other)[:2]
            for seed, other in fit.learned.restarts.items()
            if seed != fit.learned.facts.get("seed")
        },
    )


def _driven(
    model: Model, recording: Series, rows: np.ndarray, drives: Mapping[float, Any]
) -> tuple[AbstractDynamics, Float[np.ndarray, "start latent"], str]:
    """The dynamics of a model without inputs, states on its attractor, and a note on how the inputs were replaced.

    Inputs are held at their mean, apart from those of periodic drives: their phases become states.
    """
    starts = _states(model, model.scaling.apply(recording.x[rows].astype(np.float64)))
    if not drives or recording.inputs is None:
        inputs = None if recording.inputs is None else recording.inputs.mean(axis=0)
        dynamics, note = _undriven(model.dynamics, inputs)
        return dynamics, starts, note
    held = recording.input_dim - 2 * len(drives)
    dynamics = RotatingInput(model.dynamics, jnp.asarray(list(drives)), recording.inputs[:, :held].mean(axis=0))
    pairs = recording.inputs[rows, held:].reshape(STARTS, len(drives), 2)
    starts = np.concatenate([starts, np.arctan2(pairs[..., 1], pairs[..., 0]) / (2 * np.pi) % 1.0], axis=1)
    note = f"the model is driven; the phase of each drive is a state, with turns of {_listed(drives)} steps"
    return dynamics, starts, note


def _reference(fit: Reconstruction) -> Series:
    """The training recording; if it was an array that no longer exists, the test rows that the run folder keeps."""
    if fit.prepared is None and not fit.config.data.source:
        return fit.evaluation.reference
    return with_lines(fit.recordings.train.longest)


@find_target.register
def _model(model: Model, *, seed: int) -> Target:
    return _of_model(model, seed, "model", Path("model-analysis"))


def _of_model(model: Model, seed: int, name: str, folder: Path) -> Target:
    """The target of a model alone. Starts are drawn from a standard normal: models see standardized channels."""
    x = np.random.default_rng(seed).normal(size=(STARTS, len(model.channels)))
    driven = model.dynamics.input_dim > 0
    dynamics, note = _undriven(model.dynamics, np.zeros(model.dynamics.input_dim) if driven else None)
    return Target(
        name=name,
        dynamics=dynamics,
        starts=_states(model, x),
        observe=model.observe,
        names=model.channels,
        unit="",
        folder=folder,
        note=note,
    )


@find_target.register
def _of_dynamics(dynamics: AbstractDynamics, *, seed: int) -> Target:
    """The target of a dynamics. Latent states are shown unchanged, and starts are drawn around the origin."""
    name = type(dynamics).__name__
    undriven, note = _undriven(dynamics, np.zeros(dynamics.input_dim) if dynamics.input_dim else None)
    return Target(
        name=name,
        dynamics=undriven,
        starts=np.random.default_rng(seed).normal(size=(STARTS, dynamics.latent_dim)),
        observe=np.asarray,
        names=tuple(f"z{i}" for i in range(dynamics.latent_dim)),
        unit="",
        folder=Path(f"{name}-analysis"),
        note=note,
    )


@find_target.register
def _of_system(system: System, *, seed: int) -> Target:
    known = _known(system, None, seed)
    if known is None:
        raise RunError(
            "R321",
            "a system with a delay is not analyzed",
            where=f"system '{system.name}'",
            why="its state is a history of hundreds of values, for which the searches and spectra here are not made",
            fix=f"attrax fit {system.name}, then analyze the model",
        )
    return Target(
        name=system.name,
        dynamics=known.dynamics,
        starts=known.starts,
        observe=system.observe,
        names=system.observed_channels,
        unit="",
        known=known,
        folder=Path(f"{system.name}-analysis"),
    )


def _known(system: System, dt: float | None, seed: int) -> KnownSystem | None:
    """A built-in system to compare with; None for a delay equation, whose state is a whole history."""
    return None if system.has_memory else KnownSystem(system, system.map(dt), _starts(system, seed))


def _starts(system: System, seed: int) -> Float[np.ndarray, "start latent"]:
    noise = np.random.default_rng(seed).normal(size=(STARTS, len(system.z0)))
    return np.array(system.z0) + system.start_deviations() * noise


def _undriven(dynamics: AbstractDynamics, s: Float[np.ndarray, " input"] | None) -> tuple[AbstractDynamics, str]:
    """A driven model with its input held constant, and a note that says so: analyses need a map without inputs."""
    if s is None:
        return dynamics, ""
    note = f"the model is driven; it is analyzed at the constant input {', '.join(f'{value:.3g}' for value in s)}"
    if isinstance(dynamics, AbstractPiecewiseLinear):
        return HeldInput(dynamics=dynamics, s=jnp.asarray(s)), note
    return HeldSmoothInput(dynamics=dynamics, s=jnp.asarray(s)), note


def _without_phases(model: Model, z: Float[np.ndarray, "*time latent"]) -> Float[np.ndarray, "*time obs"]:
    """The channels of states that end with the phases of drives."""
    return model.observe(z[..., : model.dynamics.latent_dim])


def _listed(numbers: Iterable[float]) -> str:
    return ", ".join(f"{number:.6g}" for number in numbers)


def _states(model: Model, x: Float[np.ndarray, "start obs"]) -> Float[np.ndarray, "start latent"]:
    with jax.enable_x64(True):
        observation, start = in_float64((model.observation, model.start))
        return np.asarray(start.infer(observation, jnp.asarray(x, jnp.float64)))

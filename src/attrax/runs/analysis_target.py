"""From what a person names to the target of an analysis: a run folder, a model file, or a known system."""

from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from attrax.analysis.held_input import HeldInput, HeldSmoothInput
from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear
from attrax.core.errors import RunError
from attrax.core.precision import in_float64
from attrax.models.model import Model
from attrax.reconstruct.findings.target import Known, Target
from attrax.reconstruct.judging.evaluation import with_lines
from attrax.reconstruct.preparation.recordings import is_system, load_recordings, system_of
from attrax.runs.folder import Run
from attrax.runs.model_file import open_model
from attrax.systems import catalogue
from attrax.systems.system import System

STARTS = 64


def find_target(source: str, *, seed: int) -> Target:
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


def _run(path: Path, seed: int) -> Target:
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
        known = _known(system_of(data), data.dt, seed)
    rows = np.random.default_rng(seed).choice(len(recording), size=STARTS, replace=len(recording) < STARTS)
    dynamics, note = _undriven(model.dynamics, None if recording.inputs is None else recording.inputs.mean(axis=0))
    return Target(
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


def _model(path: Path, seed: int) -> Target:
    """Without a recording, starts are drawn as if it were Gaussian: models are trained on standardised channels."""
    model = open_model(path)
    x = np.random.default_rng(seed).normal(size=(STARTS, len(model.channels)))
    driven = model.dynamics.input_dim > 0
    dynamics, note = _undriven(model.dynamics, np.zeros(model.dynamics.input_dim) if driven else None)
    return Target(
        name=path.stem,
        dynamics=dynamics,
        starts=_states(model, x),
        observe=_observer(model),
        names=model.channels,
        unit="",
        folder=path.with_name(f"{path.stem}-analysis"),
        note=note,
    )


def _system(system: System, seed: int) -> Target:
    known = _known(system, None, seed)
    if known is None:
        raise RunError(
            "R321",
            "a system with a delay is not analyzed",
            where=f"system '{system.name}'",
            why="its state is a history of hundreds of values, for which the searches and spectra here are not made",
            fix=f"attrax fit {system.name} --embed auto, then analyze the model",
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


def _known(system: System, dt: float | None, seed: int) -> Known | None:
    """A system as the truth; None if its state is a history."""
    return None if system.has_memory else Known(system, system.map(dt), _starts(system, seed))


def _starts(system: System, seed: int) -> Float[np.ndarray, "start latent"]:
    noise = np.random.default_rng(seed).normal(size=(STARTS, len(system.z0)))
    return np.array(system.z0) + system.start_deviations() * noise


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

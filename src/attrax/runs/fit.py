"""`attrax.fit` learns and judges a model of a recording; `attrax.resume` continues a fit that was interrupted."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, overload

import numpy as np

from attrax.core.dynamics import AbstractDynamics
from attrax.core.observation import AbstractInvertible
from attrax.core.python_advice import python_caller
from attrax.optimise import AbstractObjective, Callback
from attrax.reading.load import load_raw
from attrax.reconstruct.learning.parts import Parts
from attrax.reconstruct.preparation.preparation import Recordings, prepare
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.console import Console
from attrax.runs.fit_arguments import (
    ADVICE,
    SWITCHES,
    Dynamics,
    FitChoices,
    Forcing,
    Loss,
    Observation,
    check_callbacks,
    sizes,
)
from attrax.runs.hierarchy import HierarchicalReconstruction
from attrax.runs.job import continue_job, run_job
from attrax.runs.reconstruction import Reconstruction
from attrax.train.forcing import AbstractForcing


@overload
def fit(
    data: Any,
    *,
    test: Any | None = None,
    seed: int = 0,
    preset: str = "auto",
    dynamics: Dynamics = None,
    observation: Observation = None,
    forcing: Forcing = None,
    loss: Loss = None,
    subjects: None = None,
    settings: dict[str, Any] | None = None,
    callbacks: Sequence[Callback] = (),
    folder: str | Path | None = None,
    quiet: bool = False,
) -> Reconstruction: ...


@overload
def fit(
    data: Any,
    *,
    test: Any | None = None,
    seed: int = 0,
    preset: str = "auto",
    dynamics: Dynamics = None,
    observation: Observation = None,
    forcing: Forcing = None,
    loss: Loss = None,
    subjects: int,
    settings: dict[str, Any] | None = None,
    callbacks: Sequence[Callback] = (),
    folder: str | Path | None = None,
    quiet: bool = False,
) -> HierarchicalReconstruction: ...


@python_caller(ADVICE, SWITCHES)
def fit(
    data: Any,
    *,
    test: Any | None = None,
    seed: int = 0,
    preset: str = "auto",
    dynamics: Dynamics = None,
    observation: Observation = None,
    forcing: Forcing = None,
    loss: Loss = None,
    subjects: int | None = None,
    settings: dict[str, Any] | None = None,
    callbacks: Sequence[Callback] = (),
    folder: str | Path | None = None,
    quiet: bool = False,
) -> Reconstruction | HierarchicalReconstruction:
    """Learn a generative model of a recording, and score its free runs against held-out data.

    The recording is standardized and its last part is held out. Several models are trained by generalized teacher
    forcing. The model whose free run is nearest to the training data is chosen and scored on the part held out. The
    command `attrax fit` does the same: the same data and settings give the same model, bit for bit.

    Args:
        data: A file, the name of a built-in system, an array (time in rows, channels in columns), a DataFrame, or a
            recording from `attrax.load`; or a list of these, each one a separate series.
        test: A separate test recording, used in place of the last part of `data`.
        seed: Random seed. The same seed, data and versions give the same model.
        preset: `auto`, `quick` for a first look, or `paper` for the settings of Hess et al. 2023.
        dynamics: The model class: a name such as `clipped`, `shallow` or `gru` (`attrax doctor dynamics` lists all), or
            an untrained object. All restarts begin with a copy of an object.
        observation: How channels follow from latent states: `identity`, `affine`, `poisson` and others, or an object.
        forcing: The kind of teacher forcing: `generalized`, `adaptive` or `sparse`, or an object.
        loss: The loss: a name or an object. An object brings its own forcing.
        subjects: Learn one hierarchical model of many subjects, one recording each, with this many shared networks;
            each subject mixes them with its own weights. File names are the names of subjects. 3 is enough if subjects
            differ in one parameter; raise it if they differ in more ways.
        settings: Nested settings that differ from the preset, for example `{"train": {"updates": 10_000}}`, with the
            names of `config.toml`.
        callbacks: Functions called after every chunk of updates with an `attrax.optimise.Progress`. If one returns
            True, training ends and the best model so far is chosen.
        folder: Run folder for checkpoints and results while training. Without it, `fit.save` writes them afterwards.
        quiet: Show no progress.

    Returns: A `Reconstruction`: model, verdict, scores and settings. With `subjects`, a `HierarchicalReconstruction`:
        `fit.subject(name)` is the `Reconstruction` of one subject, `fit.infer(data)` adds new subjects.
    Raises: DataError for a recording that cannot be used; ConfigError for an invalid setting; RunError if the folder is
        in use or the loss never becomes finite; Interrupted on Ctrl-C.
    Cost: With the default settings one to three minutes on two cores.

    Example:
        >>> import attrax, numpy as np
        >>> x = np.sin(np.arange(500)[:, None] / 5 + np.array([0.0, 1.0]))
        >>> tiny = {"train": {"updates": 10, "chunk": 10, "window": 20, "restarts": 1}, "evaluate": {"starts": 2}}
        >>> fit = attrax.fit(x, settings=tiny, quiet=True)  # without `settings`, training takes a minute
        >>> fit.model.simulate(x[:10], 5).x.shape
        (5, 2)

    References:
        Hess, Monfared, Brenner and Durstewitz, Generalized teacher forcing for learning chaotic dynamics, ICML 2023
            [@hess2023].
        With `subjects`: Brenner, Weber, Koppe and Durstewitz, Learning interpretable hierarchical dynamical systems
            models from time series data, ICLR 2025 [@brenner2025].
    """
    check_callbacks(callbacks)
    choices, files = FitChoices(dynamics, observation, forcing, loss), _files(data, test)
    config = choices.configure(preset, settings or {}, sizes(subjects=subjects), files, {"seed": seed})
    recordings = load_recordings(config) if files else _prepared(config, data, test)
    found = run_job(
        config,
        recordings,
        folder=folder,
        console=Console(quiet=quiet),
        callbacks=callbacks,
        parts=choices.objects,
    )
    return found if files or isinstance(data, np.ndarray | list | tuple) else replace(found, given=data)


def resume(
    folder: str | Path,
    *,
    data: Any | None = None,
    test: Any | None = None,
    dynamics: AbstractDynamics | None = None,
    observation: AbstractInvertible | None = None,
    forcing: AbstractForcing | None = None,
    loss: AbstractObjective | None = None,
    callbacks: Sequence[Callback] = (),
    quiet: bool = False,
) -> Reconstruction | HierarchicalReconstruction:
    """Continue an interrupted run from its last checkpoint. The result is the same as without the interruption.

    Args:
        folder: The run folder.
        data: The recording, if the run was started from an array.
        test: The test recording, if it was an array.
        dynamics: The dynamics, if it was given as an object when the run was started.
        observation: The observation, if it was given as an object.
        forcing: The forcing, if it was given as an object.
        loss: The loss, if it was given as an object.
        callbacks: As in `attrax.fit`.
        quiet: Show no progress.

    Raises:
        RunError: R302 if the folder holds no run, R307 if it has finished, R301 if the recording or the settings have
            changed since it was started.

    Example:
        >>> import attrax
        >>> fit = attrax.resume("runs/ecg-20261130-1200-0a1b")  # doctest: +SKIP
    """

    def read(config: Config) -> Recordings:
        return load_recordings(config) if data is None else _prepared(config, data, test)

    check_callbacks(callbacks)
    parts = Parts(dynamics, observation, forcing, loss)
    return continue_job(folder, read=read, console=Console(quiet=quiet), callbacks=callbacks, parts=parts)


def _files(data: Any, test: Any | None) -> dict[str, Any]:
    """The settings for recordings given as files or names, so that the run can read them again; none for arrays."""
    source, judged = _paths(data), _paths(test)
    if not source or (test is not None and not judged):
        return {}
    return {"data": {"source": source, **({"test": judged} if judged else {})}}


def _paths(data: Any) -> list[str]:
    """The paths, if the recording was given as files; else none."""
    if isinstance(data, str | Path):
        return [str(data)]
    several = isinstance(data, list | tuple) and len(data) > 0 and all(isinstance(item, str | Path) for item in data)
    return [str(item) for item in data] if several else []


def _prepared(config: Config, data: Any, test: Any | None) -> Recordings:
    """Recordings given as arrays or tables, read and prepared according to the configuration."""
    return prepare(config, load_raw(data, config.data), None if test is None else load_raw(test, config.data))

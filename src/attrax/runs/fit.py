"""Fit: the whole job as one call, from a recording to a model with a verdict; and how to go on with one."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, overload

from attrax.core.dynamics import AbstractDynamics
from attrax.core.observation import AbstractInvertible
from attrax.data.reading.load import load_raw
from attrax.optimise import AbstractObjective, Callback
from attrax.reconstruct.learning.parts import Parts
from attrax.reconstruct.preparation.preparation import Recordings, prepare
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import Config
from attrax.runs.console import Console
from attrax.runs.fit_arguments import Dynamics, FitChoices, Forcing, Loss, Observation, sizes
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
    """Learn a generative model of a recording and measure how true its free run is.

    The recording is standardised, its tail held out, several models are trained by generalized teacher forcing, the
    one whose free run is nearest to the training data is chosen, and judged by the tail it has never seen. It is what
    `attrax fit` does on the command line: the same data and settings give the same model, bit for bit.

    Args:
        data: A file, the name of a built-in system, an array (time in rows), a DataFrame, or what `attrax.load`
            returned; or a list of these, each one a series of its own.
        test: A separate recording to judge by, in place of the tail.
        seed: The same seed, data and versions give the same model.
        preset: `auto`, `quick` for a first look, or `paper` for the settings of [@hess2023].
        dynamics: What is learned: a kind such as `clipped`, `shallow` or `gru` (`attrax doctor` lists all), or an
            untrained object. What is an object is the same in all restarts when they begin.
        observation: What the channels are: `identity`, `affine`, `poisson` and others, or an object.
        forcing: How training is guided: `generalized`, `adaptive` or `sparse`, or an object.
        loss: What is minimised, a kind or an object, whose forcing is its own.
        subjects: Learn one model of many subjects, a recording each, that share so many networks and mix them in their
            own ways. Files name their subjects. 3 tells subjects apart that differ in one parameter; raise it where
            they differ in more ways.
        settings: Nested settings that differ from the preset, for example `{"train": {"updates": 10_000}}`; the names
            are those of `config.toml`.
        callbacks: Called after every chunk of updates with an `attrax.optimise.Progress`; one that returns True ends
            the training there, and the best model so far is chosen.
        folder: Where to keep checkpoints and results while training; without it, `fit.save` keeps them afterwards.
        quiet: Show no progress.

    Returns: The `Reconstruction`: model, verdict, scores and settings. With `subjects`, the
        `HierarchicalReconstruction`: `subject(name)` is the ordinary one of a subject, `infer(data)` finds new ones.
    Raises: DataError for a recording that cannot be used, ConfigError for a setting that cannot be, RunError if the
        folder is in use or the loss never becomes finite, Interrupted on Ctrl-C.
    Cost: With the default settings one to three minutes on two cores.

    Example:
        >>> import attrax, numpy as np
        >>> x = np.sin(np.arange(2_000)[:, None] / 20 + np.array([0.0, 1.0]))
        >>> fit = attrax.fit(x, preset="quick", settings={"train": {"updates": 50, "chunk": 25}}, quiet=True)
        >>> fit.model.simulate(x[:10], 5).x.shape
        (5, 2)

    References: [@hess2023]; with `subjects` [@brenner2025].
    """
    choices, files = FitChoices(dynamics, observation, forcing, loss), _files(data, test)
    config = choices.configure(preset, settings or {}, sizes(subjects=subjects), files, {"seed": seed})
    recordings = load_recordings(config) if files else _prepared(config, data, test)
    return run_job(
        config,
        recordings,
        folder=folder,
        console=Console(quiet=quiet),
        callbacks=callbacks,
        parts=choices.objects,
    )


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
    """Continue an interrupted run from its last checkpoint, to the very model it would have become.

    Args:
        folder: The run folder.
        data: The recording, for a run that was started from an array.
        test: The test recording, if that was an array too.
        dynamics: The dynamics, if it was handed over as an object when the run was started.
        observation: The observation, likewise.
        forcing: The forcing, likewise.
        loss: The loss, likewise.
        callbacks: As at `attrax.fit`.
        quiet: Show no progress.

    Raises:
        RunError: no run there, or the recording has changed since.
    """

    def read(config: Config) -> Recordings:
        return load_recordings(config) if data is None else _prepared(config, data, test)

    parts = Parts(dynamics, observation, forcing, loss)
    return continue_job(folder, read=read, console=Console(quiet=quiet), callbacks=callbacks, parts=parts)


def _files(data: Any, test: Any | None) -> dict[str, Any]:
    """The settings of recordings that are named, so that the run can find them again; none if one is not."""
    source, judged = _paths(data), _paths(test)
    if not source or (test is not None and not judged):
        return {}
    return {"data": {"source": source, **({"test": judged} if judged else {})}}


def _paths(data: Any) -> list[str]:
    """The files that were named, if files were."""
    if isinstance(data, str | Path):
        return [str(data)]
    several = isinstance(data, list | tuple) and len(data) > 0 and all(isinstance(item, str | Path) for item in data)
    return [str(item) for item in data] if several else []


def _prepared(config: Config, data: Any, test: Any | None) -> Recordings:
    """Recordings that are at hand, read and prepared as the configuration says."""
    return prepare(config, load_raw(data, config.data), None if test is None else load_raw(test, config.data))

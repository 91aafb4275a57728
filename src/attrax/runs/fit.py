"""Reconstruct: the whole job as one call, from a recording to a model with a verdict."""

from pathlib import Path
from typing import Any

from attrax.core.errors import ConfigError, RunError
from attrax.data.reading.load import load_raw
from attrax.reconstruct.preparation.preparation import Recordings, completed, prepare
from attrax.reconstruct.preparation.recordings import load_recordings
from attrax.reconstruct.settings.configuration import Config, configure
from attrax.runs.console import Console
from attrax.runs.folder import Run
from attrax.runs.hierarchy import HierarchicalReconstruction, reconstruct_hierarchy
from attrax.runs.job import reconstruct_recordings
from attrax.runs.reconstruction import Reconstruction, open_run
from attrax.runs.sameness import check_unchanged_config, check_unchanged_data


def reconstruct(
    data: Any,
    *,
    test: Any | None = None,
    seed: int = 0,
    preset: str = "auto",
    settings: dict[str, Any] | None = None,
    folder: str | Path | None = None,
    quiet: bool = False,
) -> Reconstruction:
    """Learn a generative model of a recording and measure how true its free run is.

    The recording is standardised, its tail held out, several models are trained by generalized teacher forcing, the
    one whose free run is nearest to the training data is chosen, and judged by the tail it has never seen.

    Args:
        data: A file, the name of a built-in system, an array (time in rows), a list of arrays, a DataFrame, or what
            `attrax.load` returned.
        test: A separate recording to judge by, in place of the tail.
        seed: The same seed, data and versions give the same model, bit for bit.
        preset: `auto`, `quick` for a first look, or `paper` for the settings of [@hess2023].
        settings: Nested settings that differ from the preset, for example `{"train": {"updates": 10_000}}`; the names
            are those of `config.toml`.
        folder: Where to keep checkpoints and results while training; without it, `Reconstruction.save` keeps them
            afterwards.
        quiet: Show no progress.

    Returns: The `Reconstruction`: model, verdict, scores and settings.
    Raises: DataError for a recording that cannot be used, ConfigError for a setting that cannot be.
    Cost: With the default settings one to three minutes on two cores.

    Example:
        >>> import attrax, numpy as np
        >>> x = np.sin(np.arange(2_000)[:, None] / 20 + np.array([0.0, 1.0]))
        >>> fit = attrax.reconstruct(x, preset="quick", settings={"train": {"updates": 50, "chunk": 25}}, quiet=True)
        >>> fit.model.simulate(x[:10], 5).x.shape
        (5, 2)

    References: [@hess2023].
    """
    settings = {**(settings or {}), "seed": seed}
    config, recordings = _configured(data, test, preset, settings)
    if config.model.subject_dim:
        raise ConfigError(
            "C595",
            "a model of many subjects is asked for",
            where=f"model.subject_dim = {config.model.subject_dim}",
            why="it has a verdict for each subject, and `reconstruct` returns one",
            fix=f"attrax.reconstruct_subjects(data, subject_dim={config.model.subject_dim})",
        )
    return run_job(config, recordings, folder=folder, console=Console(quiet=quiet))


def reconstruct_subjects(
    data: Any,
    *,
    subject_dim: int = 3,
    test: Any | None = None,
    seed: int = 0,
    preset: str = "auto",
    settings: dict[str, Any] | None = None,
    folder: str | Path | None = None,
    quiet: bool = False,
) -> HierarchicalReconstruction:
    """Learn one model of many subjects that share their dynamics and differ in a few numbers.

    Short recordings of many subjects together determine what none of them determines alone. The end of every recording
    is held out to judge its subject.

    Args:
        data: A list of recordings as `attrax.load` takes them, each of one subject; files name their subjects.
        subject_dim: Networks that the subjects mix, so numbers that tell a subject from the others. Raise it where
            subjects differ in more than one or two ways.
        test: Separate recordings to judge by, with subjects of the same names.
        seed: The same seed, data and versions give the same model, bit for bit.
        preset: As at `reconstruct`.
        settings: As at `reconstruct`.
        folder: Where to keep checkpoints and results while training.
        quiet: Show no progress.

    Returns: The `HierarchicalReconstruction`: `subject(name)` is the ordinary reconstruction of one of them,
        `infer(data)` finds where new subjects stand.
    Raises: DataError for a recording that cannot be used, ConfigError for a setting that cannot be, such as a single
        subject (C594).
    Cost: About two milliseconds an update for each restart on two cores, with the default settings.

    References: [@brenner2025].
    """
    settings = settings or {}
    model = {**settings.get("model", {}), "subject_dim": subject_dim}
    config, recordings = _configured(data, test, preset, {**settings, "model": model, "seed": seed})
    return run_hierarchy(config, recordings, folder=folder, console=Console(quiet=quiet))


def _configured(data: Any, test: Any | None, preset: str, settings: dict[str, Any]) -> tuple[Config, Recordings]:
    """The configuration and the prepared recordings.

    Named recordings are written into the configuration, so that the run can find them again.
    """
    source, judged = _paths(data), _paths(test)
    if source and (test is None or judged):
        named = {"source": source, **({"test": judged} if judged else {})}
        config = configure(preset, overrides={**settings, "data": {**settings.get("data", {}), **named}})
        return config, load_recordings(config)
    config = configure(preset, overrides=settings)
    return config, _prepared(config, data, test)


def _paths(data: Any) -> list[str]:
    """The files that were named, if files were."""
    if isinstance(data, str | Path):
        return [str(data)]
    several = isinstance(data, list | tuple) and len(data) > 0 and all(isinstance(item, str | Path) for item in data)
    return [str(item) for item in data] if several else []


def _prepared(config: Config, data: Any, test: Any | None) -> Recordings:
    """Recordings that are at hand, read and prepared as the configuration says."""
    return prepare(config, load_raw(data, config.data), None if test is None else load_raw(test, config.data))


def run_job(config: Config, recordings: Recordings, *, folder: str | Path | None, console: Console) -> Reconstruction:
    """Complete the configuration, open a run folder if one is wanted, and do the job."""
    config = completed(config, recordings)
    run = None if folder is None else open_run(Path(folder), config, recordings)
    return reconstruct_recordings(config, recordings, console, run)


def run_hierarchy(
    config: Config, recordings: Recordings, *, folder: str | Path | None, console: Console
) -> HierarchicalReconstruction:
    """The same for a model of many subjects."""
    config = completed(config, recordings)
    run = None if folder is None else open_run(Path(folder), config, recordings)
    return reconstruct_hierarchy(config, recordings, console, run)


def resume(
    folder: str | Path, *, data: Any | None = None, test: Any | None = None, quiet: bool = False
) -> Reconstruction | HierarchicalReconstruction:
    """Continue an interrupted run from its last checkpoint, to the very model it would have become.

    Args:
        folder: The run folder.
        data: The recording, for a run that was started from an array.
        test: The test recording, if that was an array too.
        quiet: Show no progress.

    Raises:
        RunError: no run there, or the recording has changed since.
    """
    return continue_job(Path(folder), data=data, test=test, console=Console(quiet=quiet))


def continue_job(
    folder: Path, *, console: Console, data: Any | None = None, test: Any | None = None
) -> Reconstruction | HierarchicalReconstruction:
    """Open the run folder, find its recording again, make sure it is the same, and go on."""
    run = Run.open(folder)
    check_unchanged_config(run)
    if run.finished:
        raise RunError(
            "R307",
            "the run has finished",
            where=str(run.path),
            why="there is nothing left to continue",
            fix=f"attrax evaluate {run.path}",
        )
    recordings = load_recordings(run.config) if data is None else _prepared(run.config, data, test)
    check_unchanged_data(run, recordings)
    run.set_status("running")
    if run.config.model.subject_dim:
        return reconstruct_hierarchy(run.config, recordings, console, run)
    return reconstruct_recordings(run.config, recordings, console, run)

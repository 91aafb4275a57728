"""Reconstruct: the whole job as one call, from a recording to a model with a verdict."""

from pathlib import Path
from typing import Any

from attrax.core.errors import RunError
from attrax.data.load import load_raw
from attrax.runs.config import Config, configure
from attrax.runs.console import Console
from attrax.runs.folder import Run
from attrax.runs.job import reconstruct_recordings
from attrax.runs.preparation import Recordings, completed, prepare
from attrax.runs.reconstruction import Reconstruction, open_run
from attrax.runs.recordings import load_recordings, read_options
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
    if isinstance(data, str | Path) and (test is None or isinstance(test, str | Path)):
        # Named recordings are written into the configuration, so that the run can find them again.
        named = {"source": [str(data)], **({} if test is None else {"test": [str(test)]})}
        config = configure(preset, overrides={**settings, "data": {**settings.get("data", {}), **named}})
        recordings = load_recordings(config)
    else:
        config = configure(preset, overrides=settings)
        recordings = _prepared(config, data, test)
    return run_job(config, recordings, folder=folder, console=Console(quiet=quiet))


def _prepared(config: Config, data: Any, test: Any | None) -> Recordings:
    """Recordings that are at hand, read and prepared as the configuration says."""
    options = read_options(config.data)
    return prepare(config, load_raw(data, options), None if test is None else load_raw(test, options))


def run_job(config: Config, recordings: Recordings, *, folder: str | Path | None, console: Console) -> Reconstruction:
    """Complete the configuration, open a run folder if one is wanted, and do the job."""
    config = completed(config, recordings)
    run = None if folder is None else open_run(Path(folder), config, recordings)
    return reconstruct_recordings(config, recordings, console, run)


def resume(
    folder: str | Path, *, data: Any | None = None, test: Any | None = None, quiet: bool = False
) -> Reconstruction:
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


def continue_job(folder: Path, *, console: Console, data: Any | None = None, test: Any | None = None) -> Reconstruction:
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
    return reconstruct_recordings(run.config, recordings, console, run)

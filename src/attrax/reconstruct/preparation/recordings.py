"""Load the training and test recordings that a configuration names."""

import fnmatch
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrax.core.errors import DataError, RunError
from attrax.data.embedding.projection import Projection
from attrax.data.matching import matched
from attrax.data.series import Dataset, Series
from attrax.kernels.threads import in_threads
from attrax.reading.load import load_raw
from attrax.reading.read_options import CONSTANT
from attrax.reconstruct.preparation.preparation import (
    Recordings,
    as_trained,
    of_subject,
    prepare,
    repair,
)
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.sections import DataConfig
from attrax.systems import catalogue

if TYPE_CHECKING:
    from attrax.systems.system import System


def load_recordings(config: Config) -> Recordings:
    """The prepared recordings that `config.data` names.

    A built-in system is simulated with observation noise for training and, from another initial state, without noise
    for testing. Files are read and checked without importing jax, so that errors in the data appear at once.

    Args:
        config: The settings of the run.

    Raises:
        DataError: The recording cannot be used.
        RunError: R306, the configuration names no recording because it was an array.
    """
    recording, test = _sources(config.data)
    return prepare(config, recording, test)


def read_recording(config: Config, paths: Sequence[str] | None, reading: dict[str, Any]) -> Dataset:
    """A recording before repairs: that of the files given, or the recording of the run itself.

    Args:
        config: The settings of the run.
        paths: Files; None for the recording of the run itself.
        reading: Options of reading that are different for these files.

    Raises: DataError for files that cannot be read; RunError R306 if the recording of the run was an array.
    """
    if paths is None:
        return _sources(config.data)[0]
    return read_files(overlaid(config.data, reading), paths)


def source_as_trained(
    config: Config,
    projection: Projection | None,
    source: Any,
    channels: Sequence[str],
    inputs: Sequence[str] | None = None,
) -> Dataset:
    """A recording in memory, with the channels that the model of a run was trained on.

    Args:
        config: The settings of the run, which say how recordings are read and repaired.
        projection: The principal components that the model was trained on; None if it was trained on channels.
        source: The recording, in any form that `attrax.load` accepts.
        channels: Names of the channels of the model; columns may be in another order.
        inputs: Names of its recorded inputs, likewise; None if they are not known.

    Raises: DataError D110 for other channels or inputs.
    """
    raw = load_raw(source, reading_of(config.data, source))
    seen = as_trained(of_subject(repair(config, raw), config.data.subject), projection, config.data.lags)
    driven = None if inputs is None else (*inputs, *config.data.known_phases.input_channels)
    return matched(seen, channels, driven)


def reading_of(data: DataConfig, source: Any) -> DataConfig:
    """The options to read a recording with. One in memory was already divided into subjects and has fewer columns."""
    if not isinstance(source, Dataset | Series):
        return data
    there = (source if isinstance(source, Series) else source[0]).channels

    def left(patterns: Sequence[str]) -> tuple[str, ...]:
        return tuple(p for p in patterns if p == CONSTANT or any(fnmatch.fnmatchcase(name, p) for name in there))

    chosen = {name: left(getattr(data, name)) for name in ("channels", "drop", "inputs")}
    return data.model_copy(update={**chosen, "time": "", "group": (), "pivot": "", "transpose": False})


def one_series(dataset: Dataset, fix: str) -> Series:
    """The only series of a dataset.

    Args:
        dataset: The dataset.
        fix: What to do if it has several series, for the message.

    Raises: DataError D126 if it has several series.
    """
    if len(dataset) > 1:
        raise DataError(
            "D126",
            "one series at a time",
            where=f"{dataset.source}: {len(dataset)} series",
            why="each series has its own missing values and its own future",
            fix=fix,
        )
    return dataset[0]


def overlaid(data: DataConfig, reading: dict[str, Any]) -> DataConfig:
    """The settings with some options of reading replaced."""
    changes = {name: tuple(value) if isinstance(value, list) else value for name, value in reading.items()}
    return data.model_copy(update=changes)


def is_system(source: str) -> bool:
    """Whether the first argument of a command is the name of a built-in system, not a file.

    A word without suffix and folder that is not a file counts as the name of a system, so that for a misspelt one the
    nearest name is suggested.
    """
    if source in catalogue.names():
        return True
    return not Path(source).exists() and Path(source).suffix == "" and "/" not in source and "*" not in source


def system_of(data: DataConfig) -> "System":
    """The built-in system that the settings name, in the size that they give."""
    return catalogue.find(data.source[0]).resized(data.size)


def _sources(data: DataConfig) -> tuple[Dataset, Dataset | None]:
    """The recording that the settings name, and the test recording if there is one."""
    if not data.source:
        raise RunError(
            "R306",
            "the recording of this run was an array",
            where="data.source in config.toml is empty",
            why="only files and built-in systems can be loaded again",
            fix="in Python: pass the array, as in attrax.resume(folder, data=array) or fit.forecast(500, array)",
        )
    if len(data.source) == 1 and is_system(data.source[0]):
        recording, test = _record(data)
    else:
        recording, test = read_files(data, data.source), None
    return recording, read_files(data, data.test) if data.test else test


def _record(data: DataConfig) -> tuple[Dataset, Dataset]:
    system = system_of(data)
    # Imported here, so that the error of an unknown name does not wait for jax.
    import jax

    from attrax.systems.recording import record

    def recording(part: tuple[float, jax.Array]) -> Dataset:
        noise, key = part
        return record(system, data.steps, dt=data.row_time, noise=noise, key=key)

    k_train, k_test = jax.random.split(jax.random.key(data.seed))
    train, test = in_threads(recording, [(data.noise, k_train), (0.0, k_test)])
    return train, test


def read_files(data: DataConfig, paths: Sequence[str]) -> Dataset:
    """The recordings in files, read as the settings say, without repairs."""
    return load_raw(list(paths) if len(paths) > 1 else paths[0], data)

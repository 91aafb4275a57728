"""Recordings of a run: from the names in a configuration to the data that train and the data that test."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrax.core.errors import DataError, RunError
from attrax.data.embedding.projection import Projection
from attrax.data.reading.load import load_raw
from attrax.data.reading.read_options import ReadOptions
from attrax.data.series import Dataset, Series
from attrax.reconstruct.preparation.preparation import (
    EVERY_CONSTANT,
    Recordings,
    as_trained,
    mend,
    of_subject,
    prepare,
)
from attrax.reconstruct.settings.configuration import Config
from attrax.reconstruct.settings.sections import DataConfig
from attrax.systems import catalogue

if TYPE_CHECKING:
    from attrax.systems.system import System


def load_recordings(config: Config) -> Recordings:
    """The recordings that `config.data` names.

    A built-in system is recorded with noise for training and, from another initial state, without noise for testing.
    Files are read and checked without importing jax, so that bad data are answered at once.

    Raises:
        DataError: whatever is wrong with the recording.
        RunError: the configuration names none, since the recording was an array.
    """
    recording, test = _sources(config.data)
    return prepare(config, recording, test)


def read_recording(config: Config, paths: Sequence[str] | None, reading: dict[str, Any]) -> Dataset:
    """A recording as it lies in its files: some that are named, or the own recording of a run.

    Args:
        config: The settings of the run.
        paths: Files; None is the own recording of the run.
        reading: Settings of reading that are other for these files.

    Raises: DataError for files that cannot be read; RunError R306 if the own recording was an array.
    """
    if paths is None:
        return _sources(config.data)[0]
    return read_files(overlaid(config.data, reading), paths)


def source_as_trained(config: Config, projection: Projection | None, source: Any) -> Dataset:
    """A recording that is at hand, in the channels that the model of a run sees.

    Args:
        config: The settings of the run: how recordings are read and repaired.
        projection: The principal components that its channels are, if they are.
        source: The recording, as `attrax.load` takes it.
    """
    raw = load_raw(source, read_options(config.data))
    return as_trained(of_subject(mend(config, raw).dataset, config.data.subject), projection, config.data.lags)


def one_series(dataset: Dataset, fix: str) -> Series:
    """The series of a dataset that has one.

    Raises: DataError D126, with the way out that `fix` names.
    """
    if len(dataset) > 1:
        raise DataError(
            "D126",
            "one series at a time",
            where=f"{dataset.source}: {len(dataset)} series",
            why="each of them has gaps and a future of its own",
            fix=fix,
        )
    return dataset[0]


def overlaid(data: DataConfig, reading: dict[str, Any]) -> DataConfig:
    """The same settings with others for reading."""
    changes = {name: tuple(value) if isinstance(value, list) else value for name, value in reading.items()}
    return data.model_copy(update=changes)


def is_system(source: str) -> bool:
    """Whether a first argument names a built-in system rather than a file.

    A bare word that is no file is taken for the name of a system, so that a misspelt one gets the nearest match.
    """
    if source in catalogue.names():
        return True
    return not Path(source).exists() and Path(source).suffix == "" and "/" not in source and "*" not in source


def system_of(data: DataConfig) -> "System":
    """The built-in system that the settings name, in the size that they say."""
    return catalogue.find(data.source[0]).resized(data.size)


def _sources(data: DataConfig) -> tuple[Dataset, Dataset | None]:
    """The recording that `data` names, and the test recording if there is a separate one."""
    if not data.source:
        raise RunError(
            "R306",
            "the recording of this run was an array",
            where="data.source in config.toml is empty",
            why="only files and built-in systems can be found again",
            fix="in Python: hand the array over, as in attrax.resume(folder, data=array) or fit.forecast(500, array)",
        )
    if len(data.source) == 1 and is_system(data.source[0]):
        recording, test = _record(data)
    else:
        recording, test = read_files(data, data.source), None
    return recording, read_files(data, data.test) if data.test else test


def _record(data: DataConfig) -> tuple[Dataset, Dataset]:
    system = system_of(data)
    # Imported here: an unknown name must be answered without waiting for jax.
    import jax

    from attrax.systems.recording import record

    k_train, k_test = jax.random.split(jax.random.key(data.seed))
    dt = data.dt or None
    return (
        record(system, data.steps, dt=dt, noise=data.noise, key=k_train),
        record(system, data.steps, dt=dt, noise=0.0, key=k_test),
    )


def read_files(data: DataConfig, paths: Sequence[str]) -> Dataset:
    """The dataset in `paths`, read as the configuration says, not yet repaired."""
    return load_raw(list(paths) if len(paths) > 1 else paths[0], read_options(data))


def read_options(data: DataConfig) -> ReadOptions:
    """How the configuration wants recordings to be read."""
    return ReadOptions(
        dt=data.dt or None,
        time=data.time or None,
        channels=data.channels,
        drop=tuple(name for name in data.drop if name != EVERY_CONSTANT),
        inputs=data.inputs,
        transpose=data.transpose,
        sep=data.sep,
        decimal=data.decimal,
        axes=data.axes,
        var=data.var,
        stack=data.stack,
    )

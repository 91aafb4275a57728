"""Recordings of a run: from the names in a configuration to the data that train and the data that test."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from attrax.core.errors import DataError, RunError
from attrax.data import checks
from attrax.data.embedding import embed
from attrax.data.load import load
from attrax.data.series import Dataset
from attrax.data.splitting import split
from attrax.runs.config import Config, DataConfig
from attrax.systems import catalogue


class Recordings(NamedTuple):
    """What a run is trained on, what it is judged by, and what a person should know about them."""

    train: Dataset
    test: Dataset
    notices: tuple[str, ...] = ()

    def hashes(self) -> dict[str, str]:
        """The sha256 of both parts."""
        return {"name": self.train.name, "train": self.train.sha256, "test": self.test.sha256}


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


def load_whole(config: Config) -> Dataset:
    """The recording that training and, unless it has a recording of its own, test data are cut from."""
    return _sources(config.data)[0]


def with_test(config: Config, paths: list[str]) -> Config:
    """The same configuration with other test files."""
    return config.model_copy(update={"data": config.data.model_copy(update={"test": tuple(paths)})})


def prepare(config: Config, recording: Dataset, test: Dataset | None = None) -> Recordings:
    """Embed, split if there is no separate test recording, and check that the windows fit."""
    parts = [recording] if test is None else [recording, test]
    if test is not None and test.sha256 == recording.sha256:
        raise DataError(
            "D116",
            "training and test recording are the same",
            where=f"{recording.source} and {test.source} hold the same values",
            why="scores on data the model was trained on prove nothing",
            fix="name another test file, or leave --test out and the tail of the recording is held out",
        )
    if config.data.lags:
        parts = [embed(part, config.data.lags) for part in parts]
    notices = [notice for part in parts for notice in checks.check(part, missing=config.data.missing)]
    train, held_out = parts if test is not None else _hold_out(config, parts[0])
    checks.check_length(train, config.train.window)
    checks.check_length(held_out, 2 * config.evaluate.horizon)
    _check_same_channels(train, held_out)
    return Recordings(train, held_out, tuple(notices))


def _hold_out(config: Config, recording: Dataset) -> tuple[Dataset, Dataset]:
    """The tail of the recording, a window away from the rest; or the recording itself where that is what is asked."""
    if config.data.in_sample:
        return recording, recording
    return split(recording, config.data.test_fraction, gap=config.train.window)


def is_system(source: str) -> bool:
    """Whether a first argument names a built-in system rather than a file.

    A bare word that is no file is taken for the name of a system, so that a misspelt one gets the nearest match.
    """
    if source in catalogue.names():
        return True
    return not Path(source).exists() and Path(source).suffix == "" and "/" not in source and "*" not in source


def _sources(data: DataConfig) -> tuple[Dataset, Dataset | None]:
    """The recording that `data` names, and the test recording if there is a separate one."""
    if not data.source:
        raise RunError(
            "R306",
            "the recording of this run was an array",
            where="data.source in config.toml is empty",
            why="only files and built-in systems can be found again",
            fix="in Python: attrax.resume(folder, data=array), or attrax.evaluate(model, test, train)",
        )
    if len(data.source) == 1 and is_system(data.source[0]):
        recording, test = _record(data)
    else:
        recording, test = read_files(data, data.source), None
    return recording, read_files(data, data.test) if data.test else test


def _record(data: DataConfig) -> tuple[Dataset, Dataset]:
    system = catalogue.find(data.source[0])
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
    """The dataset in `paths`, read as the configuration says."""
    return load(
        list(paths) if len(paths) > 1 else paths[0],
        dt=data.dt or None,
        time=data.time or None,
        channels=data.channels or None,
        drop=data.drop,
        inputs=data.inputs,
        transpose=data.transpose,
    )


def _check_same_channels(train: Dataset, test: Dataset) -> None:
    ours, theirs = train[0], test[0]
    if (ours.obs_dim, ours.input_dim) != (theirs.obs_dim, theirs.input_dim):
        raise DataError(
            "D110",
            "training and test recording have different columns",
            where=f"{train.source}: {ours.obs_dim} channels, {ours.input_dim} inputs; "
            f"{test.source}: {theirs.obs_dim} channels, {theirs.input_dim} inputs",
            why="a model of one cannot be compared with the other",
            fix="choose the same columns in both with --channels or --drop",
        )

"""Tasks: every run that a sweep asks for, each with a name that follows from what it computes."""

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from attrax.campaigns.sweep.description import Description
from attrax.data.reading.readers import is_pattern, matches, not_found
from attrax.reconstruct.preparation.recordings import is_system
from attrax.reconstruct.settings.configuration import Config, configure, overlay
from attrax.runs.tree_file import canonical_json

Point = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Task:
    """One run.

    Attributes:
        point: Where in the sweep it is: a label on every axis, the recording first. Its seed is not part of it.
        config: Its settings, as far as the sweep tells them.
        data: Hash of the files it reads; the name of a built-in system.
        exponent: Whether the largest Lyapunov exponent is wanted, too.
    """

    point: Point
    config: Config
    data: str
    exponent: bool = False

    @cached_property
    def id(self) -> str:
        """A name that two runs share only if they compute the same: recording, settings, seed, and version of attrax.

        Where the files lie is not part of it, only what is in them.
        """
        settings = self.config.model_dump(mode="json")
        settings["data"] = {**settings["data"], "source": self.data, "test": ""}
        content = {"settings": settings, "exponent": self.exponent, "version": version("attrax")}
        return hashlib.sha256(canonical_json(content).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Job:
    """Runs that differ in their seeds alone, and are trained side by side in one compiled program.

    Attributes:
        tasks: At least one, in the order of their seeds.
    """

    tasks: tuple[Task, ...]

    @property
    def id(self) -> str:
        """A name that follows from those of its tasks."""
        return hashlib.sha256("".join(task.id for task in self.tasks).encode()).hexdigest()[:16]


def tasks_of(sweep: Description, data_dir: Path) -> tuple[Task, ...]:
    """All combinations of recordings, axes, grid and seeds.

    Args:
        sweep: The description.
        data_dir: Where relative paths of recordings begin.

    Raises:
        ConfigError: a setting that cannot be; DataError: a file that is not there.
    """
    grid = {name: {label(value): nested(name, value) for value in values} for name, values in sweep.grid.items()}
    axes = {**sweep.axes, **grid}
    points = itertools.product(*(labelled.items() for labelled in axes.values()))
    alternatives = [(tuple(name for name, _ in chosen), [settings for _, settings in chosen]) for chosen in points]
    return tuple(
        task
        for name in sweep.data
        for labels, settings in alternatives
        for task in tasks_at(sweep, name, tuple(zip(axes, labels, strict=True)), settings, data_dir)
    )


def tasks_at(
    sweep: Description, name: str, point: Point, settings: Sequence[dict[str, Any]], data_dir: Path
) -> Iterator[Task]:
    """The runs of one recording with given settings, one a seed."""
    recording, content = _located(sweep.data[name], data_dir)
    merged = overlay(sweep.base, {"data": recording}, *settings)
    first = configure(sweep.preset, overrides=merged)
    for seed in _seeds(sweep, first):
        config = first.model_copy(update={"seed": seed})
        yield Task((("data", name), *point), config, content, sweep.exponent)


def jobs_of(tasks: Sequence[Task]) -> tuple[Job, ...]:
    """Tasks that may be trained together, together; the order is that of their first tasks.

    It follows from all tasks of a sweep, done or not: what a run is trained beside never depends on an interruption.
    """
    groups: dict[Any, list[Task]] = {}
    for task in tasks:
        unseeded = task.config.model_copy(update={"seed": 0}).model_dump_json()
        groups.setdefault((task.point, unseeded), []).append(task)
    return tuple(Job(tuple(group)) for group in groups.values())


def nested(name: str, value: Any) -> dict[str, Any]:
    """A setting by its dotted name, as settings.

    Example:
        >>> nested("train.window", 50)
        {'train': {'window': 50}}
    """
    for part in reversed(name.split(".")):
        value = {part: value}
    return value


def _seeds(sweep: Description, config: Config) -> tuple[int, ...]:
    if isinstance(sweep.seeds, tuple):
        return sweep.seeds
    return tuple(config.seed + config.train.restarts * i for i in range(sweep.seeds))


def label(value: Any) -> str:
    """What a value of a setting is called in a table."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _located(recording: dict[str, Any], data_dir: Path) -> tuple[dict[str, Any], str]:
    """The settings of a recording with paths that can be opened, and what identifies its contents."""
    names = {part: _listed(recording.get(part, ())) for part in ("source", "test")}
    if len(names["source"]) == 1 and is_system(names["source"][0]):
        return {**recording, "source": names["source"]}, names["source"][0]
    paths = {part: [str(data_dir / name) for name in listed] for part, listed in names.items()}
    return {**recording, **paths}, canonical_json({part: _hashes(listed) for part, listed in paths.items()})


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)


def _hashes(paths: Sequence[str]) -> list[str]:
    files = [file for path in map(Path, paths) for file in (matches(path) if is_pattern(path) else [path])]
    return [_hash(file) for file in files]


def _hash(file: Path) -> str:
    if not file.is_file():
        raise not_found(file)
    return _sha256(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=1000)
def _sha256(file: Path, changed: int) -> str:
    del changed
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

"""The points of a sweep: every combination of recordings and settings as an experiment, and its seeds as jobs."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from attrax.campaigns.budget import Budget
from attrax.campaigns.experiment import Bundle, Job, Point, seeds_of
from attrax.campaigns.fit_experiment import FitExperiment, compute_side_by_side
from attrax.campaigns.sweep.sweep_file import SweepFile
from attrax.reading.readers import is_pattern, matches, not_found
from attrax.reconstruct.preparation.recordings import is_system
from attrax.reconstruct.settings.configuration import configure, overlay
from attrax.runs.tree_file import canonical_json


def bundles_of(sweep: SweepFile, data_dir: Path) -> tuple[Bundle, ...]:
    """One bundle for each combination of recording, axes and grid. Its seeds are trained together.

    Args:
        sweep: The sweep.
        data_dir: The folder for relative paths of recordings.

    Raises:
        ConfigError: A setting is invalid.
        DataError: A file does not exist.
    """
    return tuple(
        Bundle(
            tuple(Job(point, experiment, Budget(), seed) for seed in _seeds(sweep, experiment)), compute_side_by_side
        )
        for point, experiment in _experiments(sweep, data_dir)
    )


def jobs_of(bundles: Iterable[Bundle]) -> tuple[Job, ...]:
    """All jobs of some bundles."""
    return tuple(job for bundle in bundles for job in bundle.jobs)


def _experiments(sweep: SweepFile, data_dir: Path) -> Iterator[tuple[Point, FitExperiment]]:
    grid = {name: {label(value): nested(name, value) for value in values} for name, values in sweep.grid.items()}
    axes = {**sweep.axes, **grid}
    points = [
        list(zip(*chosen, strict=True)) for chosen in itertools.product(*(axis.items() for axis in axes.values()))
    ]
    for name, data in sweep.data.items():
        recording, content = _located(data, data_dir)
        for point in points:
            labels, settings = point or [(), ()]
            where: Point = (("data", name), *zip(axes, labels, strict=True))
            config = configure(sweep.preset, overrides=overlay(sweep.base, {"data": recording}, *settings))
            yield where, FitExperiment(config, content, sweep.exponent)


def nested(name: str, value: Any) -> dict[str, Any]:
    """Nested settings for one setting with a dotted name.

    Example:
        >>> nested("train.forcing.alpha", 0.1)
        {'train': {'forcing': {'alpha': 0.1}}}
    """
    for part in reversed(name.split(".")):
        value = {part: value}
    return value


def _seeds(sweep: SweepFile, experiment: FitExperiment) -> tuple[int, ...]:
    if isinstance(sweep.seeds, tuple):
        return sweep.seeds
    return seeds_of(experiment, sweep.seeds, first=experiment.config.seed)


def label(value: Any) -> str:
    """The text for the value of a setting in a table."""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _located(recording: dict[str, Any], data_dir: Path) -> tuple[dict[str, Any], str]:
    """The settings of a recording with full paths, and a text that identifies its contents."""
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

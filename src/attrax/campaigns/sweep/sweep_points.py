"""The points of a sweep: every combination of recordings and settings as an experiment, and its seeds as jobs."""

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from attrax.campaigns.budget import Budget
from attrax.campaigns.experiment import Bundle, Job, Point, seeds_of
from attrax.campaigns.fit_experiment import FitExperiment, compute_side_by_side
from attrax.campaigns.recording_contents import contents_of, is_one_system
from attrax.campaigns.sweep.sweep_file import SweepFile
from attrax.reconstruct.settings.configuration import configure, overlay


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
    if is_one_system(names["source"]):
        return {**recording, "source": names["source"]}, names["source"][0]
    paths = {part: [str(data_dir / name) for name in listed] for part, listed in names.items()}
    return {**recording, **paths}, contents_of(paths["source"], paths["test"])


def _listed(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else list(names)

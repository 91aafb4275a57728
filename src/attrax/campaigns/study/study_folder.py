"""`Study`: the folder of a study with its manifest, its experiments as jobs, its data files and its results."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attrax.campaigns.budget import Budget
from attrax.campaigns.experiment import AbstractExperiment, Job, Point, seeds_of
from attrax.campaigns.fit_experiment import FitExperiment
from attrax.campaigns.function_experiment import FunctionExperiment
from attrax.campaigns.result_store import ResultStore
from attrax.campaigns.study.manifest import MANIFEST, FitEntry, FunctionEntry, Manifest, StageEntry, open_manifest
from attrax.core.errors import ConfigError, DataError
from attrax.core.spec import nearest
from attrax.reconstruct.settings.configuration import configure, overlay
from attrax.runs.tree_file import canonical_json

EXPERIMENTS = "experiments.py"


@dataclass(frozen=True)
class Study:
    """An opened study.

    Attributes:
        folder: Its folder.
        manifest: The contents of `study.toml`.
        data_dir: The folder with its data files; None if not given.
    """

    folder: Path
    manifest: Manifest
    data_dir: Path | None = None

    @property
    def name(self) -> str:
        """The name of the folder."""
        return self.folder.name

    @property
    def store(self) -> ResultStore:
        """The store for the results of full runs."""
        return ResultStore(self.folder / "campaign")

    def available(self, name: str) -> bool:
        """Whether the data of an experiment are available."""
        fits = {entry.name: entry for entry in self.manifest.fit}
        return self.data_dir is not None or name not in fits or fits[name].train not in self.manifest.data

    def chosen(self, only: Sequence[str]) -> tuple[str, ...]:
        """The names of the experiments in `only`, in the order of the manifest; all if `only` is empty.

        Raises: ConfigError C552 for a name that no experiment has.
        """
        names = self.manifest.names
        unknown = [name for name in only if name not in names]
        if unknown:
            raise ConfigError(
                "C552",
                f"unknown experiment {unknown[0]!r}",
                where=f"--only, study {self.name}",
                why=f"the study has: {', '.join(names)}",
                fix=f"--only {nearest(unknown[0], names)}",
            )
        return tuple(name for name in names if not only or name in only)

    def smoke_jobs(self, names: Sequence[str]) -> list[Job]:
        """The jobs of the smoke run, one seed for each experiment."""
        budget = Budget("smoke", self.manifest.smoke.values)
        return [Job(_point(name), self._experiment(name, self.manifest.smoke), budget, 0) for name in names]

    def full_jobs(self, names: Sequence[str], seeds: int | None = None) -> list[Job]:
        """The jobs of the full run.

        Args:
            names: Names of the experiments.
            seeds: Number of seeds; that of the manifest if not given.
        """
        budget = Budget("full", self.manifest.full.values)
        once = {entry.name: entry.seeds for entry in self.manifest.function if entry.seeds is not None}
        jobs = []
        for name in names:
            experiment = self._experiment(name, self.manifest.full)
            n = seeds or once.get(name, self.manifest.full.seeds)
            jobs += [Job(_point(name), experiment, budget, seed) for seed in seeds_of(experiment, n)]
        return jobs

    def check_data(self, names: Sequence[str]) -> None:
        """Check that the data files of experiments exist and have the SHA-256 of the manifest.

        Raises: DataError D117 if a file is missing, D123 if it has other contents.
        """
        entries = [entry for entry in self.manifest.fit if entry.name in names]
        for name in dict.fromkeys(name for entry in entries for name in (entry.train, entry.test)):
            if name in self.manifest.data:
                self._check_file(name)

    def _experiment(self, name: str, stage: StageEntry) -> AbstractExperiment:
        entries: dict[str, FitEntry | FunctionEntry] = {
            entry.name: entry for entry in (*self.manifest.fit, *self.manifest.function)
        }
        entry = entries[name]
        if isinstance(entry, FunctionEntry):
            return FunctionExperiment(self.folder / EXPERIMENTS, entry.function or name, entry.arguments)
        data = {"source": [self._path(entry.train)]}
        data |= {"test": [self._path(entry.test)]} if entry.test else {}
        config = configure(entry.preset, overrides=overlay(entry.settings, stage.settings, {"data": data}))
        contents = {part: self._contents(source) for part, source in (("train", entry.train), ("test", entry.test))}
        return FitExperiment(config, canonical_json(contents))

    def _contents(self, name: str) -> Any:
        return self.manifest.data[name].sha256 if name in self.manifest.data else name

    def _path(self, name: str) -> str:
        """The path of a data file; a name that is no data file is that of a built-in system."""
        if name not in self.manifest.data:
            return name
        return str((self.data_dir or Path()) / self.manifest.data[name].file)

    def _check_file(self, name: str) -> None:
        path, entry = Path(self._path(name)), self.manifest.data[name]
        if not path.is_file():
            raise DataError(
                "D117",
                "data file of the study not found",
                where=str(path),
                why=f"the study needs {entry.file} (sha256 {entry.sha256[:12]}...)",
                fix="--data-dir FOLDER  # the folder that holds it",
            )
        found = hashlib.sha256(path.read_bytes()).hexdigest()
        if found != entry.sha256:
            raise DataError(
                "D123",
                "data file of the study has other contents",
                where=str(path),
                why=f"sha256 is {found[:12]}..., the study was written for {entry.sha256[:12]}...",
                fix="get the published file again",
            )


def _point(name: str) -> Point:
    return (("experiment", name),)


def open_study(folder: Path, data_dir: Path | None = None) -> Study:
    """Open the study in a folder.

    Raises: ConfigError C550 or C551 for an invalid manifest.
    """
    return Study(folder, open_manifest(folder), data_dir)


def find_study(name: str, studies: Path, data_dir: Path | None = None) -> Study:
    """Open a study by its name or its folder.

    Args:
        name: Name or folder.
        studies: The folder that holds all studies.
        data_dir: The folder with data files.

    Raises: ConfigError C560 if there is none; C550 or C551 for an invalid manifest.
    """
    found = [folder for folder in (Path(name), studies / name) if folder.is_dir()]
    if not found:
        names = [path.parent.name for path in sorted(studies.glob(f"*/{MANIFEST}"))]
        raise ConfigError(
            "C560",
            f"unknown study {name!r}",
            where=f"--studies {studies}",
            why=f"there are: {', '.join(names)}" if names else "there is no study in that folder",
            fix=f"attrax study {nearest(name, names)}" if names else "--studies FOLDER  # the folder that holds them",
        )
    return open_study(found[0], data_dir)


def all_studies(studies: Path, data_dir: Path | None = None) -> list[Study]:
    """Open every study in a folder of studies, sorted by name."""
    return [open_study(path.parent, data_dir) for path in sorted(studies.glob(f"*/{MANIFEST}"))]

"""A study: the claims of a paper, and the experiments that put them to the test, as one manifest.

The manifest `study.toml` names the paper, the data by file name and hash, the experiments as settings of a run, and
each published number with what counts as reproducing it. Opening a study checks all of that before anything is run.
"""

import hashlib
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from attrax.core.errors import ConfigError, DataError
from attrax.reconstruct.settings.configuration import Config, configure


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataFile(_Entry):
    """A data file that the study needs but does not carry."""

    file: str
    sha256: str


class Experiment(_Entry):
    """One row of a table: a preset, data by name, and the settings that differ.

    `train` and `test` are names in `[data]`; `train` may also be a built-in system, which makes its own test recording.
    """

    name: str
    train: str
    test: str = ""
    preset: str = "paper"
    settings: dict[str, Any] = {}


class Claim(_Entry):
    """A published number, and how near counts as reproduced (`tolerance`, in the number's unit; lower is better)."""

    experiment: str
    measure: str
    published: float
    spread: float = 0.0
    source: str
    tolerance: float


class Smoke(_Entry):
    """A run of every experiment on the first `rows` of its data, with so few updates that all take `max_seconds`."""

    max_seconds: float
    rows: int
    settings: dict[str, Any]
    loss_drop: float = Field(default=0.5, gt=0, lt=1)


class Full(_Entry):
    """What the full run costs and how often each experiment is repeated."""

    hours: float
    device: Literal["cpu", "gpu"] = "cpu"
    seeds: int = 1


class Manifest(_Entry):
    """The contents of `study.toml`."""

    paper: str
    title: str
    data: dict[str, DataFile] = {}
    smoke: Smoke
    full: Full
    experiment: list[Experiment]
    claim: list[Claim]


class Study(_Entry):
    """An opened study: its folder, its manifest, and where its data lie (None if not told)."""

    folder: Path
    manifest: Manifest
    data_dir: Path | None

    def available(self, experiment: Experiment) -> bool:
        """Whether the data of an experiment are at hand."""
        return self.data_dir is not None or experiment.train not in self.manifest.data

    def config(self, experiment: Experiment, *, smoke: bool, seed: int) -> Config:
        """The configuration of one run of an experiment."""
        layers = [experiment.settings, self.manifest.smoke.settings if smoke else {}]
        merged: dict[str, Any] = {"seed": seed}
        for layer in layers:
            for section, values in layer.items():
                merged[section] = {**merged.get(section, {}), **values}
        source = {"source": [self._locate(experiment.train)]}
        test = {"test": [self._locate(experiment.test)]} if experiment.test else {}
        merged["data"] = {**merged.get("data", {}), **source, **test}
        return configure(experiment.preset, overrides=merged)

    def _locate(self, name: str) -> str:
        """The path of a data file, its hash checked; a name that is no data file is that of a built-in system."""
        if name not in self.manifest.data:
            return name
        entry = self.manifest.data[name]
        assert self.data_dir is not None
        path = self.data_dir / entry.file
        if not path.is_file():
            raise DataError(
                "D117",
                "data file of the study not found",
                where=str(path),
                why=f"the study needs {entry.file} (sha256 {entry.sha256[:12]}...)",
                fix="--data-dir FOLDER, with the folder that holds it",
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
        return str(path)


def open_study(folder: Path, data_dir: Path | None) -> Study:
    """The study in a folder, checked.

    Raises:
        ConfigError: no manifest, a wrong one, or one whose claims name no experiment.
    """
    path = folder / "study.toml"
    try:
        manifest = Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, ValidationError) as failure:
        raise ConfigError(
            "C550",
            "the study cannot be opened",
            where=str(path),
            why=str(failure).splitlines()[0],
            fix="give the folder of a study, for example studies/hess2023_gtf",
        ) from None
    names = {experiment.name for experiment in manifest.experiment}
    strays = [claim.experiment for claim in manifest.claim if claim.experiment not in names]
    if strays:
        raise ConfigError(
            "C551",
            "a claim names an unknown experiment",
            where=f"{path}: {strays[0]}",
            why="a claim that no experiment tests can never be checked",
            fix=f"use one of: {', '.join(sorted(names))}",
        )
    return Study(folder=folder, manifest=manifest, data_dir=data_dir)

"""The manifest of a study, `study.toml`: the paper, the experiments, the claims and the budgets.

An example:

paper = "somebody2026"
title = "The title of the paper (Somebody, 2026)"

[[fit]]                    # an experiment that is a configuration of `attrax fit`
name = "lorenz_gtf"
train = "lorenz63"         # a name in [data], or a built-in system
settings.train.forcing = { alpha = 0.125 }

[[function]]               # an experiment that is a function of experiments.py
name = "logistic"
function = "exponent"
arguments = { system = "logistic" }

[smoke]
seconds = 10               # processor time of all experiments together
values = { steps = 1_000 } # what functions ask for: budget["steps"]
settings.train = { updates = 100 }

    [full]
    minutes = 5                # one command stops after so long; the next one continues
    seeds = 3
    values = { steps = 100_000 }

[[claim]]
kind = "within"
metric = "logistic/exponent"
published = 0.693
tolerance = 0.01
source = "Table 1"
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, model_validator

from attrax.campaigns.claim import SEEDS, AbstractClaim, Claim, Exact, split_reference
from attrax.core.errors import ConfigError
from attrax.core.refusal_text import refused_entry
from attrax.reconstruct.settings.sections import Section

MANIFEST = "study.toml"

SMOKE_SECONDS = 20.0
"""Largest processor time of a smoke run in seconds."""


class DataFile(Section):
    """A data file that the study needs and that is not in its folder."""

    file: str
    sha256: str


class FitEntry(Section):
    """An experiment that is a configuration: a preset, data by name, and the settings that differ.

    `train` and `test` are names in `[data]`; `train` may also be a built-in system, which makes its own test recording.
    """

    name: str
    train: str
    test: str = ""
    preset: str = "paper"
    settings: dict[str, Any] = Field(default_factory=dict)


class FunctionEntry(Section):
    """An experiment that is a function in `experiments.py`, of the same name if `function` is empty.

    `arguments` are passed to it besides budget and key. `seeds` is the number of seeds in the full run, if it differs
    from that of the study: 1 is enough for a function without random numbers.
    """

    name: str
    function: str = ""
    arguments: dict[str, Any] = Field(default_factory=dict)
    seeds: int | None = Field(default=None, ge=1)


class StageEntry(Section):
    """The budget of a run: `values` that functions read, and `settings` that change those of every fit."""

    values: dict[str, Any] = Field(default_factory=dict)
    settings: dict[str, Any] = Field(default_factory=dict)


class SmokeEntry(StageEntry):
    """A short run with one seed that shows that everything still works, in `seconds` of processor time.

    `experiments` names the experiments to run, all if empty; each entry of `check` is a claim that must hold.
    """

    seconds: float = Field(gt=0, le=SMOKE_SECONDS)
    experiments: tuple[str, ...] = ()
    check: tuple[Claim, ...] = ()


class FullEntry(StageEntry):
    """The full run: the most minutes that one command may take, and how often each experiment is repeated."""

    minutes: float = Field(gt=0)
    device: Literal["cpu", "gpu"] = "cpu"
    seeds: int = Field(default=SEEDS, ge=1)


class Manifest(Section):
    """The contents of `study.toml`."""

    paper: str
    title: str
    data: dict[str, DataFile] = Field(default_factory=dict)
    smoke: SmokeEntry
    full: FullEntry
    fit: tuple[FitEntry, ...] = ()
    function: tuple[FunctionEntry, ...] = ()
    claim: tuple[Claim, ...] = Field(min_length=1)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the experiments, fits first."""
        return tuple(entry.name for entry in (*self.fit, *self.function))

    @model_validator(mode="after")
    def _consistent(self) -> "Manifest":
        twice = {name for name in self.names if self.names.count(name) > 1}
        if twice:
            raise ValueError(f"two experiments are called {min(twice)!r}")
        few = [claim for claim in self.claim if claim.seeds < SEEDS and not isinstance(claim, Exact)]
        if few:
            raise ValueError(f"a claim needs at least {SEEDS} seeds, unless it is exact: {few[0].text}")
        return self


def open_manifest(folder: Path) -> Manifest:
    """Read and check the manifest in a folder.

    Raises:
        ConfigError: C550 if there is none, or it is invalid; C551 if a claim names an unknown experiment.
    """
    path = folder / MANIFEST
    try:
        manifest = Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as failure:
        raise _wrong(path, str(failure).splitlines()[0]) from None
    except ValidationError as failure:
        raise _wrong(path, refused_entry(failure.errors()[0], lambda _: "")) from None
    referred = [*_referred(manifest.claim), *_referred(manifest.smoke.check), *manifest.smoke.experiments]
    strays = [name for name in referred if name not in manifest.names]
    if strays:
        raise ConfigError(
            "C551",
            "a claim names an unknown experiment",
            where=f"{path}: {strays[0]}",
            why="a claim that no experiment tests can never be checked",
            fix=f"use one of: {', '.join(sorted(manifest.names))}",
        )
    return manifest


def _referred(claims: Iterable[AbstractClaim]) -> list[str]:
    return [split_reference(metric)[0] for claim in claims for metric in claim.metrics]


def _wrong(path: Path, why: str) -> ConfigError:
    return ConfigError(
        "C550",
        "the study cannot be opened",
        where=str(path),
        why=why,
        fix="give the name or the folder of a study, for example hess2023_gtf",
    )

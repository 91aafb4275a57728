"""The sweep file, in TOML: recordings, settings, number of seeds, and where to compute.

An example:

preset = "quick"
seeds = 5

[data]
lorenz = { source = "lorenz63", steps = 20000 }
heart = { source = "ecg.csv" }

[base.train]
updates = 10000

[axes.forcing]
gtf = { train.forcing = { kind = "generalized", alpha = 0.125 } }
sparse = { train.forcing = { kind = "sparse", tau = 25 } }

[grid]
"model.dynamics.hidden_dim" = [50, 100]
"""

import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, model_validator

from attrax.campaigns.cluster import Cluster
from attrax.campaigns.published_number import PublishedNumber
from attrax.core.errors import ConfigError
from attrax.core.random_seed import Seed
from attrax.core.refusal_text import refused_entry
from attrax.core.spec import alike
from attrax.reading.file_errors import not_found
from attrax.reconstruct.settings.sections import Section


class Range(Section):
    """Numbers from `low` to `high`, both included; with `log` they are uniform on a logarithmic scale."""

    low: float
    high: float
    log: bool = False
    integer: bool = False


class Choices(Section):
    """A list of values to choose from."""

    choices: list[Any]


class Search(Section):
    """A search for good settings in place of a grid.

    The best trial is that whose free runs are nearest to the validation rows: the median over seeds, and its geometric
    mean over recordings. Unless `base` sets `train.validation_fraction`, the last fifth of the training rows is for
    validation. Test rows are not used for the choice; the scores of the best trial on them are shown at the end.

    Attributes:
        trials: How many settings are tried.
        space: What may vary, by dotted name.
        together: Trials under way at a time, each with all its recordings and seeds; more keep more workers busy, and
            learn less from one another.
        storage: Where Optuna keeps its record; empty is a SQLite file in the folder of the sweep.
        seed: Seed of the sampler.
    """

    trials: int = Field(ge=1)
    space: dict[str, Range | Choices]
    together: int = Field(default=1, ge=1)
    storage: str = ""
    seed: Seed = 0


class PublishedMethod(Section):
    """Published scores of another method on a recording, which are shown beside our own.

    Attributes:
        data: Name of the recording in `data`.
        method: Name of the method.
        source: The publication.
        parameters: Number of trained parameters; 0 if unknown.
        scores: The scores by protocol. Only scores with the same protocol are shown in one column.
    """

    data: str
    method: str
    source: str
    parameters: int = 0
    scores: dict[str, PublishedNumber]


class SweepFile(Section):
    """The contents of a sweep file.

    Attributes:
        preset: Preset of every run.
        seeds: Number of independent runs of each setting, or a list of seeds. With a number, seeds are `train.restarts`
            apart, so that no two runs share a restart.
        data: Recordings by name: settings of `[data]` in `config.toml`.
        base: Settings of every run.
        axes: Alternatives: on each named axis, settings by label. All combinations are run.
        grid: A shorter form of an axis: the values of a single setting, by its dotted name.
        search: A search in place of all combinations of `grid`.
        cluster: Where to compute.
        exponent: Whether to also compute the largest Lyapunov exponent of every model, a few seconds each.
        title, about: Title of the page of the sweep, and its text before the tables, in Markdown.
        published: Published scores of other methods on the same recordings.
    """

    preset: str = "auto"
    seeds: int | tuple[Seed, ...] = 1
    data: dict[str, dict[str, Any]]
    base: dict[str, Any] = Field(default_factory=dict)
    axes: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)
    grid: dict[str, list[Any]] = Field(default_factory=dict)
    search: Search | None = None
    cluster: Cluster = Cluster()
    exponent: bool = False
    title: str = ""
    about: str = ""
    published: tuple[PublishedMethod, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> "SweepFile":
        empty = [name for name, values in (*self.axes.items(), *self.grid.items()) if not values]
        if empty or not self.data:
            raise ValueError(f"{empty[0] if empty else 'data'} has no entries")
        if self.grid and self.search:
            raise ValueError("a search takes the place of a grid; fix settings in base")
        strays = [entry.data for entry in self.published if entry.data not in self.data]
        if strays:
            raise ValueError(f"published scores of {strays[0]!r}, which is not among the recordings")
        return self


def open_sweep_file(path: Path) -> SweepFile:
    """Read a sweep file. The settings of its runs are checked later, when its jobs are made.

    Raises:
        ConfigError: C580 if it is not a valid sweep file.
        DataError: D117 if there is no such file.
    """
    if not path.exists():
        raise not_found(path, "there is no sweep to run")
    try:
        return SweepFile.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as failure:
        why = str(failure)
    except ValidationError as failure:
        # A misspelt table is unknown, and its right name is then missing: the first is what the reader can see.
        errors = sorted(failure.errors(), key=lambda error: error["type"] != "extra_forbidden")
        why = refused_entry(errors[0], _helped)
    raise ConfigError(
        "C580",
        "the sweep cannot be opened",
        where=str(path),
        why=why,
        fix="correct that line; docs/guides/sweeps.md has a whole sweep file",
    )


def _helped(name: str) -> str:
    """What is said of a table or a value that is missing or unknown."""
    if name in SweepFile.model_fields:
        return '; for example: [data] and below it heart = { source = "ecg.csv" }' if name == "data" else ""
    if "." in name:
        return ""
    meant = alike(name, SweepFile.model_fields)
    return f"; did you mean {meant!r}?" if meant else f"; there are {', '.join(SweepFile.model_fields)}"


def placed(file: SweepFile, *, workers: int | None, scheduler: str | None) -> SweepFile:
    """The sweep with the number of workers or the scheduler replaced; unchanged if both are None."""
    if workers is None and scheduler is None:
        return file
    return file.model_copy(update={"cluster": Cluster(workers=workers or 0, scheduler=scheduler or "")})

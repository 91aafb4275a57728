"""The configuration: all settings of a run.

A configuration starts from a preset; settings of a file and of the user replace those of the preset. It is completed
from the data and saved as `config.toml` in the run folder; `attrax fit --config` repeats the run.
"""

import math
import tomllib
from pathlib import Path
from typing import Any, Literal

import tomli_w
from pydantic import ValidationError, model_validator

from attrax.core.errors import ConfigError
from attrax.core.file_format import check_format
from attrax.core.random_seed import Seed
from attrax.core.refusal_text import refusal_text
from attrax.core.spec import OBJECT, alike, nearest
from attrax.data.levels.transforms import UNCHANGED
from attrax.data.levels.trend import Trend
from attrax.data.phases.phase_channels import Phases
from attrax.data.phases.phase_kinds import NONE
from attrax.reconstruct.settings.choice import Choice
from attrax.reconstruct.settings.consistency import check_encoder, check_latent, check_losses
from attrax.reconstruct.settings.cost import affordable_updates
from attrax.reconstruct.settings.format_0_1 import FORMAT, modern_settings
from attrax.reconstruct.settings.sections import (
    SHORTEST_WINDOW,
    TUNABLE,
    DataConfig,
    EvaluateConfig,
    ModelConfig,
    Section,
    TrainConfig,
    TuneConfig,
)
from attrax.registries import PRESETS

WORTH_PROBES = 20_000
"""A training with fewer updates is not tuned, because the probes would take longer than the training."""

SURE = 0.75
"""Similarity of a misspelt setting with one of its own section, from which no other section is searched."""


class Config(Section):
    """All settings of a run."""

    format: Literal[2] = FORMAT
    preset: str = "auto"
    seed: Seed = 0
    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    train: TrainConfig = TrainConfig()
    tune: TuneConfig = TuneConfig()
    evaluate: EvaluateConfig = EvaluateConfig()

    @model_validator(mode="after")
    def _words_of_kinds(self) -> "Config":
        """Columns of words whose kind is named are numbered when they are read."""
        if self.model.kinds and not self.data.labels:
            columns = tuple(dict.fromkeys(entry.rpartition("=")[0] for entry in self.model.kinds))
            object.__setattr__(self, "data", self.data.model_copy(update={"labels": columns}))
        return self

    def of_labels(self, labels: tuple[str, ...]) -> "Config":
        """The same configuration with these words for the numbers of columns, as the option `labels` takes them."""
        return self.model_copy(update={"data": self.data.model_copy(update={"labels": labels})}) if labels else self

    def to_toml(self) -> str:
        """The complete configuration as a TOML document."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))

    def embedded(self, lags: tuple[int, ...]) -> "Config":
        """The same configuration with these lags of the delay embedding."""
        return self.model_copy(update={"data": self.data.model_copy(update={"lags": lags, "embed": "none"})})

    @property
    def largest_lag(self) -> int:
        """The largest lag of the delay embedding in rows; 0 without one."""
        return max(self.data.lags, default=0)

    @property
    def gap(self) -> int:
        """Rows left out between training rows and others: a training window, and the rows that copies reach ahead.

        While the window is open, it counts as the shortest one, so that short stretches between gaps are kept.
        """
        return (self.train.window or SHORTEST_WINDOW) + self.largest_lag

    def with_window(self, window: int) -> "Config":
        """The same configuration with this number of rows in a training window."""
        return self.model_copy(update={"train": self.train.model_copy(update={"window": window})})

    def of_phases(self, phases: Phases) -> "Config":
        """The same configuration with these phases among the channels."""
        return self.model_copy(update={"data": self.data.model_copy(update={"phases": phases.entries or (NONE,)})})

    def of_levels(self, transforms: tuple[str, ...], trends: tuple[Trend, ...]) -> "Config":
        """The same configuration with these transforms of channels, and these trends to remove."""
        data = self.data.model_copy(update={"transform": transforms or (UNCHANGED,), "trends": trends})
        return self.model_copy(update={"data": data})

    def of_kinds(self, kinds: tuple[str, ...]) -> "Config":
        """The same configuration with these kinds of channels."""
        return self.model_copy(update={"model": self.model.model_copy(update={"kinds": kinds})})

    def for_subject(self, name: str) -> "Config":
        """The configuration of one subject of a hierarchical run: a single model of its own recording."""
        data, model = self.data.model_copy(update={"subject": name}), self.model.model_copy(update={"subject_dim": 0})
        return self.model_copy(update={"data": data, "model": model})

    def complete(self, obs_dim: int, rows_per_cycle: float = math.inf) -> "Config":
        """The same configuration with every `auto` replaced by a value, and checked.

        Args:
            obs_dim: Number of channels of the recording.
            rows_per_cycle: Number of rows per cycle of the fastest channel.

        Raises: ConfigError if settings do not fit together.
        """
        m, spec = self.model, self.model.dynamics.spec
        latent = m.latent_dim or spec.default_latent_dim(obs_dim)
        dynamics = m.dynamics.decided(**spec.default_sizes(latent))
        observation = m.observation.decided(
            spec.default_observation(obs_dim) if m.observation.open else m.observation.kind
        )
        model = m.model_copy(update={"dynamics": dynamics, "observation": observation, "latent_dim": latent})
        decided = self.model_copy(update={"model": model, "train": self._training(rows_per_cycle)})
        tune = self.tune.model_copy(update={"settings": open_settings(self, decided)})
        decided = decided.model_copy(update={"tune": tune}).with_updates()
        check_latent(decided, obs_dim)
        check_losses(decided)
        check_encoder(decided)
        return decided

    def with_updates(self) -> "Config":
        """The same configuration with the number of updates that the budget allows, if it is open."""
        if self.train.updates and "train.updates" not in self.tune.settings:
            return self
        train = self.train.model_copy(update={"updates": affordable_updates(self)})
        return self.model_copy(update={"train": train})

    def tuned(self, settings: dict[str, Any]) -> "Config":
        """The same configuration with values for settings, by names such as `train.window`."""
        nested = self.model_dump(mode="json")
        for path, value in settings.items():
            *sections, name = path.split(".")
            here = nested
            for section in sections:
                here = here[section]
            here[name] = value
        return type(self).model_validate(nested)

    def _training(self, rows_per_cycle: float) -> TrainConfig:
        """The training settings with every `auto` replaced."""
        m, t = self.model, self.train
        loss = t.loss.for_model(subjects=m.subject_dim > 0, encoded=bool(m.kinds))
        forcing = t.forcing.for_recording if loss.spec.forced else t.forcing.idle
        return t.model_copy(
            update={
                "forcing": forcing(rows_per_cycle),
                "loss": loss,
                "penalties": t.penalties.decided(),
                "free_run_distance": t.free_run_distance.decided(),
                "optimizer": t.optimizer.decided(),
                "scan": t.scan.decided(),
            }
        ).of_length(math.inf, rows_per_cycle)


def open_settings(given: Config, decided: Config) -> tuple[str, ...]:
    """The settings that probes should choose: those named in `tune.settings`, or the forcing if it was not given.

    Args:
        given: The configuration as it was given.
        decided: The same with all defaults.
    """
    asked, updates = given.tune.settings, given.train.updates
    dynamics, forcing = decided.model.dynamics, decided.train.forcing
    can = {
        "train.forcing": forcing.kind != OBJECT and decided.train.loss.spec.forced,
        "model.dynamics.hidden_dim": hasattr(dynamics.settings, "hidden_dim"),
        "train.window": True,
        "train.updates": True,
    }
    if asked != "auto":
        return tuple(name for name in TUNABLE if name in asked and can[name])
    forced = decided.train.loss.spec.forced
    compiled = dynamics.spec.compiled and forced and not decided.model.kinds and not decided.model.subject_dim
    if not compiled or 0 < updates < WORTH_PROBES:
        return ("train.updates",) if not updates else ()
    open_ = {
        "train.forcing": given.train.forcing.open and not given.train.forcing.given,
        "train.updates": not updates,
    }
    return tuple(name for name in TUNABLE if can[name] and open_.get(name))


def configure(preset: str = "", file: Path | None = None, overrides: dict[str, Any] | None = None) -> Config:
    """Create a configuration from a preset, a file and `overrides`; each replaces settings of those before it.

    Args:
        preset: Name of a preset; empty for the preset named in `file`, or `auto`.
        file: A TOML file, for example the `config.toml` of another run.
        overrides: Nested settings that the user gave explicitly.

    Raises:
        ConfigError: C512 for an unknown preset, C504 for an unreadable file, C501 for an unknown setting, C505 for an
            invalid value.
        RunError: R320 for a file that a newer version of attrax wrote.
    """
    from_file = _read(file) if file else {}
    name = preset or str(from_file.get("preset", "auto"))
    preset_settings = PRESETS.spec(name, option="--preset").implementation()
    settings = overlay(preset_settings, from_file, overrides or {}, {"preset": name})
    try:
        return Config.model_validate(settings)
    except ValidationError as failure:
        raise _explain(failure, str(file) if file else "the settings given") from None


def _read(file: Path) -> dict[str, Any]:
    try:
        settings = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as failure:
        raise ConfigError(
            "C504",
            "configuration file cannot be read",
            where=str(file),
            why=failure.strerror or "unreadable",
            fix="give the path of a TOML file, for example the config.toml of a run folder",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as failure:
        raise ConfigError(
            "C504", "configuration file is not TOML", where=str(file), why=str(failure), fix="correct that line"
        ) from None
    check_format(file, settings.get("format"), FORMAT)
    return modern_settings(settings)


def overlay(*layers: dict[str, Any]) -> dict[str, Any]:
    """Merge nested dictionaries; later ones win. A different `kind` replaces a whole section.

    Example:
        >>> overlay({"forcing": {"kind": "sparse", "tau": 5}}, {"forcing": {"kind": "generalized"}})
        {'forcing': {'kind': 'generalized'}}
    """
    merged: dict[str, Any] = {}
    for layer in layers:
        for name, value in layer.items():
            below = merged.get(name)
            if isinstance(value, dict) and isinstance(below, dict) and not _other_kind(below, value):
                value = overlay(below, value)
            merged[name] = value
    return merged


def _other_kind(below: dict[str, Any], above: dict[str, Any]) -> bool:
    return "kind" in above and above["kind"] != below.get("kind", above["kind"])


def _explain(failure: ValidationError, place: str) -> ConfigError:
    error = failure.errors()[0]
    refused = error.get("ctx", {}).get("error")
    if isinstance(refused, ConfigError):
        return refused
    path = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        *parents, key = (str(part) for part in error["loc"])
        section: Any = Config
        for parent in parents:
            section = section.model_fields[parent].annotation
        return ConfigError(
            "C501",
            f"unknown setting {path!r}",
            where=place,
            why="a misspelt setting would silently have no effect",
            fix=f"did you mean {_meant(section, parents, key)!r}?",
        )
    return ConfigError(
        "C505",
        f"setting {path!r} cannot be {error['input']!r}",
        where=place,
        why=refusal_text(error),
        fix=f"{path}.kind={error['input']}" if error["type"] == "model_type" else f"change {path}",
    )


def _meant(section: Any, parents: list[str], key: str) -> str:
    """The setting to suggest for a misspelt name: a similar one here, of a kind inside, or of a section below."""
    if not alike(key, section.model_fields, cutoff=SURE):
        for name, field in section.model_fields.items():
            chosen = field.annotation
            if isinstance(chosen, type) and issubclass(chosen, Choice) and chosen.known(key):
                return f"{chosen.place}.{key}"
            meant = alike(key, chosen.model_fields, cutoff=SURE) if not parents and _is_section(chosen) else None
            if meant:
                return f"{name}.{meant}"
    return ".".join([*parents, nearest(key, section.model_fields)])


def _is_section(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Section)

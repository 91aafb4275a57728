"""Configuration: all settings of a run together, decided, checked, and written down in full.

A configuration starts from a preset, is overlaid with a file and with what the user asked for, and is completed from
the data. The complete one is saved as `config.toml` in the run folder; `attrax fit --config` repeats the run.
"""

import difflib
import math
import tomllib
from pathlib import Path
from typing import Any

import tomli_w
from pydantic import Field, ValidationError

from attrax.core.errors import ConfigError
from attrax.reconstruct.settings.consistency import check_encoder, check_latent, check_losses
from attrax.reconstruct.settings.natural import NATURAL
from attrax.reconstruct.settings.sections import DataConfig, EvaluateConfig, ModelConfig, Section, TrainConfig

# A recording with fewer rows in a cycle is one of a map, whose steps are large.
MAP_ROWS_PER_CYCLE = 12


class Config(Section):
    """All settings of a run."""

    preset: str = "auto"
    seed: int = Field(default=0, ge=0)
    data: DataConfig = DataConfig()
    model: ModelConfig = ModelConfig()
    train: TrainConfig = TrainConfig()
    evaluate: EvaluateConfig = EvaluateConfig()

    def to_toml(self) -> str:
        """The complete configuration as a TOML document."""
        return tomli_w.dumps(self.model_dump(mode="json", exclude_none=True))

    def embedded(self, lags: tuple[int, ...]) -> "Config":
        """The same configuration with the embedding decided."""
        return self.model_copy(update={"data": self.data.model_copy(update={"lags": lags, "embed": ""})})

    def of_kinds(self, kinds: tuple[str, ...]) -> "Config":
        """The same configuration with the kind of every channel decided."""
        return self.model_copy(update={"model": self.model.model_copy(update={"kinds": kinds})})

    def for_subject(self, name: str) -> "Config":
        """The configuration of one subject's part in a hierarchical run: an ordinary model of its own recording."""
        data, model = self.data.model_copy(update={"subject": name}), self.model.model_copy(update={"subject_dim": 0})
        return self.model_copy(update={"data": data, "model": model})

    def complete(self, obs_dim: int, rows_per_cycle: float = math.inf) -> "Config":
        """The same configuration with every `auto` decided.

        Args:
            obs_dim: Channels of the recording.
            rows_per_cycle: Rows in which its liveliest channel goes up and down.
        """
        natural = NATURAL[self.model.dynamics]
        observation = self.model.observation if self.model.observation != "auto" else natural.observation(obs_dim)
        latent = self.model.latent_dim or natural.latent_dim(obs_dim)
        model = self.model.model_copy(update={"observation": observation, "latent_dim": latent})
        decided = self.model_copy(update={"model": model, "train": self._forced(rows_per_cycle)})
        check_latent(decided, obs_dim)
        check_losses(decided)
        check_encoder(decided)
        return decided

    def _forced(self, rows_per_cycle: float) -> TrainConfig:
        """The training settings with the forcing decided, and the estimator that goes with it."""
        train = self.train
        if train.forcing != "auto":
            return train
        if rows_per_cycle >= MAP_ROWS_PER_CYCLE or "alpha" in train.model_fields_set:
            return train.model_copy(update={"forcing": "generalized"})
        bold = {} if "estimator" in train.model_fields_set else {"estimator": "product_upper_bound"}
        return train.model_copy(update={"forcing": "adaptive", **bold})


PRESETS: dict[str, dict[str, Any]] = {
    "auto": {},
    "quick": {"train": {"updates": 5_000, "restarts": 1}},
    # Hess et al. 2023: clipped shallow PLRNN with 250 hidden units, affine observation, alpha 0.3, windows of 200,
    # 5,000 epochs of 50 batches of 16, RAdam from 1e-3 to 1e-6.
    "paper": {
        "model": {"hidden_dim": 250, "observation": "affine"},
        "train": {
            "alpha": 0.3,
            "window": 200,
            "updates": 250_000,
            "learning_rate": 1e-3,
            "final_learning_rate": 1e-6,
            "condition_penalty": 1e-7,
            "restarts": 1,
        },
        "evaluate": {"measures": "gtf2023"},
    },
}


def configure(preset: str = "", file: Path | None = None, overrides: dict[str, Any] | None = None) -> Config:
    """The configuration of a preset, overlaid with a file, overlaid with `overrides`.

    Args:
        preset: Name in `PRESETS`; empty takes the one that `file` names, or `auto`.
        file: A TOML file, for example the `config.toml` of another run.
        overrides: Nested settings that the user gave explicitly.

    Raises:
        ConfigError: unknown preset, unreadable file, unknown key, or a value that cannot be.
    """
    from_file = _read(file) if file else {}
    name = preset or str(from_file.get("preset", "auto"))
    if name not in PRESETS:
        raise ConfigError(
            "C502",
            f"unknown preset {name!r}",
            where="--preset",
            why="presets are: " + ", ".join(PRESETS),
            fix=f"--preset {nearest(name, PRESETS)}",
        )
    settings = overlay(PRESETS[name], from_file, overrides or {}, {"preset": name})
    try:
        return Config.model_validate(settings)
    except ValidationError as failure:
        raise _explain(failure, str(file) if file else "the settings given") from None


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
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


def overlay(*layers: dict[str, Any]) -> dict[str, Any]:
    """Nested dictionaries merged; later layers win."""
    merged: dict[str, Any] = {}
    for layer in layers:
        for name, value in layer.items():
            below = merged.get(name)
            merged[name] = overlay(below, value) if isinstance(value, dict) and isinstance(below, dict) else value
    return merged


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
        closest = nearest(key, section.model_fields)
        return ConfigError(
            "C501",
            f"unknown setting {path!r}",
            where=place,
            why="a misspelt setting would silently have no effect",
            fix=f"did you mean {'.'.join([*parents, closest])!r}?" if closest else "remove it",
        )
    return ConfigError(
        "C505",
        f"setting {path!r} cannot be {error['input']!r}",
        where=place,
        why=error["msg"],
        fix=f"change {path}",
    )


def nearest(name: str, names: Any) -> str:
    """The one of several names that somebody may have meant."""
    return next(iter(difflib.get_close_matches(name, list(names), n=1, cutoff=0.4)), next(iter(names)))

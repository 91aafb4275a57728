"""Sections of the settings that choose an implementation by its `kind` and contain the settings of that kind.

The kinds are checked when the settings are read. The settings of a kind are checked later, when the configuration is
completed, because this needs the import of the implementation.
"""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from attrax.core.errors import ConfigError
from attrax.core.refusal_text import refusal_text
from attrax.core.spec import Registry, Settings, nearest
from attrax.registries import (
    DISTANCES,
    DYNAMICS,
    FLOWS,
    FORCINGS,
    LOSSES,
    OBSERVATIONS,
    OPTIMIZERS,
    PENALTIES,
    SCANS,
)

NO_FORCING = {"kind": "generalized", "alpha": 0.0}
"""The forcing that never corrects a state."""

C = TypeVar("C", bound="Choice")


class Choice(BaseModel):
    """A section of the settings with a `kind` and the settings of that kind.

    For developers: set `registry`; `place`, the path of the section in the settings; and `open_word`, the value of
    `kind` for no choice, such as `auto`.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    registry: ClassVar[Registry[Any]]
    place: ClassVar[str]
    open_word: ClassVar[str] = ""

    kind: str

    @model_validator(mode="before")
    @classmethod
    def _tuples(cls, given: Any) -> Any:
        """Lists of a file become tuples, since settings never change."""
        if not isinstance(given, dict):
            return given
        return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        return kind if cls.open_word and kind == cls.open_word else cls.registry.checked(kind)

    @classmethod
    def known(cls, setting: str) -> bool:
        """Whether any kind has a setting of that name."""
        return any(setting in spec.settings.model_fields for spec in cls.registry.specs().values())

    @property
    def open(self) -> bool:
        """Whether no kind has been chosen yet."""
        return self.kind == self.open_word

    @property
    def spec(self) -> Any:
        """The spec of the chosen kind."""
        return self.registry.spec(self.kind)

    @property
    def given(self) -> dict[str, Any]:
        """The settings given by the user, without defaults."""
        return dict(self.model_extra or {})

    @property
    def settings(self) -> Any:
        """The settings of the kind, with defaults.

        Raises: ConfigError C501 for an unknown setting, C505 for an invalid value.
        """
        return settings_for(self.spec.settings, self.given, self.place)

    def decided(self: C, kind: str = "", **settings: Any) -> C:
        """The choice with all its settings; `settings` are defaults for settings that the user did not give.

        Args:
            kind: The kind to choose; empty keeps the current one.
            settings: Default values that replace those of the kind.
        """
        chosen = self.model_copy(update={"kind": kind or self.kind})
        if chosen.open:
            settings_for(Settings, self.given, self.place)
            return self
        whole = settings_for(chosen.spec.settings, {**settings, **self.given}, self.place)
        own = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**{**own, "kind": chosen.kind}, **whole.model_dump())

    def fitting(self) -> dict[str, Any]:
        """The specs, by name, of the kinds that have all given settings."""
        return {
            name: spec
            for name, spec in self.registry.specs().items()
            if set(self.given) <= set(spec.settings.model_fields)
        }


def settings_for(kind: type[Settings], given: dict[str, Any], place: str) -> Any:
    """Check the given settings of an implementation and add the defaults.

    Args:
        kind: The class of the settings.
        given: The given settings by name.
        place: The path of the section, for error messages.

    Raises: ConfigError C501 for an unknown setting, C505 for an invalid value.
    """
    try:
        return kind.model_validate(given)
    except ValidationError as failure:
        error = failure.errors()[0]
    path = ".".join([place, *(str(part) for part in error["loc"])])
    if error["type"] == "extra_forbidden":
        raise unknown_setting(path, list(kind.model_fields))
    raise ConfigError(
        "C505",
        f"setting {path!r} cannot be {error['input']!r}",
        where="the settings given",
        why=refusal_text(error),
        fix=f"change {path}",
    )


def unknown_setting(path: str, known: Sequence[str]) -> ConfigError:
    """The error for a setting that does not exist; it suggests the most similar known one."""
    place, _, name = path.rpartition(".")
    meant = f"{place}.{nearest(name, known)}" if known else ""
    return ConfigError(
        "C501",
        f"unknown setting {path!r}",
        where="the settings given",
        why=f"a misspelt setting would silently have no effect; there are {', '.join(known) or 'none'}",
        fix=f"did you mean {meant!r}?" if meant else "remove it",
    )


class DynamicsChoice(Choice):
    """The dynamics to train."""

    registry = DYNAMICS
    place = "model.dynamics"
    kind: str = "clipped"

    @property
    def continuous_time(self) -> bool:
        """Whether it is in continuous time. Known by name: specs import jax, and errors in the data must not wait."""
        return self.kind in FLOWS.names or bool(self.given.get("timed"))


class ObservationChoice(Choice):
    """The observation. `auto` chooses `identity` or `affine` from the dynamics and the number of channels."""

    registry = OBSERVATIONS
    place = "model.observation"
    open_word = "auto"
    kind: str = "auto"


class ForcingChoice(Choice):
    """The teacher forcing during training.

    `auto` chooses the kind that has the given settings. Without given settings it chooses `generalized`, or `adaptive`
    for recordings with few rows per cycle, in which nearby states separate too much in one step for a constant alpha.
    """

    registry = FORCINGS
    place = "train.forcing"
    open_word = "auto"
    kind: str = "auto"

    def for_recording(self, rows_per_cycle: float) -> "ForcingChoice":
        """The choice for a recording with the given number of rows per cycle.

        Raises: ConfigError C501 if no kind has all given settings.
        """
        if not self.open:
            return self.decided()
        fitting = self.fitting()
        if not fitting:
            known = dict.fromkeys(n for spec in self.registry.specs().values() for n in spec.settings.model_fields)
            strange = next((name for name in self.given if name not in known), next(iter(self.given)))
            raise unknown_setting(f"{self.place}.{strange}", list(known))
        for name, spec in fitting.items():
            defaults = spec.default_for(rows_per_cycle)
            if defaults is not None:
                return self.decided(name, **defaults)
        return self.decided(next(iter(fitting)))

    def idle(self, rows_per_cycle: float) -> "ForcingChoice":
        """The choice for a loss that does not force: a strength of 0, unless something else was asked for."""
        asked = not self.open or self.given
        return self.for_recording(rows_per_cycle) if asked else self.decided(**NO_FORCING)


class LossChoice(Choice):
    """The loss to minimise. `auto` chooses the teacher-forcing loss for the kind of model."""

    registry = LOSSES
    place = "train.loss"
    open_word = "auto"
    kind: str = "auto"

    def for_model(self, *, subjects: bool, encoded: bool) -> "LossChoice":
        """The choice for a model.

        Args:
            subjects: Whether it is a hierarchical model of many subjects.
            encoded: Whether it has an encoder, which infers states from several rows.

        Raises: ConfigError C514 if the chosen loss is for another kind of model.
        """
        if self.open:
            specs = self.registry.specs().items()
            suits = (n for n, s in specs if s.default and (s.subjects, s.encoded) == (subjects, encoded))
            return self.decided(next(suits, next(n for n, s in specs if s.default and s.encoded == encoded)))
        if (self.spec.subjects, self.spec.encoded) != (subjects, encoded):
            raise ConfigError(
                "C514",
                "a loss for other models",
                where=f"train.loss.kind = {self.kind}",
                why="hierarchical models, and models of counts or categories, have their own losses",
                fix="leave out train.loss",
            )
        return self.decided()


class DistanceChoice(Choice):
    """The distance between short free runs and the data that is added to the loss; `none` adds none."""

    registry = DISTANCES
    place = "train.free_run_distance"
    open_word = "none"
    kind: str = "none"
    weight: float = Field(default=0.1, gt=0, description="Weight of the distance in the loss.")
    steps: int = Field(default=25, ge=2, description="Length of the free runs in steps.")


class OptimizerChoice(Choice):
    """The optimiser, which turns a gradient into a change of the parameters."""

    registry = OPTIMIZERS
    place = "train.optimizer"
    kind: str = "soap"


class ScanChoice(Choice):
    """The method that computes orbits. `auto` chooses the fastest one for the model on this machine."""

    registry = SCANS
    place = "train.scan"
    open_word = "auto"
    kind: str = "auto"


class Penalties(BaseModel):
    """The penalties added to the loss, with one section for each kind, such as `[train.penalties.weight]`."""

    model_config = ConfigDict(extra="allow", frozen=True)

    @model_validator(mode="after")
    def _known(self) -> "Penalties":
        for name, given in self.given.items():
            PENALTIES.checked(name)
            if not isinstance(given, dict):
                raise ValueError(f"{name} is a section: {{ strength = ... }}")
        return self

    @property
    def given(self) -> dict[str, dict[str, Any]]:
        """The given settings, by kind of penalty."""
        return dict(self.model_extra or {})

    @property
    def settings(self) -> dict[str, Any]:
        """All settings with defaults, by kind of penalty.

        Raises: ConfigError C501 for an unknown setting, C505 for an invalid value.
        """
        places = {name: f"train.penalties.{name}" for name in self.given}
        return {name: settings_for(PENALTIES.spec(name).settings, self.given[name], places[name]) for name in places}

    def decided(self) -> "Penalties":
        """The penalties with all their settings."""
        return Penalties(**{name: settings.model_dump() for name, settings in self.settings.items()})

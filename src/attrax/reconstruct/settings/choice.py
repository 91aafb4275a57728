"""Choice: a section of the settings that names an implementation by its `kind`, and holds what that kind can be set to.

Which kinds there are is known at once; what a kind can be set to is known to its file, which is imported when the
configuration is completed.
"""

from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from attrax.core.errors import ConfigError
from attrax.core.spec import Registry, Settings, nearest
from attrax.registries import DISTANCES, DYNAMICS, FORCINGS, LOSSES, OBSERVATIONS, PENALTIES, SCANS

C = TypeVar("C", bound="Choice")


class Choice(BaseModel):
    """A kind and its settings.

    For developers: name the registry, where the section stands, and the word for leaving the choice open.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    registry: ClassVar[Registry[Any]]
    place: ClassVar[str]
    open_word: ClassVar[str] = ""

    kind: str

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
        """Whether no kind has been chosen."""
        return self.kind == self.open_word

    @property
    def spec(self) -> Any:
        """What the kind says of itself."""
        return self.registry.spec(self.kind)

    @property
    def given(self) -> dict[str, Any]:
        """The settings of the kind that are given."""
        return dict(self.model_extra or {})

    @property
    def settings(self) -> Any:
        """The settings of the kind, those not given by default.

        Raises: ConfigError C501 for one that it does not have, C505 for a value that cannot be.
        """
        return settings_for(self.spec.settings, self.given, self.place)

    def decided(self: C, kind: str = "", **settings: Any) -> C:
        """The choice with all its settings, of another kind if one is named."""
        chosen = self.model_copy(update={"kind": kind or self.kind})
        if chosen.open:
            settings_for(Settings, self.given, self.place)
            return self
        whole = settings_for(chosen.spec.settings, {**settings, **self.given}, self.place)
        own = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**{**own, "kind": chosen.kind}, **whole.model_dump())

    def fitting(self) -> dict[str, Any]:
        """The specs of the kinds that have all settings that are given, by their names."""
        return {
            name: spec
            for name, spec in self.registry.specs().items()
            if set(self.given) <= set(spec.settings.model_fields)
        }


def settings_for(kind: type[Settings], given: dict[str, Any], place: str) -> Any:
    """Settings of an implementation, checked.

    Raises: ConfigError C501 for one that it does not have, C505 for a value that cannot be.
    """
    try:
        return kind.model_validate(given)
    except ValidationError as failure:
        error = failure.errors()[0]
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        known = list(kind.model_fields)
        raise ConfigError(
            "C501",
            f"unknown setting {f'{place}.{name}'!r}",
            where="the settings given",
            why=f"a misspelt setting would silently have no effect; there are {', '.join(known) or 'none'}",
            fix=f"did you mean {f'{place}.{nearest(name, known)}'!r}?" if known else "remove it",
        )
    raise ConfigError(
        "C505",
        f"setting {f'{place}.{name}'!r} cannot be {error['input']!r}",
        where="the settings given",
        why=error["msg"],
        fix=f"change {place}.{name}",
    )


class DynamicsChoice(Choice):
    """Which dynamics is learned."""

    registry = DYNAMICS
    place = "model.dynamics"
    kind: str = "clipped"


class ObservationChoice(Choice):
    """What the channels are: `auto` is `identity` or `affine`, by the dynamics and the number of channels."""

    registry = OBSERVATIONS
    place = "model.observation"
    open_word = "auto"
    kind: str = "auto"


class ForcingChoice(Choice):
    """How the state is corrected in training.

    `auto` is the kind that has the settings which are given; without any, `generalized`, but `adaptive` for recordings
    with few rows in a cycle, whose states drift apart by far more in a step than any fixed alpha foresees.
    """

    registry = FORCINGS
    place = "train.forcing"
    open_word = "auto"
    kind: str = "auto"

    def for_recording(self, rows_per_cycle: float) -> "ForcingChoice":
        """The choice made for a recording with so many rows in a cycle."""
        if not self.open:
            return self.decided()
        fitting = self.fitting()
        for name, spec in fitting.items():
            natural = spec.default_for(rows_per_cycle)
            if natural is not None:
                return self.decided(name, **natural)
        return self.decided(next(iter(fitting), next(iter(self.registry.names))))


class LossChoice(Choice):
    """What is minimised; `auto` is the teacher forcing that suits the model."""

    registry = LOSSES
    place = "train.loss"
    open_word = "auto"
    kind: str = "auto"

    def for_model(self, *, subjects: bool, encoded: bool) -> "LossChoice":
        """The choice made for a model of many subjects, or one whose states are read from several rows.

        Raises: ConfigError C514 for a loss of other models.
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
                why="subjects that are told apart, and states that are read from several rows, have their own losses",
                fix="leave out train.loss",
            )
        return self.decided()


class DistanceChoice(Choice):
    """Whether free runs are trained to visit the states of the data, and by which distance; `none` does not."""

    registry = DISTANCES
    place = "train.free_run_distance"
    open_word = "none"
    kind: str = "none"
    weight: float = Field(default=0.1, gt=0, description="Share of the distance in the loss.")
    steps: int = Field(default=25, ge=2, description="Length of the free runs.")


class ScanChoice(Choice):
    """How orbits are computed; `auto` is the fastest way for the model on this machine."""

    registry = SCANS
    place = "train.scan"
    open_word = "auto"
    kind: str = "auto"


class Penalties(BaseModel):
    """What is added to the loss: a section for each kind of penalty, such as `[train.penalties.weight]`."""

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
        """The settings given, by kind."""
        return dict(self.model_extra or {})

    @property
    def settings(self) -> dict[str, Any]:
        """All settings, by kind.

        Raises: ConfigError C501, C505.
        """
        places = {name: f"train.penalties.{name}" for name in self.given}
        return {name: settings_for(PENALTIES.spec(name).settings, self.given[name], places[name]) for name in places}

    def decided(self) -> "Penalties":
        """The penalties with all their settings."""
        return Penalties(**{name: settings.model_dump() for name, settings in self.settings.items()})

"""Kinds of channels: measurements, counts, ordinal levels and categorical labels."""

import fnmatch
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.core.errors import ConfigError
from attrax.core.scaling import Scaling
from attrax.data.series import Dataset
from attrax.registries import OBSERVATIONS

if TYPE_CHECKING:
    from attrax.models.observation_spec import ObservationSpec
    from attrax.reconstruct.settings.sections import ModelConfig

MEASURED = "gaussian"
"""The default kind of a channel: a measurement."""


class ChannelKind(NamedTuple):
    """The kind of values in a channel.

    Attributes:
        name: The name of the observation that describes them, such as `poisson`.
        levels: The number of levels or labels; 0 if it is not known yet, or for other kinds.
    """

    name: str
    levels: int = 0

    @property
    def spec(self) -> "ObservationSpec":
        """The spec of the observation."""
        return OBSERVATIONS.spec(self.name)

    @property
    def settings(self) -> Any:
        """The settings of the observation."""
        return self.spec.settings(**({"levels": self.levels} if self.levels else {}))

    def __str__(self) -> str:
        return f"{self.name}:{self.levels}" if self.levels else self.name


def decide_kinds(config: "ModelConfig", train: Dataset) -> tuple[str, ...]:
    """The kind of every channel, as `name=kind` or `name=kind:levels`; empty if all are measurements.

    The number of levels is one more than the highest level in the training data, unless it is given.

    Raises: ConfigError C600 or C601 for unknown kinds or channels, C602 or C603 for values that do not fit their kind.
    """
    other = _others(config)
    chosen = dict.fromkeys(train[0].channels, other)
    for entry in config.kinds:
        pattern, kind = parsed(entry)
        found = [pattern] if pattern in chosen else fnmatch.filter(chosen, pattern)
        if not found:
            raise ConfigError(
                "C601",
                "no channel of that name",
                where=f"model.kinds: {pattern!r} is none of {', '.join(list(chosen)[:20])}",
                why="the kind would have no effect",
                fix="name a channel, or several with a glob such as spikes*=poisson",
            )
        chosen |= dict.fromkeys(found, kind)
    if other.name == MEASURED and not config.kinds:
        return ()
    values = np.concatenate([series.values for series in train])
    return tuple(f"{name}={_checked(name, kind, values[:, i])}" for i, (name, kind) in enumerate(chosen.items()))


def all_measured(config: "ModelConfig") -> bool:
    """Whether the settings name no counts, levels or labels."""
    return not config.kinds and _others(config).name == MEASURED


def in_own_units(scaling: Scaling, kinds: tuple[str, ...]) -> Scaling:
    """The scaling without the channels of counts, levels and labels, which are not scaled."""
    if not kinds:
        return scaling
    kept = [parsed(entry)[1].spec.measured for entry in kinds]
    mean = (m if keep else 0.0 for m, keep in zip(scaling.mean, kept, strict=True))
    std = (s if keep else 1.0 for s, keep in zip(scaling.std, kept, strict=True))
    return Scaling(tuple(mean), tuple(std))


def parsed(entry: str) -> tuple[str, ChannelKind]:
    """The two parts of an entry `name=kind`: a name or glob, and a kind with the number of levels if it is given.

    Raises: ConfigError C600 for an unknown kind.
    """
    pattern, _, kind = entry.rpartition("=")
    name, _, levels = kind.partition(":")
    spec = OBSERVATIONS.spec(name) if name in OBSERVATIONS.names else None
    numbered = spec is not None and spec.levelled and levels.isdecimal()
    if not pattern or spec is None or not spec.of_channels or (levels and not numbered):
        raise ConfigError(
            "C600",
            f"unknown kind of channel {entry!r}",
            where="model.kinds",
            why=f"a kind is one of {', '.join(_names())}; levels and labels may name their number",
            fix=f"--kinds '{pattern or 'spikes*'}=poisson', or mood=ordinal:5",
        )
    return pattern, ChannelKind(name, int(levels or 0))


def _names() -> list[str]:
    """The observations that describe single channels."""
    return [name for name, spec in OBSERVATIONS.specs().items() if spec.of_channels]


def _others(config: "ModelConfig") -> ChannelKind:
    """The kind of the channels that are not named."""
    chosen = config.observation
    if chosen.open or chosen.spec.measured:
        return ChannelKind(MEASURED)
    return ChannelKind(chosen.kind, getattr(chosen.settings, "levels", 0))


def _checked(channel: str, kind: ChannelKind, values: Float[np.ndarray, " time"]) -> ChannelKind:
    """The kind with its number of levels, after a check that the values fit it."""
    if kind.spec.measured:
        return kind
    seen = values[np.isfinite(values)]
    odd = seen[(seen < 0) | (seen != np.round(seen))]
    if len(odd):
        raise ConfigError(
            "C602",
            "values that are neither counts nor levels",
            where=f"channel {channel!r} is {kind.name}, but {len(odd):,} of its {len(seen):,} values are like "
            f"{odd[0]:g}",
            why="counts are whole numbers from 0 on, and levels and labels are numbered from 0",
            fix=f"--kinds '{channel}={MEASURED}', or number the labels: pandas.Categorical(column).codes",
        )
    if not kind.spec.levelled:
        return kind
    highest = int(seen.max(initial=0))
    wanted = kind.levels or highest + 1
    if wanted <= max(highest, 1):
        raise ConfigError(
            "C603",
            "levels that do not fit",
            where=f"channel {channel!r}: {wanted} levels, and values up to {highest}",
            why="levels are numbered from 0, and there are at least two",
            fix=f"--kinds '{channel}={kind.name}:{max(highest + 1, 2)}'",
        )
    return kind._replace(levels=wanted)

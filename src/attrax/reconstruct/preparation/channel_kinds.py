"""Kinds of channels: measurements, counts, ordinal levels and categorical labels."""

import fnmatch
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from attrax.core.errors import ConfigError
from attrax.core.scaling import Scaling
from attrax.data.series import Dataset

if TYPE_CHECKING:
    from attrax.reconstruct.settings.sections import ModelConfig

MEASURED, COUNTED, LEVELLED = ("gaussian",), ("poisson", "zero-inflated-poisson"), ("ordinal", "categorical")
KINDS = (*MEASURED, *COUNTED, *LEVELLED)


def decide_kinds(config: "ModelConfig", train: Dataset) -> tuple[str, ...]:
    """The kind of every channel, as `name=kind` or `name=kind:levels`; empty if all are measurements.

    The number of levels is one more than the highest level in the training data, unless it is given.

    Raises: ConfigError C600 or C601 for unknown kinds or channels, C602 or C603 for values that do not fit their kind.
    """
    other = config.observation if config.observation in (*COUNTED, *LEVELLED) else "gaussian"
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
    if all(kind == "gaussian" for kind in chosen.values()) and not config.kinds:
        return ()
    values = np.concatenate([series.values for series in train])
    return tuple(f"{name}={_checked(name, kind, values[:, i])}" for i, (name, kind) in enumerate(chosen.items()))


def in_own_units(scaling: Scaling, kinds: tuple[str, ...]) -> Scaling:
    """The scaling without the channels of counts, levels and labels, which are not scaled."""
    if not kinds:
        return scaling
    kept = [parsed(entry)[1] in MEASURED for entry in kinds]
    mean = (m if keep else 0.0 for m, keep in zip(scaling.mean, kept, strict=True))
    std = (s if keep else 1.0 for s, keep in zip(scaling.std, kept, strict=True))
    return Scaling(tuple(mean), tuple(std))


def parsed(entry: str) -> tuple[str, str]:
    """The two parts of an entry `name=kind`: a name or glob, and a kind with the number of levels if it is given."""
    pattern, _, kind = entry.rpartition("=")
    name, _, levels = kind.partition(":")
    if not pattern or name not in KINDS or (levels and (name not in LEVELLED or not levels.isdecimal())):
        raise ConfigError(
            "C600",
            f"unknown kind of channel {entry!r}",
            where="model.kinds",
            why="a kind is one of " + ", ".join(KINDS) + "; ordinal and categorical may name their number of levels",
            fix=f"--kinds '{pattern or 'spikes*'}=poisson', or mood=ordinal:5",
        )
    return pattern, kind


def _checked(channel: str, kind: str, values: Float[np.ndarray, " time"]) -> str:
    """The kind with its number of levels, after a check that the values fit it."""
    name, _, levels = kind.partition(":")
    if name in MEASURED:
        return kind
    seen = values[np.isfinite(values)]
    odd = seen[(seen < 0) | (seen != np.round(seen))]
    if len(odd):
        raise ConfigError(
            "C602",
            "values that are neither counts nor levels",
            where=f"channel {channel!r} is {name}, but {len(odd):,} of its {len(seen):,} values are like {odd[0]:g}",
            why="counts are whole numbers from 0 on, and levels and labels are numbered from 0",
            fix=f"--kinds '{channel}=gaussian', or number the labels: pandas.Categorical(column).codes",
        )
    if name in COUNTED:
        return kind
    highest = int(seen.max(initial=0))
    wanted = int(levels) if levels else highest + 1
    if wanted <= max(highest, 1):
        raise ConfigError(
            "C603",
            "levels that do not fit",
            where=f"channel {channel!r}: {wanted} levels, and values up to {highest}",
            why="levels are numbered from 0, and there are at least two",
            fix=f"--kinds '{channel}={name}:{max(highest + 1, 2)}'",
        )
    return f"{name}:{wanted}"

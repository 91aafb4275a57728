"""Transforms of single channels: the logarithm, the square root, and none; each with its inverse."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from attrax.core.errors import ConfigError
from attrax.data.column_names import select

UNCHANGED, NONNEGATIVE = "none", "nonnegative"
Column = Float[np.ndarray, " n"]


class Transform(NamedTuple):
    """A function of the values of a channel, and its inverse.

    Attributes:
        apply: The function.
        undo: Its inverse; values that the function cannot have are moved to the nearest that it can.
        possible: Which values it is defined for.
        words: What it makes of a channel, for messages.
    """

    apply: Callable[[Column], Column]
    undo: Callable[[Column], Column]
    possible: Callable[[Column], Bool[np.ndarray, " n"]]
    words: str


def _same(x: Column) -> Column:
    return x


def _any(x: Column) -> Bool[np.ndarray, " n"]:
    return np.ones(x.shape, dtype=bool)


def _exponential(y: Column) -> Column:
    # Beyond the largest number is infinity, which says that a forecast has diverged.
    with np.errstate(over="ignore"):
        return np.exp(y)


def _not_below_zero(y: Column) -> Column:
    return np.maximum(y, 0.0)


# By the words of the option `transform`.
TRANSFORMS = {
    "log": Transform(np.log, _exponential, lambda x: x > 0, "logarithm"),
    "sqrt": Transform(np.sqrt, lambda y: _not_below_zero(y) ** 2, lambda x: x >= 0, "square root"),
    NONNEGATIVE: Transform(_same, _not_below_zero, _any, "values"),
    UNCHANGED: Transform(_same, _same, _any, "values"),
}


def check_transforms(entries: Sequence[str]) -> None:
    """Check settings such as `log` or `x=sqrt`.

    Raises: ConfigError C614 for a transform that does not exist.
    """
    for entry in entries:
        _, _, kind = entry.rpartition("=")
        if kind not in TRANSFORMS:
            raise ConfigError(
                "C614",
                f"unknown transform {kind!r}",
                where=f"--transform {entry}",
                why="the transforms are: " + ", ".join(TRANSFORMS),
                fix="--transform log  # of every channel; or of one: --transform x=log",
            )


def transforms_of(entries: Sequence[str], channels: Sequence[str], place: str) -> tuple[str, ...]:
    """The transform of each channel.

    Args:
        entries: Settings such as `log` for every channel, or `x=log`, `rate*=sqrt`; later ones win.
        channels: Names of all channels.
        place: The recording, for messages.

    Raises: DataError D119 for a name that no channel has.

    Example:
        >>> transforms_of(("log", "y=none"), ("x", "y"), "array")
        ('log', 'none')
    """
    kinds = dict.fromkeys(channels, UNCHANGED)
    for entry in entries:
        pattern, sign, kind = entry.rpartition("=")
        named = select([pattern], channels, "--transform", place) if sign else channels
        kinds |= dict.fromkeys(named, kind)
    return tuple(kinds.values())

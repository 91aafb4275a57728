"""Options of reading: what a file or an array does not say about itself."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from attrax.core.errors import ConfigError

TIME, TRIAL = "time", "trial"
_SEPARATORS = {"tab": "\t", "\\t": "\t", "space": " "}


@dataclass(frozen=True)
class ReadOptions:
    """What to make of the columns of a recording.

    Attributes:
        dt: Time between two rows. Set it when there is no time column, or to overrule one; None reads it or takes 1.
        time: Name of the time column, or of the dimension of time, where its name does not give it away.
        unit: Unit of time, for display.
        channels: Names or globs of the columns to keep, in this order; empty keeps all, `common` those that all
            recordings have.
        drop: Names or globs of the columns to leave out.
        inputs: Names or globs of the columns that are external inputs.
        transpose: The file, array or data frame holds channels in rows; a Series never does.
        sep: What separates the cells of a text file: one character, `tab` or `space`. Empty finds out.
        decimal: The decimal mark of a text file, `.` or `,`. Empty finds out.
        axes: A name for each axis of an array of more than two: `time` once, `trial` for the axis along which series
            lie, and any others, whose combinations become channels.
        var: Names or globs of the variables to read from a file that holds several.
        stack: Dimensions of a variable whose combinations become channels.
    """

    dt: float | None = None
    time: str | None = None
    unit: str = ""
    channels: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    transpose: bool = False
    sep: str = ""
    decimal: str = ""
    axes: tuple[str, ...] = ()
    var: tuple[str, ...] = ()
    stack: tuple[str, ...] = ()

    def __post_init__(self):
        if self.dt is not None and not (math.isfinite(self.dt) and self.dt > 0):
            raise ConfigError(
                "C541",
                "the time step is not a positive number",
                where=f"--dt {self.dt}",
                why="time runs forward, by the same amount from row to row",
                fix="--dt 0.01  # the time between two rows",
            )
        object.__setattr__(self, "sep", _SEPARATORS.get(self.sep, self.sep))
        if len(self.sep) > 1 or self.sep in {'"', "\n"} or self.sep.isalnum():
            raise ConfigError(
                "C548",
                "cannot separate cells",
                where=f"--sep {self.sep!r}",
                why="a separator is one character that is part of no number",
                fix="--sep ';'  # or tab, or space",
            )
        if self.decimal not in ("", ".", ",") or (self.decimal and self.decimal == self.sep):
            raise ConfigError(
                "C549",
                "cannot mark decimals",
                where=f"--decimal {self.decimal!r}" + (f" --sep {self.sep!r}" if self.sep else ""),
                why="a number has a decimal point or a decimal comma, and cells are separated by something else",
                fix="--decimal ,  --sep ';'" if self.decimal == "," else "--decimal .",
            )
        _check_axes(self.axes)


def names(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """One name or several as a tuple."""
    return (given,) if isinstance(given, str) else tuple(given or ())


def _check_axes(axes: tuple[str, ...]) -> None:
    if axes and (axes.count(TIME) != 1 or len(set(axes)) < len(axes)):
        raise ConfigError(
            "C553",
            "cannot tell the axes apart",
            where=f"--axes {','.join(axes)}",
            why="one axis is time, and no two have the same name",
            fix="--axes trial,time,channel",
        )

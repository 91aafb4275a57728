"""Options of reading: what a file or an array does not say about itself."""

import math
from dataclasses import dataclass

from attrax.core.errors import ConfigError


@dataclass(frozen=True)
class ReadOptions:
    """What to make of the columns of a recording.

    Attributes:
        dt: Time between two rows. Set it when there is no time column, or to overrule one; None reads it or takes 1.
        time: Name of the time column, where its name does not give it away.
        unit: Unit of time, for display.
        channels: Names or globs of the columns to keep, in this order; empty keeps all.
        drop: Names or globs of the columns to leave out.
        inputs: Names or globs of the columns that are external inputs.
        transpose: The file, array or data frame holds channels in rows; a Series never does.
    """

    dt: float | None = None
    time: str | None = None
    unit: str = ""
    channels: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    transpose: bool = False

    def __post_init__(self):
        if self.dt is not None and not (math.isfinite(self.dt) and self.dt > 0):
            raise ConfigError(
                "C541",
                "the time step is not a positive number",
                where=f"--dt {self.dt}",
                why="time runs forward, by the same amount from row to row",
                fix="--dt 0.01 (the time between two rows)",
            )

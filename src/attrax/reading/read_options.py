"""The options of reading: information that a file or an array does not contain itself.

They are declared here, and in one file each of `table_options/`. The keyword arguments of `attrax.load`, the flags of
the commands and the settings `data.*` of a run are made from these fields.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from attrax.core.declared_options import Names, normalize, with_fields
from attrax.core.errors import ConfigError
from attrax.registries import TABLE_OPTIONS

TIME, TRIAL = "time", "trial"
CONSTANT = "constant"
LISTED = ("axes", "group", "var", "stack")
"""Options whose names may be one text with commas. Names of channels may contain commas themselves."""
_SEPARATORS = {"tab": "\t", "\\t": "\t", "space": " "}


@dataclass(frozen=True, kw_only=True)
@with_fields(option.declared_as(name) for name, option in TABLE_OPTIONS.usable_specs().items())
class ReadOptions:
    """How to read a recording: which columns are what, and how a file is written.

    Raises: ConfigError C541, C548, C549, C553, C563 for values that are not possible.

    Example:
        >>> from attrax.reading import ReadOptions
        >>> ReadOptions(channels="a, b", sep=";").separator
        ';'
    """

    channels: Annotated[
        Names, "Columns to keep, in this order, by name or glob (EEG*); common: those that all files have."
    ] = ()
    drop: Annotated[Names, "Columns to leave out, by name or glob; constant: all columns that never change."] = ()
    inputs: Annotated[Names, "Columns that are external inputs, by name or glob."] = ()
    time: Annotated[str, "Name of the time column or dimension, if it is not recognised."] = ""
    dt: Annotated[
        float | str | None,
        "Time between two rows, such as 0.004 or 4ms, or rows in a second, such as 250Hz; replaces the time column.",
    ] = None
    unit: Annotated[str, "Unit of time, such as s; only shown."] = ""
    zone: Annotated[str, "Time zone of dates that name none, such as Europe/Berlin or +01:00."] = ""
    date_order: Annotated[
        Literal["", "dmy", "mdy"], "Order of day and month in dates such as 01/02/2021, if it is not clear."
    ] = ""
    transpose: Annotated[bool, "The recording has channels in rows."] = False
    sep: Annotated[
        str, "What separates the cells of a text file, if the guess is wrong: a character, tab or space."
    ] = ""
    decimal: Annotated[str, "Decimal mark of a text file, if the guess is wrong: . or ,"] = ""
    labels: Annotated[
        Names, "Columns of words to number from 0, in the order of the alphabet, or as listed: stage=N2|REM."
    ] = ()
    group: Annotated[
        Names, "Columns that distinguish several recordings in one table, such as subject; each becomes a series."
    ] = ()
    pivot: Annotated[
        str, "Column that names the channel of each row of a long table; each value becomes a channel."
    ] = ""
    axes: Annotated[
        Names, "A name for each axis of an array of three or more: time, trial for separate series, any other name."
    ] = ()
    var: Annotated[Names, "Variables to read from a NetCDF, HDF5 or NPZ file, by name or glob."] = ()
    stack: Annotated[Names, "Dimensions of a variable whose combinations become channels, such as lat,lon."] = ()

    def __post_init__(self):
        for name in LISTED:
            object.__setattr__(self, name, listed_names(getattr(self, name)))
        for name, value in step_and_unit(self.dt, self.unit).items():
            object.__setattr__(self, name, value)
        normalize(self)
        self.check_reading()

    def check_reading(self) -> None:
        """Check that the values are possible."""
        if self.row_time is not None and not (math.isfinite(self.row_time) and self.row_time > 0):
            raise _impossible_step(self.dt)
        if len(self.separator) > 1 or self.separator in {'"', "\n"} or self.separator.isalnum():
            raise ConfigError(
                "C548",
                "impossible separator",
                where=f"--sep {self.sep!r}",
                why="a separator is one character that is not part of a number",
                fix="without --sep  # the separator is then found; or give one character, or tab, or space",
            )
        if self.decimal not in ("", ".", ",") or (self.decimal and self.decimal == self.separator):
            raise ConfigError(
                "C549",
                "impossible decimal mark",
                where=f"--decimal {self.decimal!r}" + (f" --sep {self.sep!r}" if self.sep else ""),
                why="the decimal mark is a point or a comma, and the separator is another character",
                fix="without --decimal  # the mark is then found; or give . or , and another --sep",
            )
        _check_axes(self.axes)
        if self.zone:
            # The help of the commands needs the names of these options only, so it does not wait for numpy.
            from attrax.data.clock.zones import Zone

            Zone.of(self.zone)

    @property
    def row_time(self) -> float | None:
        """The time between two rows, in units of `unit`; None if it was not given."""
        return None if self.dt is None else float(self.dt)

    @property
    def separator(self) -> str:
        """The character that separates cells; empty if it must be guessed."""
        return _SEPARATORS.get(self.sep, self.sep)

    @property
    def dropped_columns(self) -> tuple[str, ...]:
        """Names and globs of the columns to leave out, without the word `constant`."""
        return tuple(name for name in self.drop if name != CONSTANT)

    @property
    def drop_constant(self) -> bool:
        """Whether to leave out all channels that never change."""
        return CONSTANT in self.drop


def step_and_unit(dt: float | str | None, unit: str) -> dict[str, Any]:
    """The options `dt` and `unit` for a time step that may be written as text; empty if it is a number already.

    Raises: ConfigError C541 if the text is no time step.

    Example:
        >>> step_and_unit("250Hz", ""), step_and_unit(0.004, "s")
        ({'dt': 0.004, 'unit': 's'}, {})
    """
    if not isinstance(dt, str):
        return {}
    from attrax.data.clock.durations import time_step

    try:
        step, named = time_step(dt, unit)
    except ConfigError:
        raise
    except ValueError:
        raise _impossible_step(dt) from None
    if not step > 0:
        raise _impossible_step(dt)
    return {"dt": step, "unit": named}


def _impossible_step(dt: float | str | None) -> ConfigError:
    return ConfigError(
        "C541",
        "the time step is not a positive number",
        where=f"--dt {dt}",
        why="it is the time from each row to the next: a number, a number with a unit such as 4ms, or a rate such as "
        "250Hz",
        fix="without --dt  # takes the time column, or 1 if there is none; or give the time between two rows",
    )


def listed_names(names: Sequence[str]) -> Sequence[str]:
    """Names that may be given as one text with commas between them.

    Example:
        >>> listed_names("trial, time"), listed_names(("trial", "time"))
        (('trial', 'time'), ('trial', 'time'))
    """
    return tuple(name.strip() for name in names.split(",") if name.strip()) if isinstance(names, str) else names


def _check_axes(axes: Sequence[str]) -> None:
    if axes and (axes.count(TIME) != 1 or len(set(axes)) < len(axes)):
        raise ConfigError(
            "C553",
            "impossible names of axes",
            where=f"--axes {','.join(axes)}",
            why="exactly one axis is time, and no two axes have the same name",
            fix="without --axes  # the axes are then shown; or name each, time once, such as trial,time,channel",
        )

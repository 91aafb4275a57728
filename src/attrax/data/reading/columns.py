"""Columns: which column of a table is the time, which are channels and which are external inputs."""

from collections.abc import Sequence
from typing import NamedTuple

from attrax.core.errors import DataError
from attrax.data.clock.time_columns import is_clock
from attrax.data.column_names import listed_columns, select
from attrax.data.reading.read_options import ReadOptions

COMMON = "common"


class ColumnRoles(NamedTuple):
    """What each column of a table is.

    Attributes:
        time: Name of the time column; None if there is none.
        channels: Names of the observed columns, in order.
        inputs: Names of the external inputs, in order.
    """

    time: str | None
    channels: tuple[str, ...]
    inputs: tuple[str, ...]


def column_roles(
    names: tuple[str, ...], options: ReadOptions, place: str, *, channels: Sequence[str], clock: str
) -> ColumnRoles:
    """Decide what each column is: as the options say, else the time by its name, else a channel.

    Args:
        names: Names of all columns.
        options: The options of reading.
        place: The file or array, for messages.
        channels: Names or globs of the columns to keep, as `channel_names` returns them.
        clock: Name of the time column if the source knows it; empty if it does not.

    Raises: DataError D119 for a name that no column has, or if no channel is left.
    """
    dropped = select(options.dropped_columns, names, "--drop", place)
    inputs = select(options.inputs, names, "--inputs", place)
    kept = select(channels, names, "--channels", place)
    wanted = options.time or clock
    if wanted:
        time = select((wanted,), names, "--time", place)[0]
    else:
        time = next((name for name in names if is_clock(name) and name not in {*dropped, *inputs, *kept}), None)
    excluded = {*dropped, *inputs, time}
    kept = tuple(name for name in kept or names if name not in excluded)
    if not kept:
        raise DataError(
            "D119",
            "no numeric column left",
            where=f"{place}: {listed_columns(names)}",
            why="a model needs at least one channel",
            fix="leave out fewer columns with --drop and --inputs, or name those to keep with --channels",
        )
    return ColumnRoles(time, kept, inputs)


def channel_names(wanted: Sequence[str], tables: Sequence[Sequence[str]]) -> Sequence[str]:
    """The columns to keep; `common` is replaced by the names that all tables have, without the time column.

    Args:
        wanted: The option `channels`.
        tables: Names of the columns of every table.

    Raises: DataError D110 if there is no common column.
    """
    if tuple(wanted) != (COMMON,) or any(COMMON in names for names in tables):
        return wanted
    shared = [name for name in tables[0] if all(name in names for names in tables) and not is_clock(name)]
    if not shared:
        raise DataError(
            "D110",
            "no column in common",
            where="; ".join(listed_columns(names) for names in tables[:3]),
            why="all series of a dataset must have the same channels",
            fix="give the columns of all files the same names",
        )
    return shared

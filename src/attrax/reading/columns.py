"""Columns: which column of a table is the time, which are channels and which are external inputs."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np

from attrax.core.errors import DataError
from attrax.data.clock.clock_columns import ClockColumns, find_clock
from attrax.data.clock.clock_names import is_clock
from attrax.data.column_names import listed_columns, select
from attrax.reading.read_options import ReadOptions

COMMON = "common"


@runtime_checkable
class Table(Protocol):
    """The properties of a table that decide the roles of its columns."""

    @property
    def names(self) -> tuple[str, ...]:
        """A name for each column."""
        ...

    @property
    def place(self) -> str:
        """The file or array, for messages."""
        ...

    @property
    def clock(self) -> str:
        """Name of the time column, if the source gives it; else empty."""
        ...

    @property
    def named(self) -> bool:
        """Whether the source names its columns."""
        ...

    def column(self, name: str) -> np.ndarray:
        """The column of that name."""
        ...


class ColumnRoles(NamedTuple):
    """The role of each column of a table: time, channel or input.

    Attributes:
        clock: The columns of the time.
        channels: Names of the observed columns, in order.
        inputs: Names of the external inputs, in order.
    """

    clock: ClockColumns
    channels: tuple[str, ...]
    inputs: tuple[str, ...]


def column_roles(table: Table, options: ReadOptions, *, channels: Sequence[str]) -> ColumnRoles:
    """Decide what each column is: as the options say, else the time by name and values, else a channel.

    Args:
        table: The table.
        options: The options of reading.
        channels: Names or globs of the columns to keep, as `channel_names` returns them.

    Raises: DataError D119 for a name that no column has, or if no channel is left.
    """
    names, place = table.names, table.place
    dropped = select(options.dropped_columns, names, "--drop", place)
    inputs = select(options.inputs, names, "--inputs", place)
    kept = select(channels, names, "--channels", place)
    wanted = options.time or table.clock
    if wanted:
        clock = ClockColumns((select((wanted,), names, "--time", place)[0],))
    else:
        taken = frozenset({*dropped, *inputs, *kept})
        clock = find_clock(names, table.column, named=table.named, taken=taken)
    excluded = {*dropped, *inputs, *clock.names, *clock.left_out}
    kept = tuple(name for name in kept or names if name not in excluded)
    if not kept:
        raise DataError(
            "D119",
            "no numeric column left",
            where=f"{place}: {listed_columns(names)}",
            why="a model needs at least one channel",
            fix="leave out fewer columns with --drop and --inputs, or name those to keep with --channels",
        )
    return ColumnRoles(clock, kept, inputs)


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

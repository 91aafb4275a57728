"""RawTable: named columns of numbers, dates or text, as a file holds them, and how they become a `Series`.

All readers return tables, so that time columns, missing values and misspelt names are handled in one place.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import numpy as np
from jaxtyping import Float, Int

from attrax.core.errors import DataError
from attrax.data.clock.clock_columns import ClockColumns
from attrax.data.clock.clock_reading import ReadClock, read_clock, read_parts
from attrax.data.clock.row_times import Origin, Stamps
from attrax.data.column_names import option
from attrax.data.series import Series, blocks
from attrax.reading.cell_text import first_text
from attrax.reading.columns import ColumnRoles, column_roles
from attrax.reading.read_options import ReadOptions
from attrax.reading.text_advice import text_in_numbers, unread_time

EXACT = 2**53
"""Larger whole numbers are not exact in float64; columns of them stay whole numbers."""


@dataclass(frozen=True, eq=False)
class RawTable:
    """A table with named columns.

    Attributes:
        names: A name for each column, all different.
        columns: One array for each column: numbers with NaN for missing values, dates, or objects if there is text.
        place: The file or array, for messages.
        lines: Line in the file of every row, counted from 1; None for arrays.
        dt, unit: Time step and its unit, if the source gives them.
        clock: Name of the time column, if the source gives it; else empty.
        stamps: Times of the rows, if the source keeps them apart from the columns.
        inputs, input_names: External inputs, if the source keeps them apart from the columns.
        origin: The time of the first row, if the source gives it.
        block: The last columns as one array, if the source holds them in one; it may be a mapped file.
        units: The unit of each channel whose unit is known, by name.
        labels: The words that the numbers of a column stand for, by name of the column.
        notices: What had to be guessed when the source was read.
        named: Whether the source names its columns.
        zone: The time zone of its dates, if the source gives it and they are instants in UTC; else empty.
        exact: Gives the text of a column, if numbers may have lost digits; None if there is no text.
        subject: The subject of the table, if the source names it.
        grouped: The columns that distinguish this table from others in its source; empty if there are no others.
        weights: A weight for columns in principal components, by name: the cosine of the latitude.
        step_told: What to say if there is no time column, and `dt` was read from a description of the table.
    """

    names: tuple[str, ...]
    columns: tuple[np.ndarray, ...]
    place: str
    lines: Int[np.ndarray, " time"] | None = None
    dt: float | None = None
    unit: str = ""
    clock: str = ""
    stamps: Stamps | None = None
    inputs: Float[np.ndarray, "time input"] | None = None
    input_names: tuple[str, ...] = ()
    origin: Origin | None = None
    block: Float[np.ndarray, "time column"] | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    named: bool = True
    zone: str = ""
    exact: Callable[[int], Sequence[str]] | None = None
    subject: str = ""
    grouped: tuple[str, ...] = ()
    weights: tuple[tuple[str, float], ...] = ()
    step_told: str = ""

    def column(self, name: str) -> np.ndarray:
        """The column of that name."""
        return self.columns[self.position(name)]

    def position(self, name: str) -> int:
        """The index of the column of that name."""
        return self._positions[name]

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {name: k for k, name in enumerate(self.names)}

    def row(self, i: int) -> str:
        """Row `i` in words, for messages: its line in the file, or its index in the array."""
        return f"row {i} (counted from 0)" if self.lines is None else f"line {self.lines[i]} of the file"


def to_series(table: RawTable, options: ReadOptions, channels: Sequence[str]) -> tuple[Series, tuple[str, ...]]:
    """The recording in a table, and what had to be guessed about its clock.

    A time column becomes the stamps of the recording, which are not checked here.

    Args:
        table: The table.
        options: The options of reading.
        channels: Names or globs of the columns to keep; empty keeps all.

    Raises: DataError D118 without rows, D119 for unknown names, D108 for text, D102 for missing values in an input.
    """
    roles = column_roles(table, options, channels=channels)
    if len(table.columns[0]) == 0:
        raise DataError(
            "D118", "empty", where=f"{table.place}: no rows", why="there are no data", fix="give a file with rows"
        )
    clock = None if options.dt is not None else _clock(table, roles.clock, options)
    stamps = table.stamps if options.dt is None else None
    if clock is not None:
        stamps = Stamps(
            clock.t,
            roles.clock.title,
            table.place,
            table.lines,
            clock.calendar,
            clock.base,
            clock.backward,
            clock.daytime,
        )
    x = _numbers(table, roles.channels)
    complete = all(np.isfinite(rows).all() for rows in blocks(x))
    mask = None if complete else np.isfinite(x)
    inputs, input_names = _inputs(table, roles.inputs)
    return Series(
        x=x if mask is None else np.where(mask, x, 0.0),
        dt=_step(table, stamps, options),
        channels=roles.channels,
        unit=options.unit or ("" if clock is None else clock.unit) or table.unit,
        inputs=inputs,
        input_channels=input_names,
        mask=mask,
        stamps=stamps,
        origin=(table.origin or Origin(roles.clock.title)) if stamps is None else stamps.origin,
        labels={name: words for name, words in table.labels.items() if name in roles.channels},
        channel_units={name: table.units[name] for name in (*roles.channels, *input_names) if name in table.units},
        weights=table.weights,
    ), _told(table, roles, clock)


def _clock(table: RawTable, clock: ClockColumns, options: ReadOptions) -> ReadClock | None:
    """The times of the rows; None if there is no time column."""
    if not clock.names:
        return None
    if clock.parts is not None:
        return read_parts(clock.parts, table.column, table.place, zone=options.zone, order=options.date_order)
    (name,) = clock.names
    exact = None if table.exact is None else partial(table.exact, table.position(name))
    column = table.column(name)
    zone = options.zone or table.zone
    found = read_clock(
        column, name, table.place, zone=zone, utc=bool(table.zone), order=options.date_order, exact=exact
    )
    if found is None:
        raise unread_time(table, name)
    return found


def _told(table: RawTable, roles: ColumnRoles, clock: ReadClock | None) -> tuple[str, ...]:
    sentences = (*roles.clock.told, *([table.step_told] if table.step_told and clock is None else []))
    told = tuple(f"D143  {table.place}: {sentence}" for sentence in sentences)
    return told if clock is None else (*told, *clock.notices)


def _step(table: RawTable, stamps: Stamps | None, options: ReadOptions) -> float:
    if options.row_time is not None:
        return options.row_time
    if stamps is not None:
        return stamps.median_step
    return 1.0 if table.dt is None else table.dt


def _numbers(table: RawTable, names: tuple[str, ...]) -> Float[np.ndarray, "time column"]:
    for name in names:
        column = table.column(name)
        if column.dtype.kind not in "fiu":
            row = first_text(column) if column.dtype == object else 0
            raise text_in_numbers(table, name, row)
    # An array that holds just these columns, perhaps a mapped file, is not copied.
    if table.block is not None and names == table.names[-table.block.shape[1] :]:
        return table.block
    return np.column_stack([table.column(name) for name in names])


def _inputs(table: RawTable, names: tuple[str, ...]) -> tuple[Float[np.ndarray, "time input"] | None, tuple[str, ...]]:
    parts = [] if table.inputs is None else [table.inputs]
    if names:
        parts.append(_numbers(table, names))
    if not parts:
        return None, ()
    inputs, every_name = np.hstack(parts), (*table.input_names, *names)
    gaps = np.argwhere(~np.isfinite(inputs))
    if len(gaps):
        row, k = map(int, gaps[0])
        raise DataError(
            "D102",
            "missing values in an external input",
            where=f"{table.place}, input '{every_name[k]}': {len(gaps)} missing values, first in {table.row(row)}",
            why="the model needs its inputs at every time step, and cannot estimate them as it can a channel",
            fix=f"fill the gaps in the file; or {option('--drop', every_name[k])} if it does not drive the system",
        )
    return inputs, every_name

"""RawTable: a recording as it lies in a file, named columns of numbers or text, before it is known what they mean.

Every source becomes a table first, so that what a time column, a gap or a misspelt name leads to is decided once.
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from attrax.core.errors import DataError
from attrax.data.clock.origin import Origin
from attrax.data.clock.stamps import Stamps
from attrax.data.clock.time_step import seconds
from attrax.data.reading.cell_text import dates, first_text, is_decimal_comma
from attrax.data.reading.columns import clock_unit, layout, option
from attrax.data.reading.read_options import ReadOptions
from attrax.data.series import Series, blocks


@dataclass(frozen=True, eq=False)
class RawTable:
    """Columns with names.

    Attributes:
        names: A name for each column, no two alike.
        columns: One array a column: numbers with NaN for gaps, dates, or objects where there is text.
        place: What to call the source in messages.
        lines: File line of every row, counted from 1; None for arrays.
        dt, unit: Time step and its unit, where the source itself knows them.
        clock: The time column, where the source itself knows.
        stamps: Times of the rows, where the source itself has told them apart from the columns.
        inputs, input_names: External inputs that the source itself tells apart from the columns.
        origin: Where the first row lies in time, where the source itself knows.
        block: The last columns as one array, where they lie side by side in the source; it may be a file.
        notices: What had to be guessed when the source was read.
    """

    names: tuple[str, ...]
    columns: tuple[np.ndarray, ...]
    place: str
    lines: Int[np.ndarray, " time"] | None = None
    dt: float | None = None
    unit: str = ""
    clock: str | None = None
    stamps: Stamps | None = None
    inputs: Float[np.ndarray, "time input"] | None = None
    input_names: tuple[str, ...] = ()
    origin: Origin | None = None
    block: Float[np.ndarray, "time column"] | None = None
    notices: tuple[str, ...] = ()

    def column(self, name: str) -> np.ndarray:
        """The column of that name."""
        return self.columns[self.names.index(name)]

    def row(self, i: int) -> str:
        """How people find row `i`: by the line of the file, or by its index in the array."""
        return f"row {i} (counted from 0)" if self.lines is None else f"line {self.lines[i]} of the file"


def to_series(table: RawTable, options: ReadOptions) -> Series:
    """The recording that a table holds.

    Its time column becomes stamps, which nobody has looked at yet.

    Raises: DataError D118 without rows, D119 for unknown names, D108 for text, D102 for gaps in an input.
    """
    parts = layout(table.names, replace(options, time=options.time or table.clock), table.place)
    if len(table.columns[0]) == 0:
        raise DataError(
            "D118", "empty", where=f"{table.place}: no rows", why="there is nothing to learn from", fix="record first"
        )
    stamps, unit = _stamps(table, parts.time, options)
    x = _numbers(table, parts.channels)
    complete = all(np.isfinite(rows).all() for rows in blocks(x))
    mask = None if complete else np.isfinite(x)
    inputs, input_names = _inputs(table, parts.inputs)
    return Series(
        x=x if mask is None else np.where(mask, x, 0.0),
        dt=_step(table, stamps, options),
        channels=parts.channels,
        unit=options.unit or unit,
        inputs=inputs,
        input_channels=input_names,
        mask=mask,
        stamps=stamps,
        origin=(table.origin or Origin(parts.time or "time")) if stamps is None else stamps.origin,
    )


def _stamps(table: RawTable, time: str | None, options: ReadOptions) -> tuple[Stamps | None, str]:
    """The times of the rows and their unit; none if they are overruled or there is no time column."""
    if options.dt is not None:
        return None, table.unit
    if time is None:
        return table.stamps, table.unit
    column = table.column(time)
    if column.dtype == object:
        column = _dates(table, time)
    t, unit, epoch = seconds(column)
    return Stamps(t, time, table.place, table.lines, epoch), unit or clock_unit(time) or table.unit


def _step(table: RawTable, stamps: Stamps | None, options: ReadOptions) -> float:
    if options.dt is not None:
        return options.dt
    if stamps is not None:
        return stamps.median_step
    return 1.0 if table.dt is None else table.dt


def _dates(table: RawTable, name: str) -> np.ndarray:
    cells = table.column(name)
    moments = dates(cells)
    unread = [i for i, cell in enumerate(cells) if isinstance(cell, str) and np.isnat(moments[i])]
    if unread:
        raise _text(table, name, unread[0], "write times as numbers or as ISO 8601 dates")
    return moments


def _numbers(table: RawTable, names: tuple[str, ...]) -> Float[np.ndarray, "time column"]:
    for name in names:
        column = table.column(name)
        if column.dtype.kind != "f":
            row = first_text(column) if column.dtype == object else 0
            raise _text(table, name, row, "correct the cell in the file")
    # What lies side by side already, perhaps in a mapped file, is not copied.
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
            why="the model is driven by its inputs at every step; unlike a channel, an input cannot be inferred",
            fix=f"{option('--drop', every_name[k])}  # or fill the gaps in the file",
        )
    return inputs, every_name


def _text(table: RawTable, name: str, row: int, advice: str) -> DataError:
    column = table.column(name)
    value = str(column[row])
    return DataError(
        "D108",
        "text in a column of numbers",
        where=f"{table.place}, column '{name}', {table.row(row)}: {value[:60]!r}",
        why="dynamics are learned from numbers",
        fix=f"--decimal ,  # or {option('--drop', name)}"
        if _has_commas(column)
        else f"{option('--drop', name)}  # or {advice}",
    )


def _has_commas(column: np.ndarray) -> bool:
    """Whether decimals of a column are marked by commas more often than by points."""
    commas = sum(isinstance(cell, str) and is_decimal_comma(cell) for cell in column)
    return commas > sum(isinstance(cell, float) and cell == cell and not cell.is_integer() for cell in column)

"""Long tables: several recordings below each other, distinguished by a column or by times that begin again."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from attrax.core.errors import DataError
from attrax.data.clock.clock_columns import holds_dates
from attrax.data.clock.clock_names import is_clock, is_clock_if_rising
from attrax.data.clock.row_times import Stamps
from attrax.data.column_names import option, select, unique
from attrax.reading.raw_table import RawTable
from attrax.reading.read_options import ReadOptions

FEWEST_ROWS = 2
_LONG_BLOCK = 10
_SUBJECT = re.compile(
    r"(?i:(?:subject|participant|patient|person|animal|mouse|rat|trial|session|run|block|recording|experiment|episode)s?"
    r"[ _]?(?:id|no|nr|number|num)?)"
)
_NEAR_START = 0.1
_OFTEN = 0.75


class Part(NamedTuple):
    """The rows of one recording in a table.

    Attributes:
        name: The value of the column in these rows; empty if the table is one recording.
        table: The rows, without that column.
    """

    name: str
    table: RawTable


def is_name_of_subjects(name: str) -> bool:
    """Whether a column of that name tells who was recorded, or in which trial.

    Example:
        >>> is_name_of_subjects("Subject_ID"), is_name_of_subjects("ecg")
        (True, False)
    """
    return _SUBJECT.fullmatch(name.strip()) is not None


def parts_of(table: RawTable, options: ReadOptions) -> list[Part]:
    """The recordings in a table, as `options.group` and `options.pivot` say.

    Raises: DataError D119 for an unknown column, D132 if a pivoted table has two values for one time.
    """
    parts = [Part("", table)] if not options.group else _grouped(table, options)
    if options.pivot:
        parts = [Part(name, _pivoted(part, options)) for name, part in parts]
    return parts


def check_one_recording(table: RawTable, stamps: Stamps | None, channels: Sequence[str] = ()) -> None:
    """Check that the times of a table do not begin again and again, as those of several recordings do.

    Args:
        table: The table.
        stamps: The time of every row.
        channels: Columns of which nobody said that they are channels.

    Raises: DataError D132 if they do, if a column makes the times of each of its values increase, or if a column
        numbers subjects or trials by its name.
    """
    if stamps is None or len(stamps.t) < 2 * FEWEST_ROWS or (np.diff(stamps.t) > 0).all():
        _check_blocks(table, channels)
        return
    column = _telling_column(table, stamps)
    restarts = _restarts(stamps.t)
    if column is None and not restarts:
        return
    if column is None:
        fix = f"{option('--group', stamps.name)}  # a series of its own wherever the time begins again"
        told = f"time '{stamps.name}' begins again {_times(restarts)}"
    else:
        values = _spelled(table.column(column))
        shown = ", ".join(dict.fromkeys(values).keys() if len(set(values)) <= 5 else [*dict.fromkeys(values)][:4])
        told = (
            f"time '{stamps.name}' increases only within each of the {len(set(values)):,} values of '{column}' ({shown}"
        )
        told += ")" if len(set(values)) <= 5 else ", ...)"
        fix = apart_by(table, column)
    raise _several(table, told, fix)


def _check_blocks(table: RawTable, channels: Sequence[str]) -> None:
    """Check that no channel numbers subjects or trials by its name and values."""
    name = next((c for c in channels if is_name_of_subjects(c) and _numbers_blocks(table.column(c))), "")
    if name:
        raise _several(
            table,
            f"'{name}' numbers {len(np.unique(table.column(name))):,} stretches of rows",
            f"{option('--group', name)}  # a series for each; or {option('--drop', name)} for one recording",
        )


def apart_by(table: RawTable, column: str) -> str:
    """The fix for recordings in one table: one more column of `--group` distinguishes them."""
    group = option("--group", *table.grouped, column)
    return f"{group}  # a series for each; or {option('--pivot', column)}, a channel for each"


def _several(table: RawTable, told: str, fix: str) -> DataError:
    return DataError(
        "D132",
        "several recordings in one table",
        where=f"{table.place}: {told}",
        why="sorted, averaged or joined, rows of different recordings would be mixed",
        fix=fix,
    )


def _numbers_blocks(column: np.ndarray) -> bool:
    """Whether a column holds whole numbers, each in one stretch of at least ten rows."""
    if column.dtype.kind not in "fiu" or not np.isfinite(column).all() or (column % 1 != 0).any():
        return False
    starts = np.flatnonzero(np.diff(column)) + 1
    lengths = np.diff(np.r_[0, starts, len(column)])
    return len(starts) > 0 and len(np.unique(column)) == len(starts) + 1 and int(lengths.min()) >= _LONG_BLOCK


def _grouped(table: RawTable, options: ReadOptions) -> list[Part]:
    names = select(options.group, table.names, "--group", table.place)
    clock = len(names) == 1 and (is_clock(names[0]) or names[0] in (options.time, table.clock))
    columns = [_spelled(table.column(name)) for name in names]
    values = [".".join(parts) for parts in zip(*columns, strict=True)]
    if clock:
        numbers = np.asarray(table.column(names[0]))
        back = np.diff(numbers) < 0 if numbers.dtype.kind in "fiM" else np.array(values[1:]) < np.array(values[:-1])
        values = [str(i) for i in np.concatenate([[0], np.cumsum(back)])]
    places: dict[str, list[int]] = {}
    for row, value in enumerate(values):
        places.setdefault(value, []).append(row)
    kept = table
    for name in () if clock else names:
        kept = replace(_without(kept, name), grouped=options.group)
    return [Part(value, _rows(kept, np.array(rows))) for value, rows in places.items()]


def _pivoted(table: RawTable, options: ReadOptions) -> RawTable:
    (name,) = select((options.pivot,), table.names, "--pivot", table.place)
    words = _spelled(table.column(name))
    labels = list(dict.fromkeys(words))
    wanted = options.time or table.clock
    others = [other for other in table.names if other != name]
    clock = wanted or next(filter(is_clock, others), "") or next(filter(is_clock_if_rising, others), "")
    if clock not in table.names:
        clock = next((other for other in others if table.column(other).dtype.kind != "f"), "")
    values = [other for other in others if other != clock]
    if clock:
        times, at = _first_seen(table.column(clock))
    else:
        at = _counts(words)
        times = np.arange(max(at) + 1)
    taken: set[tuple[str, int]] = set()
    for row, (word, place) in enumerate(zip(words, at, strict=True)):
        if (word, place) in taken:
            raise DataError(
                "D132",
                "two values for one time",
                where=f"{table.place}, {table.row(row)}: '{word}' a second time",
                why="each channel has one value at each time",
                fix=f"{option('--group', name)}  # a series for each value of '{name}', if it names no channels",
            )
        taken.add((word, int(place)))
    names, columns = [], []
    for word in labels:
        rows = np.array([i for i, other in enumerate(words) if other == word])
        for value in values:
            column = np.full(
                len(times), np.nan, dtype=table.column(value).dtype if table.column(value).dtype == object else float
            )
            column[np.asarray(at)[rows]] = table.column(value)[rows]
            names.append(word if len(values) == 1 else f"{word}_{value}")
            columns.append(column)
    clocks = [clock] if clock else []
    head = [times] if clock else []
    return RawTable(
        unique([*clocks, *names]),
        (*head, *columns),
        table.place,
        unit=table.unit,
        clock=table.clock,
        notices=table.notices,
        named=table.named,
        zone=table.zone,
    )


def _first_seen(column: np.ndarray) -> tuple[np.ndarray, Int[np.ndarray, " row"]]:
    """The different times, in increasing order, and the place of each row among them."""
    if column.dtype == object:
        order = {value: i for i, value in enumerate(dict.fromkeys(column.tolist()))}
        return np.array(list(order), dtype=object), np.array([order[value] for value in column.tolist()])
    times, at = np.unique(column, return_inverse=True)
    return times, at


def _counts(words: Sequence[str]) -> list[int]:
    """How often the word of each row has occurred before."""
    seen: dict[str, int] = {}
    counts = []
    for word in words:
        counts.append(seen.get(word, 0))
        seen[word] = counts[-1] + 1
    return counts


def _telling_column(table: RawTable, stamps: Stamps) -> str | None:
    """The first column of words or whole numbers within each of whose values the times increase.

    Each value has its rows below each other, or most times occur several times; else rows are only out of order.
    """
    often = len(np.unique(stamps.t)) <= _OFTEN * len(stamps.t)
    for name in table.names:
        column = table.column(name)
        # Beside times that are dates, dates are a part of the clock.
        part = stamps.calendar is not None and holds_dates(column)
        if name == stamps.name or part or len(column) != len(stamps.t):
            continue
        if column.dtype.kind == "f" and not (column[:100] == np.round(column[:100])).all():
            continue
        if column.dtype.kind not in "fO":
            continue
        values = np.array(_spelled(column))
        labels, at = np.unique(values, return_inverse=True)
        if not 1 < len(labels) <= len(values) // FEWEST_ROWS:
            continue
        order = np.argsort(at, kind="stable")
        inside = np.diff(at[order]) == 0
        in_blocks = int((np.diff(at) != 0).sum()) == len(labels) - 1
        if (in_blocks or often) and (np.diff(stamps.t[order])[inside] > 0).all():
            return name
    return None


def _restarts(t: np.ndarray) -> int:
    """How often the time goes back to where it began; 0 if it goes back in any other way."""
    steps = np.diff(t)
    back = np.flatnonzero(~(steps > 0))
    starts = [0, *(back + 1).tolist()]
    ends = [*back.tolist(), len(t) - 1]
    for (start, end), after in zip(zip(starts, ends, strict=True), starts[1:], strict=False):
        if end - start < FEWEST_ROWS or not t[after] <= t[start] + _NEAR_START * (t[end] - t[start]):
            return 0
    return len(back)


def _spelled(column: np.ndarray) -> list[str]:
    if column.dtype.kind == "f":
        return [f"{value:.12g}" for value in column]
    return [f"{value:.12g}" if isinstance(value, float) else str(value).strip() for value in column.tolist()]


def _without(table: RawTable, name: str) -> RawTable:
    k, exact = table.position(name), table.exact
    return replace(
        table,
        names=(*table.names[:k], *table.names[k + 1 :]),
        columns=(*table.columns[:k], *table.columns[k + 1 :]),
        block=None,
        exact=None if exact is None else lambda j: exact(j + (j >= k)),
    )


def _rows(table: RawTable, rows: Int[np.ndarray, " row"]) -> RawTable:
    exact = table.exact
    return replace(
        table,
        columns=tuple(column[rows] for column in table.columns),
        lines=None if table.lines is None else table.lines[rows],
        stamps=None if table.stamps is None else table.stamps[rows],
        inputs=None if table.inputs is None else table.inputs[rows],
        block=None,
        exact=None if exact is None else lambda k: [exact(k)[row] for row in rows],
    )


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n:,} times"

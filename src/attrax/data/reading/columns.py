"""Columns: which of a recording's columns is the clock, which are channels and which external inputs."""

import difflib
import fnmatch
import re
import shlex
from collections.abc import Sequence
from typing import NamedTuple

from attrax.core.errors import DataError
from attrax.data.reading.read_options import ReadOptions

# "time", "t", "Time (s)", "time_ms"; `T` is a temperature or an electrode more often than a clock.
_CLOCK = re.compile(
    r"(?:(?i:time|timestamps?|date|datetime|seconds|secs?|index|unnamed: 0)|t)"
    r"(?:\s*[(\[](?P<bracket>[^)\]]*)[)\]]|[ _](?P<suffix>s|sec|ms|us|ns|min|h))?"
)
_SHOWN = 8
COMMON = "common"


class Layout(NamedTuple):
    """The part each column plays.

    Attributes:
        time: Name of the time column, if there is one.
        channels: Names of the observed columns, in order.
        inputs: Names of the external inputs, in order.
    """

    time: str | None
    channels: tuple[str, ...]
    inputs: tuple[str, ...]


def layout(names: tuple[str, ...], options: ReadOptions, place: str) -> Layout:
    """Assign the columns by name: what is asked for first, then the clock, then everything else is a channel.

    Raises: DataError D119 for a name that no column has, or if no channel is left.
    """
    dropped = select(options.drop, names, "--drop", place)
    inputs = select(options.inputs, names, "--inputs", place)
    channels = select(options.channels, names, "--channels", place)
    if options.time is not None:
        time = select((options.time,), names, "--time", place)[0]
    else:
        time = next((name for name in names if is_clock(name) and name not in {*dropped, *inputs, *channels}), None)
    excluded = {*dropped, *inputs, time}
    channels = tuple(name for name in channels or names if name not in excluded)
    if not channels:
        raise DataError(
            "D119",
            "no numeric column left",
            where=f"{place}: {_listed(names)}",
            why="without a channel there is nothing to learn",
            fix="leave out fewer columns with --drop and --inputs, or name those to keep with --channels",
        )
    return Layout(time, channels, inputs)


def kept(channels: tuple[str, ...], tables: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The channels asked for, `common` spelled out: what every table has, but no clock, in the order of the first."""
    if channels != (COMMON,) or any(COMMON in names for names in tables):
        return channels
    shared = tuple(name for name in tables[0] if all(name in names for names in tables) and not is_clock(name))
    if not shared:
        raise DataError(
            "D110",
            "no column in common",
            where="; ".join(_listed(names) for names in tables[:3]),
            why="the series of a dataset are recordings of the same channels",
            fix="give the columns of all files the same names",
        )
    return shared


def select(patterns: Sequence[str], names: Sequence[str], flag: str, place: str) -> tuple[str, ...]:
    """The names that any of the patterns means, in the order of the patterns; an exact name beats a glob.

    Raises: DataError D119 for a pattern that means no column.
    """
    found: dict[str, None] = {}
    for pattern in patterns:
        hits = [pattern] if pattern in names else [name for name in names if fnmatch.fnmatchcase(name, pattern)]
        if not hits:
            nearest = difflib.get_close_matches(pattern, names, n=1, cutoff=0.5)
            raise DataError(
                "D119",
                f"there is no column '{pattern}'",
                where=f"{place}: {_listed(names)}",
                why=f"{flag} names columns that exist",
                fix=option(flag, (nearest or names or ["NAME"])[0]),
            )
        found |= dict.fromkeys(hits)
    return tuple(found)


def is_clock(name: str) -> bool:
    """Whether a column of this name holds time."""
    return _CLOCK.fullmatch(name.strip()) is not None


def clock_unit(name: str) -> str:
    """The unit of time that the name of a time column tells, such as `ms` in `time (ms)`; empty if it tells none."""
    match = _CLOCK.fullmatch(name.strip())
    if match is None:
        return ""
    if name.strip().lower() in {"seconds", "sec", "secs"}:
        return "s"
    return match["bracket"] or match["suffix"] or ""


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Names that tell all columns apart: a nameless one gets its number, a repeated one a suffix (`x`, `x.1`).

    A nameless first column is what tables are saved with when their rows are numbered, so it is called `index`.
    """
    result: dict[str, None] = {}
    for i, raw in enumerate(names):
        name = raw.strip() or (f"column{i + 1}" if i else "index")
        candidate, copies = name, 0
        while candidate in result:
            copies += 1
            candidate = f"{name}.{copies}"
        result[candidate] = None
    return tuple(result)


def option(flag: str, *names: str) -> str:
    """A command-line option with names, quoted where a shell would split them."""
    return f"{flag} {shlex.quote(','.join(names))}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"columns {shown}{more}" if names else "no columns"

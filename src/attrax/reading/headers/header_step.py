"""The time step in the header of a text file, such as `Sampling rate: 250 Hz` or `dt = 0.01`."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from attrax.data.clock.clock_names import is_clock
from attrax.data.clock.durations import canonical_unit, conversion
from attrax.reading.raw_table import RawTable

_NUMBER = r"(?P<value>\d+(?:\.\d*)?(?:e[+-]?\d+)?)"
_HERTZ = r"k?hz|1/s|s/s|samples?/s\w*|samples?[ _]per[ _]second|fps"
_TIME = r"ns|us|µs|ms|msecs?|s|secs?|seconds?|min|minutes?|h|hours?|d|days?"
_BETWEEN = r"['\"]?\s*(?:[\[(]\s*(?P<above>{units})\s*[\])])?['\"]?\s*[:=,;\s]\s*['\"]?"
_RATE = re.compile(
    r"(?i)(?<![a-z0-9])(?:sampl\w*[ _-]*(?:rate|freq\w*)|(?:data|acquisition|recording|frame)[ _-]*rate|srate|sfreq"
    r"|(?-i:[fF]s)|fps)" + _BETWEEN.format(units=_HERTZ) + rf"{_NUMBER}\s*(?P<behind>{_HERTZ})?(?![\w.])"
)
_STEP = re.compile(
    r"(?i)(?<![a-z0-9])(?:sampl\w*[ _-]*(?:interval|period|time)|time[ _-]*(?:step|increment|interval)|delta[ _-]?[xt]"
    r"|dt|x[ _-]?increment|(?<=^)interval)"
    + _BETWEEN.format(units=_TIME)
    + rf"{_NUMBER}\s*[,;\s]?\s*(?P<behind>{_TIME})?(?![\w.])"
)
_EACH = re.compile(rf"(?i)(?<![\w.]){_NUMBER}\s*(?P<behind>{_TIME})\s*(?:/|per)\s*sample")
_SAME = 1e-3
_LONGEST_SHOWN = 60
_SIZES = ("s", "ms", "us", "min", "h", "d")


class HeaderStep(NamedTuple):
    """A time step that a header tells.

    Attributes:
        dt: The time between two rows.
        unit: Its unit; empty if it is not told.
        text: The line that tells it.
    """

    dt: float
    unit: str
    text: str


def header_step(head: Sequence[str]) -> HeaderStep | None:
    """The time step that lines above a table tell; None if none does, or if they contradict each other.

    Example:
        >>> header_step(["Patient 7", "# Sampling rate: 250 Hz"])
        HeaderStep(dt=0.004, unit='s', text='# Sampling rate: 250 Hz')
        >>> header_step(["Sample Interval,50,ms"]).unit, header_step(["x y z"])
        ('ms', None)
    """
    found = [step for line in head if (step := _of_line(line)) is not None]
    seconds = {step.dt * (conversion(step.unit, "s") or 1.0) if step.unit else step.dt for step in found}
    return found[0] if len(seconds) == 1 else None


def with_step(table: RawTable, step: HeaderStep | None) -> RawTable:
    """The table with the time step of its header, and with the unit of its times, if the header tells them."""
    if step is None:
        return table
    if table.named or len(table.columns) > 1:
        clocks = (column for name, column in zip(table.names, table.columns, strict=True) if is_clock(name))
        rising = _step_of(next(clocks, table.columns[0]))
        units = [
            u for u in _SIZES if rising and step.unit and abs(rising / (step.dt * _factor(step.unit, u)) - 1) < _SAME
        ]
        if units and not table.unit:
            return replace(table, unit=units[0])
    if table.unit and step.unit and table.unit != step.unit:
        return table
    told = f"the header says {step.text!r}, and the time step is {step.dt:.6g} {step.unit}".rstrip()
    return replace(table, dt=step.dt, unit=step.unit or table.unit, step_told=f"{told}  (--dt replaces it)")


def _of_line(line: str) -> HeaderStep | None:
    rate = _RATE.search(line)
    if rate and float(rate["value"]) > 0:
        kilo = (rate["above"] or rate["behind"] or "").lower() == "khz"
        return HeaderStep(float(f"{1 / (float(rate['value']) * (1e3 if kilo else 1.0)):.12g}"), "s", _shown(line, rate))
    step = _EACH.search(line) or _STEP.search(line)
    if not step or float(step["value"]) <= 0:
        return None
    unit = step.groupdict().get("above") or step["behind"] or ""
    return HeaderStep(float(step["value"]), canonical_unit(unit), _shown(line, step))


def _shown(line: str, told: re.Match[str]) -> str:
    """A line as a notice shows it; of a long one, the part that tells the step."""
    text = line.strip()
    return text if len(text) <= _LONGEST_SHOWN else told[0].strip("\"' ")[:_LONGEST_SHOWN]


def _step_of(column: np.ndarray) -> float:
    """The step of numbers that rise; 0 for others."""
    if column.dtype.kind not in "fiu" or len(column) < 2:
        return 0.0
    steps = np.diff(column)
    return float(np.median(steps)) if (steps > 0).all() else 0.0


def _factor(unit: str, to: str) -> float:
    return conversion(unit, to) or float("nan")

"""ASCII files of seismology: above the samples of each trace, a line `TIMESERIES` with name, rate, start and layout."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Int

from attrax.reading.headers.headed_lines import TAB, HeadedLines
from attrax.reading.text_layout import NumberedLines

_FIRST = "TIMESERIES"
_HEADER = re.compile(
    r"TIMESERIES\s+(?P<name>\S+),\s*(?P<n>\d+)\s+samples,\s*(?P<rate>[\d.eE+-]+)\s+sps,\s*(?P<start>[^,]+),"
    r"\s*(?P<layout>SLIST|TSPAIR)\s*,[^,]*(?:,\s*(?P<unit>[^,]*))?"
)
_PAIRS = "TSPAIR"


class _Trace(NamedTuple):
    """The samples of one trace, their times and the lines in which they stand."""

    name: str
    unit: str
    times: list[str]
    samples: list[str]
    numbers: Int[np.ndarray, " sample"]


def timeseries_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The traces of a file; empty if the file is of another kind.

    Samples stand below each other with their times (TSPAIR), or in lines of several (SLIST). Traces of the same times
    are channels of one recording; others are recordings of their own.
    """
    if not lines.text[0].startswith(_FIRST):
        return ()
    starts = [i for i, line in enumerate(lines.text) if line.startswith(_FIRST)]
    headers = [_HEADER.fullmatch(lines.text[i].strip()) for i in starts]
    ends = [*starts[1:], len(lines.text)]
    traces = [
        _trace(lines, header, [i for i in range(start + 1, end) if lines.text[i].strip()])
        for header, start, end in zip(headers, starts, ends, strict=True)
        if header
    ]
    if not traces or len(traces) < len(starts):
        return ()
    together = all(t.times == traces[0].times for t in traces) and len({t.name for t in traces}) == len(traces)
    return tuple(_headed(lines, group) for group in ([traces] if together else [[trace] for trace in traces]))


def _trace(lines: NumberedLines, header: re.Match[str], rows: Sequence[int]) -> _Trace:
    cells = [lines.text[i].split() for i in rows]
    pairs = header["layout"] == _PAIRS
    samples = [cell for row in cells for cell in (row[1:] if pairs else row)]
    unit = (header["unit"] or "").strip()
    numbers = np.repeat(lines.numbers[list(rows)], [len(row) - pairs for row in cells])
    unit = "" if unit.lower() == "unknown" else unit
    return _Trace(header["name"].rstrip("_"), unit, _times(header, len(samples)), samples, numbers)


def _headed(lines: NumberedLines, traces: Sequence[_Trace]) -> HeadedLines:
    first = traces[0]
    body = map(TAB.join, zip(first.times, *(trace.samples for trace in traces), strict=True))
    text = (TAB.join(["time", *(trace.name for trace in traces)]), *body)
    numbers = np.concatenate([first.numbers[:1] - 1, first.numbers])
    units = ("", *(trace.unit for trace in traces))
    return HeadedLines(NumberedLines(text, numbers, lines.place), units=units, separator=TAB)


def _times(header: re.Match[str], n: int) -> list[str]:
    """The times of evenly spaced samples, to the microsecond."""
    start = np.datetime64(header["start"].strip().rstrip("Z"), "ns")
    steps = np.rint(np.arange(n) * (1e9 / float(header["rate"]))).astype("timedelta64[ns]")
    return np.datetime_as_string((start + steps).astype("datetime64[us]")).tolist()

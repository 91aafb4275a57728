"""Text files of AcqKnowledge (BIOPAC): the time of a sample, the number of channels, a name and a unit for each."""

import re

from attrax.reading.headers.headed_lines import TAB, HeadedLines, headed, unquoted
from attrax.reading.text_layout import NumberedLines

_STEP = re.compile(r"(?P<step>[\d.]+)\s*(?P<unit>[a-zµ]+)/sample", re.IGNORECASE)
_RATE = re.compile(r"(?P<rate>[\d.]+)\s*samples?/s\w*", re.IGNORECASE)
_CHANNELS = re.compile(r"(?P<n>\d+)\s+channels?", re.IGNORECASE)
_TIMES = ("sec", "min", "msec", "ms", "hr", "time", "sample")


def acqknowledge_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The rows of a file, with the names, units and the time step of its header; empty for files of other kinds."""
    top = [line.strip() for line in lines.text[:4]]
    at = next((i for i, line in enumerate(top) if _CHANNELS.fullmatch(line)), None)
    if not at or not (_STEP.fullmatch(top[at - 1]) or _RATE.fullmatch(top[at - 1])):
        return ()
    match = _CHANNELS.fullmatch(top[at])
    n = int(match["n"]) if match else 0
    about = [line.strip().strip('"') for line in lines.text[at + 1 : at + 1 + 2 * n]]
    names, units = about[::2], about[1::2]
    first = at + 1 + 2 * n
    if len(units) < n or first >= len(lines.text):
        return ()
    time = ""
    separator = TAB if TAB in lines.text[first] or n == 1 else ","
    heading = [cell.lower() for cell in unquoted(lines.text[first], separator)]
    if heading[0] in _TIMES:
        time, first = heading[0], first + 1
        # Below the names of columns, there may be the number of samples of each.
        if first < len(lines.text) and lines.text[first][:1] in (TAB, ","):
            first += 1
    rows = [i for i in range(first, len(lines.text)) if lines.text[i].strip()]
    columns = [f"time ({time})" if time not in ("time", "sample") else time, *names] if time else names
    found = headed(lines, columns, rows, separator)
    found = found._replace(text=(found.text[0], *(line.rstrip(separator) for line in found.text[1:])))
    return (HeadedLines(found, _step(top[at - 1]), (*("",) * bool(time), *units)),)


def _step(line: str) -> str:
    match = _STEP.fullmatch(line)
    if match:
        return f"{match['step']} {match['unit']}"
    rate = _RATE.fullmatch(line)
    return f"{1 / float(rate['rate']):.12g} s" if rate else ""

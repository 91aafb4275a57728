"""Text files of Actiwatch (AWD): name, date, time, code of the epoch, age, serial number, sex; then a count a line."""

import re

import numpy as np

from attrax.data.clock.date_text import is_date, read_dates
from attrax.reading.headers.headed_lines import TAB, HeadedLines
from attrax.reading.text_layout import NumberedLines

_SECONDS = {"1": 15, "2": 30, "4": 60, "8": 120, "20": 300, "81": 2, "C1": 5, "C2": 10}
"""The length of an epoch for each code."""
_SECOND_SENSORS = {"D": "light", "L": "light", "P": "light", "I": "pressure", "S": "sound", "T": "temperature"}
"""What the model, the first letter of the serial number, measures beside activity."""
_DATE, _TIME, _EPOCH, _AGE, _SERIAL, _SEX, _ROWS = range(7)
"""The lines below the name."""
_ROW = re.compile(r"\s*(?P<count>\d+)\s*(?:,\s*(?P<other>[\d.]+))?\s*(?P<mark>[A-Za-z])?\s*")


def actiwatch_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The counts of a file with the times of its epochs; empty for files of other kinds.

    A letter behind a count is a mark that the wearer set; a notice says how many there are.
    """
    # A name may be missing.
    first = next((i for i in (1, 0) if _is_header([line.strip() for line in lines.text[i : i + _ROWS]])), None)
    if first is None:
        return ()
    head = [line.strip() for line in lines.text[first : first + _ROWS]]
    rows = [i for i in range(first + _ROWS, len(lines.text)) if lines.text[i].strip()]
    matches = [_ROW.fullmatch(lines.text[i]) for i in rows]
    seen = [match for match in matches if match]
    if not seen or len(seen) < len(rows):
        return ()
    begin = read_dates([f"{head[_DATE]} {head[_TIME]}"])[0]
    times = begin.instants + np.arange(len(rows)) * np.timedelta64(_SECONDS[head[_EPOCH].upper()], "s")
    other = all(match["other"] for match in seen)
    names = ["time", "activity", *([_SECOND_SENSORS.get(head[_SERIAL][:1].upper(), "second")] if other else [])]
    body = [
        TAB.join([str(time), match["count"], *([match["other"]] if other else [])])
        for time, match in zip(times.astype("datetime64[s]"), seen, strict=True)
    ]
    numbers = np.concatenate([lines.numbers[[first]], lines.numbers[rows]])
    marks = sum(bool(match["mark"]) for match in seen)
    told = f"D143  {lines.place}: marks of events are left out: {marks:,}"
    notices = (told,) if marks else ()
    return (HeadedLines(NumberedLines((TAB.join(names), *body), numbers, lines.place), notices=notices, separator=TAB),)


def _is_header(head: list[str]) -> bool:
    """Whether lines are a date, a time, a known code, an age, a serial number and a sex."""
    return (
        len(head) == _ROWS
        and is_date(f"{head[_DATE]} {head[_TIME]}")
        and ":" in head[_TIME]
        and head[_EPOCH].upper() in _SECONDS
        and (head[_AGE] == "" or head[_AGE].isdigit())
        and len(head[_SEX]) <= 1
    )

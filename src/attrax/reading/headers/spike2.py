"""Text files of Spike2: the waveforms of the channels one below the other, each below its own header."""

from itertools import zip_longest

import numpy as np

from attrax.reading.headers.headed_lines import TAB, HeadedLines, unquoted
from attrax.reading.text_layout import NumberedLines

_FIRST, _CHANNEL, _START = '"INFORMATION"', '"CHANNEL"', '"START"'


def spike2_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The waveforms of a file as columns, with their names, units and time step; empty for files of other kinds."""
    if lines.text[0].strip() != _FIRST:
        return ()
    starts = [i for i, line in enumerate(lines.text) if line.startswith(_START)]
    begins = [i for i, line in enumerate(lines.text) if line.startswith(_CHANNEL)]
    names, units, columns, steps = [], [], [], []
    for start in starts:
        begin = max((i for i in begins if i < start), default=0)
        about = [line for line in lines.text[begin:start] if line.strip()]
        end = min((i for i in begins if i > start), default=len(lines.text))
        columns.append([line.strip() for line in lines.text[start + 1 : end] if line.strip()])
        # The kind and the comment stand above the name, unit and rate below it.
        names.append(unquoted(about[3])[0] if len(about) > 4 else f"x{len(names)}")
        units.append(unquoted(about[-1])[0])
        cells = unquoted(lines.text[start])
        steps.append(cells[2] if len(cells) > 2 else "")
    if not columns or len(set(steps)) > 1:
        return ()
    body = tuple(map(TAB.join, zip_longest(*columns, fillvalue="")))
    numbers = starts[0] + np.arange(len(body) + 1) + 1
    rows = NumberedLines((TAB.join(names), *body), lines.numbers[0] - 1 + numbers, lines.place)
    return (HeadedLines(rows, f"{steps[0]} s" if steps[0] else "", tuple(units)),)

"""ARFF files of Weka: a line `@attribute` for each column, and rows below `@data`."""

import re

from attrax.reading.headers.headed_lines import HeadedLines, headed
from attrax.reading.text_layout import NumberedLines

_ATTRIBUTE = re.compile(r"(?i)@attribute\s+(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<plain>\S+))")


def arff_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The rows of a file, with the names of its attributes; empty for files of other kinds."""
    if not lines.text[0].lower().startswith("@relation"):
        return ()
    at = next((i for i, line in enumerate(lines.text) if line.strip().lower() == "@data"), None)
    if at is None:
        return ()
    matches = [match for line in lines.text[:at] if (match := _ATTRIBUTE.match(line.strip()))]
    names = [match["single"] or match["double"] or match["plain"] for match in matches]
    rows = [i for i in range(at + 1, len(lines.text)) if lines.text[i].strip()]
    return (HeadedLines(headed(lines, names, rows, ",")),)

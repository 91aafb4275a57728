"""LabVIEW measurement files (LVM): lines with a key and values, twice closed by `***End_of_Header***`."""

from attrax.reading.headers.headed_lines import TAB, HeadedLines, headed, unquoted
from attrax.reading.text_layout import NumberedLines

_END, _COMMENT, _X = "***End_of_Header***", "Comment", "X_Value"


def labview_lines(lines: NumberedLines) -> tuple[HeadedLines, ...]:
    """The rows of a file below the line of their names, one recording for each segment; empty for files of other kinds.

    Without a column of times, the time step is that of the line `Delta_X`.
    """
    if not lines.text[0].startswith("LabVIEW Measurement"):
        return ()
    separator = "," if any(line.startswith("Separator,") for line in lines.text[:20]) else TAB
    ends = [i for i, line in enumerate(lines.text) if line.startswith(_END)]
    found = []
    for end in ends[1:]:
        titles = unquoted(lines.text[end + 1], separator) if end + 1 < len(lines.text) else []
        rows = _rows(lines, end + 2, separator)
        if not titles or not rows:
            continue
        columns = [k for k, title in enumerate(titles) if title != _COMMENT]
        timed = any(lines.text[i].split(separator)[0].strip() for i in rows[:3])
        columns = columns if timed else [k for k in columns if titles[k] != _X]
        names = ["time (s)" if titles[k] == _X else titles[k] for k in columns]
        cut = headed(lines, names, rows, separator)
        body = tuple(separator.join(_cells(line, separator, columns)) for line in cut.text[1:])
        found.append(HeadedLines(cut._replace(text=(cut.text[0], *body)), _step(lines, end, separator)))
    return tuple(found)


def _rows(lines: NumberedLines, first: int, separator: str) -> list[int]:
    """The rows up to the next segment."""
    rows = []
    for i in range(first, len(lines.text)):
        cells = lines.text[i].split(separator)
        if cells[0] == "Channels":
            break
        if lines.text[i].strip():
            rows.append(i)
    return rows


def _cells(line: str, separator: str, columns: list[int]) -> list[str]:
    cells = line.split(separator)
    return [cells[k] if k < len(cells) else "" for k in columns]


def _step(lines: NumberedLines, end: int, separator: str) -> str:
    """The step in the header of a segment, which stands above its end."""
    for i in range(end - 1, -1, -1):
        if lines.text[i].startswith(_END):
            break
        cells = unquoted(lines.text[i], separator)
        if cells[0] == "Delta_X" and len(cells) > 1 and cells[1]:
            return f"{cells[1]} s"
    return ""

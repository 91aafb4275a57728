"""The page of a sweep: a table for each recording, and in it what its numbers are to be held against.

No score means anything without its scale, so each table ends with that of the data against data, that of a linear
model, and what others have published of the same recording under the same protocol.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from attrax.campaigns.sweep.description import Description, Published
from attrax.campaigns.sweep.table import Line, Scales, Spread, columns_of, header, texts
from attrax.runs.tree_file import write_atomically


def write_page(description: Description, lines: Sequence[Line], folder: Path, command: str) -> None:
    """Write `table.md`, for people."""
    made = f"Made by `{command}`: medians over seeds ± median absolute deviation; failures count as losses."
    parts = [f"# {description.title}"] if description.title else []
    parts += [description.about.strip()] if description.about else []
    parts += [made, *(part for name in description.data for part in _section(name, lines, description.published))]
    write_atomically(folder / "table.md", ("\n\n".join(parts) + "\n").encode())


def _section(name: str, lines: Sequence[Line], published: Sequence[Published]) -> Iterator[str]:
    """Heading, table and protocols of one recording; nothing if none of its runs has ended."""
    lines = [line for line in lines if line.point[0][1] == name and line.runs]
    if not lines:
        return
    columns = columns_of(lines)
    protocol = _protocols(lines)
    head, rows = header(lines), texts(lines)
    known = [*_scale_rows(lines), *(_told(entry, protocol) for entry in published if entry.data == name)]
    rows += [_row(label, scores, len(lines[0].point), columns) for label, scores in known if scores]
    yield f"## {name}"
    yield "\n".join("| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *rows))
    if protocol:
        yield "Protocols: " + ", ".join(f"`{text}`" for text in protocol.values()) + "."


def _protocols(lines: Sequence[Line]) -> dict[str, str]:
    """The protocol of each column that has the same one in all lines."""
    found = [scales.protocol for line in lines for scales in line.scales]
    shared = found[0].items() if found else ()
    return {name: text for name, text in shared if all(other.get(name) == text for other in found)}


def _scale_rows(lines: Sequence[Line]) -> list[tuple[str, dict[str, str]]]:
    found = [scales for line in lines for scales in line.scales]
    return [("data against data", _medians(found, "floor")), ("linear model", _medians(found, "null"))]


def _medians(found: Sequence[Scales], which: str) -> dict[str, str]:
    """Column by column; the runs of a recording have the same floor but for their seeds."""
    columns = found[0].protocol if found else {}
    values = {name: [v for scales in found if (v := getattr(scales, which).get(name)) is not None] for name in columns}
    return {name: str(Spread(float(np.median(numbers)), 0.0)) for name, numbers in values.items() if numbers}


def _told(entry: Published, protocol: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Label and scores of a published result; scores of another protocol are not shown beside ours."""
    columns = {text: name for name, text in protocol.items()}
    scores = {columns[text]: str(score) for text, score in entry.scores.items() if text in columns}
    size = {"parameters": f"{entry.parameters:,}"} if entry.parameters and scores else {}
    return f"{entry.method} ({entry.source})", {**size, **scores}


def _row(label: str, scores: dict[str, str], axes: int, columns: Sequence[str]) -> list[str]:
    """A line of something that is no run of this sweep."""
    return [f"*{label}*", *[""] * (axes - 1), "", *(scores.get(name, "") for name in columns), ""]

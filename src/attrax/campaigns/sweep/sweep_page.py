"""The page of a sweep, `table.md`: one table for each recording.

Each table ends with reference values: the scores of data against data, those of a linear model, and published scores
with the same protocol.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from attrax.campaigns.results_table import Spread, Summary, columns_of, header, texts
from attrax.campaigns.sweep.sweep_file import PublishedMethod, SweepFile
from attrax.core.safe_text import markdown_cell
from attrax.measures.measure_spec import sense
from attrax.runs.tree_file import write_atomically


def write_page(sweep: SweepFile, summaries: Sequence[Summary], folder: Path, command: str) -> None:
    """Write `table.md` into a folder."""
    made = f"Made by `{command}`: medians over seeds ± median absolute deviation; failed runs count as the worst."
    parts = [f"# {sweep.title}"] if sweep.title else []
    parts += [sweep.about.strip()] if sweep.about else []
    parts += [made, *(part for name in sweep.data for part in _section(name, summaries, sweep.published))]
    write_atomically(folder / "table.md", ("\n\n".join(parts) + "\n").encode())


def _section(name: str, summaries: Sequence[Summary], published: Sequence[PublishedMethod]) -> Iterator[str]:
    """Heading, table and protocols of one recording; empty if none of its runs has ended."""
    summaries = [summary for summary in summaries if summary.point[0][1] == name and summary.runs]
    if not summaries:
        return
    columns = columns_of(summaries)
    protocol = _protocols(summaries)
    head, rows = header(summaries), texts(summaries)
    scales = [("data against data", _medians(summaries, "floor")), ("linear model", _medians(summaries, "null"))]
    known = [*scales, *(_told(entry, protocol) for entry in published if entry.data == name)]
    rows += [_row(label, scores, len(summaries[0].point), columns) for label, scores in known if scores]
    yield f"## {markdown_cell(name)}"
    yield "\n".join("| " + " | ".join(map(markdown_cell, row)) + " |" for row in (head, ["---"] * len(head), *rows))
    if protocol:
        yield "Protocols: " + ", ".join(f"`{text}`" for text in protocol.values()) + "."


def _protocols(summaries: Sequence[Summary]) -> dict[str, str]:
    """The protocol of each score, if it is the same in all rows."""
    found: dict[str, set[str]] = {}
    for summary in summaries:
        for name in summary.names:
            scores = (metric for metric in summary.metrics(name) if sense(metric.better))
            found.setdefault(name, set()).update(metric.protocol for metric in scores)
    return {name: used.pop() for name, used in found.items() if len(used) == 1}


def _medians(summaries: Sequence[Summary], scale: str) -> dict[str, str]:
    """Median of the floor or the null over all runs of a recording, for each column."""
    values = {
        name: [v for s in summaries for metric in s.metrics(name) if (v := getattr(metric, scale)) is not None]
        for name in columns_of(summaries)
    }
    return {name: str(Spread(float(np.median(numbers)), 0.0)) for name, numbers in values.items() if numbers}


def _told(entry: PublishedMethod, protocol: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Label and scores of a published method; scores with another protocol are left out."""
    columns = {text: name for name, text in protocol.items()}
    scores = {columns[text]: str(score) for text, score in entry.scores.items() if text in columns}
    size = {"parameters": f"{entry.parameters:,}"} if entry.parameters and scores else {}
    return f"{entry.method} ({entry.source})", {**size, **scores}


def _row(label: str, scores: dict[str, str], axes: int, columns: Sequence[str]) -> list[str]:
    """A row of reference values."""
    return [f"*{label}*", *[""] * (axes - 1), "", *(scores.get(name, "") for name in columns), ""]

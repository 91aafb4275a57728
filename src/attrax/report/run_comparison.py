"""The page that compares runs: their verdicts and scores side by side, and the settings in which they differ."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from attrax.core.errors import RunError
from attrax.report import explanations as words
from attrax.report.page import render_page
from attrax.report.run_report import FILE_NAME
from attrax.report.tabs import settings_of
from attrax.runs.folder import Run


class Line(NamedTuple):
    """One run in the table.

    Attributes:
        name: What it is called.
        link: Its report, if it has one, or else its folder.
        word: Its verdict, or its status if it has none.
        tone: How glad that is.
        scores: Its scores by measure, as texts.
        settings: The settings in which the runs differ.
    """

    name: str
    link: str
    word: str
    tone: str
    scores: dict[str, str]
    settings: dict[str, str]


def comparison_page(parent: Path, *, beside: Path) -> str:
    """The page about all runs in a folder.

    Args:
        parent: The folder that holds run folders.
        beside: The folder of the page, from which it links to the runs.

    Raises:
        RunError: R302, there is no run in it.
    """
    lines, measures, names = compare_runs(parent, beside=beside)
    return render_page("runs.html.j2", folder=parent.resolve().name, lines=lines, measures=measures, names=names)


def compare_runs(parent: Path, *, beside: Path) -> tuple[list[Line], list[str], list[str]]:
    """The lines of the table, the best run first; its measures; and the settings in which the runs differ."""
    runs = [Run.open(path.parent) for path in sorted(parent.glob("*/run.json"))]
    if not runs:
        raise RunError(
            "R302",
            "no runs here",
            where=str(parent),
            why="no folder in it has a run.json",
            fix="attrax report runs/  # the folder that holds run folders",
        )
    settings = [dict(settings_of(run.config.model_dump(mode="json"))) for run in runs]
    every = dict.fromkeys(name for entry in settings for name in entry)
    names = [name for name in every if len({entry.get(name) for entry in settings}) > 1]
    judged = [
        (run, _scores(run), {name: entry.get(name, "–") for name in names})
        for run, entry in zip(runs, settings, strict=True)
    ]
    judged.sort(key=lambda entry: _place(entry[1]))
    measures = list(dict.fromkeys(row["name"] for _, scores, _ in judged for row in scores.get("rows", ())))
    return [_line(run, scores, chosen, beside) for run, scores, chosen in judged], measures, names


def _scores(run: Run) -> dict[str, Any]:
    return json.loads(run.scores_path.read_text(encoding="utf-8")) if run.scores_path.is_file() else {}


def _place(scores: dict[str, Any]) -> tuple[float, ...]:
    """Sorts by verdict, then by scores; runs without a verdict come last."""
    word = scores.get("verdict", "")
    rank = words.ORDER.index(word) if word in words.ORDER else len(words.ORDER)
    values = [row["model"]["value"] for row in scores.get("rows", ())]
    return (float(rank), *(float("inf") if value is None else value for value in values))


def _line(run: Run, scores: dict[str, Any], settings: dict[str, str], beside: Path) -> Line:
    page = run.path / FILE_NAME
    link = os.path.relpath(page if page.is_file() else run.path, beside)
    word = scores.get("verdict") or run.info["status"]
    texts = {row["name"]: words.score_text(row["model"]) for row in scores.get("rows", ())}
    return Line(run.path.resolve().name, Path(link).as_posix(), word, words.tone(word), texts, settings)

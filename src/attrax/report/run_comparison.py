"""The page that compares runs: verdicts, scores, and the settings in which the runs differ."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from attrax.core.errors import RunError
from attrax.report import explanations
from attrax.report.html_page import render_page
from attrax.report.run_report import FILE_NAME
from attrax.report.tabs import settings_of
from attrax.runs.folder import Run


class RunRow(NamedTuple):
    """One run in the table.

    Attributes:
        name: Name of the run.
        link: Its report, or its folder if it has no report.
        verdict: Its verdict, or its status if it has no verdict yet.
        tone: Style class of the verdict.
        scores: Scores by measure, as texts.
        settings: Values of the settings in which the runs differ, by name.
    """

    name: str
    link: str
    verdict: str
    tone: str
    scores: dict[str, str]
    settings: dict[str, str]


def comparison_page(parent: Path, *, beside: Path) -> str:
    """The page that compares all runs in a folder.

    Args:
        parent: The folder that contains the run folders.
        beside: The folder in which the page will be; its links to the runs are relative to it.

    Raises:
        RunError: R302 if there is no run in the folder.
    """
    lines, measures, names = compare_runs(parent, beside=beside)
    return render_page("runs.html.j2", folder=parent.resolve().name, lines=lines, measures=measures, names=names)


def compare_runs(parent: Path, *, beside: Path) -> tuple[list[RunRow], list[str], list[str]]:
    """The rows of the table (the best run first), the measures, and the names of the settings that differ.

    Args:
        parent: The folder that contains the run folders.
        beside: The folder in which the page will be.

    Raises:
        RunError: R302 if there is no run in the folder.
    """
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
    judged.sort(key=lambda entry: _sort_key(entry[1]))
    measures = list(dict.fromkeys(row["name"] for _, scores, _ in judged for row in scores.get("rows", ())))
    return [_row(run, scores, chosen, beside) for run, scores, chosen in judged], measures, names


def _scores(run: Run) -> dict[str, Any]:
    return json.loads(run.scores_path.read_text(encoding="utf-8")) if run.scores_path.is_file() else {}


def _sort_key(scores: dict[str, Any]) -> tuple[float, ...]:
    """Sort key: the verdict, then the scores; runs without a verdict come last."""
    verdict = scores.get("verdict", "")
    rank = explanations.ORDER.index(verdict) if verdict in explanations.ORDER else len(explanations.ORDER)
    values = [row["model"]["value"] for row in scores.get("rows", ())]
    return (float(rank), *(float("inf") if value is None else value for value in values))


def _row(run: Run, scores: dict[str, Any], settings: dict[str, str], beside: Path) -> RunRow:
    page = run.path / FILE_NAME
    link = os.path.relpath(page if page.is_file() else run.path, beside)
    verdict = scores.get("verdict") or run.info["status"]
    texts = {row["name"]: explanations.score_text(row["model"]) for row in scores.get("rows", ())}
    return RunRow(run.path.resolve().name, Path(link).as_posix(), verdict, explanations.tone(verdict), texts, settings)

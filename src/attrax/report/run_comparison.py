"""The page that compares runs: verdicts, scores, and the settings in which the runs differ."""

import os
from pathlib import Path
from typing import Any, NamedTuple

from attrax.core.errors import AttraxError, RunError
from attrax.report import explanations
from attrax.report.html_page import render_page
from attrax.report.run_report import FILE_NAME
from attrax.report.tabs import settings_of
from attrax.runs.folder import Run, run_folders
from attrax.runs.tree_file import MALFORMED

DAMAGED = "cannot be read"
"""What stands in place of the verdict of a run whose files are damaged."""


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
    folders = run_folders(parent)
    if not folders:
        raise RunError(
            "R302",
            "no runs here",
            where=str(parent),
            why="no folder in it has a run.json",
            fix="attrax report runs/  # the folder that holds run folders",
        )
    read = {path: _read(path) for path in folders}
    runs = sorted((entry for entry in read.values() if entry is not None), key=lambda entry: entry.rank)
    every = dict.fromkeys(name for entry in runs for name in entry.settings)
    names = [name for name in every if len({entry.settings.get(name) for entry in runs}) > 1]
    measures = list(dict.fromkeys(name for entry in runs for name in entry.scores))
    rows = [
        RunRow(
            entry.run.path.resolve().name,
            _link(entry.run.path, beside),
            entry.verdict,
            explanations.tone(entry.verdict),
            entry.scores,
            {name: entry.settings.get(name, "–") for name in names},
        )
        for entry in runs
    ]
    damaged = [path for path, entry in read.items() if entry is None]
    rows += [RunRow(path.resolve().name, _link(path, beside), DAMAGED, "", {}, {}) for path in damaged]
    return rows, measures, names


class _ReadRun(NamedTuple):
    """What the table needs of a run: scores as texts, settings by name, and its place in the order."""

    run: Run
    verdict: str
    scores: dict[str, str]
    settings: dict[str, str]
    rank: tuple[float, ...]


def _read(path: Path) -> _ReadRun | None:
    """A run; None if its files are damaged, which must not keep the other runs from being shown."""
    try:
        run = Run.open(path)
        scores = run.scores() or {}
        texts = {row["name"]: explanations.score_text(row["model"]) for row in scores.get("rows", ())}
        settings = dict(settings_of(run.config.model_dump(mode="json")))
        return _ReadRun(run, scores.get("verdict") or run.info["status"], texts, settings, _sort_key(scores))
    except (AttraxError, *MALFORMED):
        return None


def _sort_key(scores: dict[str, Any]) -> tuple[float, ...]:
    """Sort key: the verdict, then the scores; runs without a verdict come last."""
    verdict = scores.get("verdict", "")
    rank = explanations.ORDER.index(verdict) if verdict in explanations.ORDER else len(explanations.ORDER)
    values = [row["model"]["value"] for row in scores.get("rows", ())]
    return (float(rank), *(float("inf") if value is None else value for value in values))


def _link(folder: Path, beside: Path) -> str:
    """The report of a run, or its folder if it has none, relative to the folder of the page."""
    page = folder / FILE_NAME
    return Path(os.path.relpath(page if page.is_file() else folder, beside)).as_posix()

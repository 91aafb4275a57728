"""The report of one run: verdict, table of scores, attractor, and tabs with all details."""

from pathlib import Path
from typing import NamedTuple

from attrax.plots.figure import Figure, warned
from attrax.reconstruct import run_figures
from attrax.reconstruct.learning.selection import runner_up
from attrax.report import explanations
from attrax.report.html_page import render_page
from attrax.report.page_parts import Tab
from attrax.report.report_data import ReportData, read_report_data, report_data_of
from attrax.report.tabs import tabs_of
from attrax.runs.reconstruction import Reconstruction

FILE_NAME = "report.html"


def report_of(fit: Reconstruction) -> str:
    """The report of an `attrax.Reconstruction`, as HTML text.

    Example:
        >>> import attrax, numpy as np
        >>> x = np.sin(np.arange(500)[:, None] / 5 + np.array([0.0, 1.0]))
        >>> tiny = {"train": {"updates": 10, "chunk": 10, "window": 20, "restarts": 1}, "evaluate": {"starts": 2}}
        >>> fit = attrax.fit(x, settings=tiny, quiet=True)  # doctest: +SKIP
        >>> report_of(fit)[:15]  # doctest: +SKIP
        '<!doctype html>'
    """
    return render_run(report_data_of(fit))


class RunPage(NamedTuple):
    """The report of a run and its figures.

    Attributes:
        html: The page.
        figures: All figures of the page.
    """

    html: str
    figures: tuple[Figure, ...]


def page_of_run(folder: Path) -> RunPage:
    """The report of the run in a folder.

    Raises: RunError R302 if there is no run, R309 if it has not finished.
    """
    data = read_report_data(folder)
    tabs = tabs_of(data)
    return RunPage(render_run(data, tabs), figures_of(data, tabs))


def figures_of(data: ReportData, tabs: tuple[Tab, ...]) -> tuple[Figure, ...]:
    """All figures of the page."""
    return (
        warned(run_figures.attractor(data.evidence), data.warning),
        *(figure for tab in tabs for figure in tab.figures),
    )


def render_run(data: ReportData, tabs: tuple[Tab, ...] = ()) -> str:
    """The report of one run, as HTML text.

    Args:
        data: Everything that the report shows.
        tabs: Its tabs; made from the data if not given.
    """
    verdict = data.scores["verdict"]
    return render_page(
        "run.html.j2",
        name=data.name,
        verdict=verdict,
        tone=explanations.tone(verdict),
        sentence=explanations.sentence(verdict),
        answers=data.scores.get("answers", ()),
        reasons=data.scores["reasons"],
        rows=data.scores["rows"],
        remarks=_remarks(data),
        attractor=warned(run_figures.attractor(data.evidence), data.warning),
        tabs=tabs or tabs_of(data),
    )


def _remarks(data: ReportData) -> list[str]:
    """Sentences about the free runs and the restarts, as far as a run has recorded them."""
    count = [f"Free runs: {explanations.free_runs_text(data.scores)}."] if "free_runs" in data.scores else []
    return count + ([explanations.sentence_of(runner_up(data.facts))] if data.facts.get("restarts") else [])

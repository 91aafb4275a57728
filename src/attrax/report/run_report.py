"""The report of one run: verdict, table, attractor, and a tab for everything behind them."""

from pathlib import Path
from typing import NamedTuple

from attrax.plots.figure import Figure
from attrax.reconstruct import run_figures
from attrax.reconstruct.learning.selection import runner_up
from attrax.report import explanations as words
from attrax.report.material import Material, material_of, read_material
from attrax.report.page import render_page
from attrax.report.parts import Tab
from attrax.report.tabs import tabs_of
from attrax.runs.reconstruction import Reconstruction

FILE_NAME = "report.html"


def report_of(fit: Reconstruction) -> str:
    """The page about a fit, as `attrax.fit` and `attrax.open_run` return it."""
    return render_run(material_of(fit))


class RunPage(NamedTuple):
    """The page about a run, and its figures.

    Attributes:
        html: The page.
        figures: Every figure of the page.
    """

    html: str
    figures: tuple[Figure, ...]


def page_of_run(folder: Path) -> RunPage:
    """The page about the run in a folder.

    Raises: RunError if there is no finished run.
    """
    material = read_material(folder)
    tabs = tabs_of(material)
    return RunPage(render_run(material, tabs), figures_of(material, tabs))


def figures_of(material: Material, tabs: tuple[Tab, ...]) -> tuple[Figure, ...]:
    """Every figure of the page."""
    return (run_figures.attractor(material.evidence), *(figure for tab in tabs for figure in tab.figures))


def render_run(material: Material, tabs: tuple[Tab, ...] = ()) -> str:
    """The page of one run."""
    word = material.scores["verdict"]
    return render_page(
        "run.html.j2",
        name=material.name,
        word=word,
        tone=words.tone(word),
        sentence=words.sentence(word),
        reasons=material.scores["reasons"],
        rows=material.scores["rows"],
        remarks=_remarks(material),
        attractor=run_figures.attractor(material.evidence),
        tabs=tabs or tabs_of(material),
    )


def _remarks(material: Material) -> list[str]:
    """What the verdict rests on, beside the scores: free runs and restarts; nothing where a run does not say."""
    count = [f"Free runs: {words.free_runs(material.scores)}."] if "free_runs" in material.scores else []
    return count + ([words.sentence_of(runner_up(material.facts))] if material.facts.get("restarts") else [])

"""The report of one run: verdict, table, attractor, and a tab for everything behind them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrax.plots.figure import Figure
from attrax.report import words
from attrax.report.material import Material, material_of, read_material
from attrax.report.page import render_page, write_page
from attrax.report.parts import Tab
from attrax.report.tabs import tabs_of
from attrax.runs import run_figures
from attrax.runs.figure_files import write_figures
from attrax.runs.selection import runner_up

FILE_NAME = "report.html"


def report_of(fit: Any) -> str:
    """The page about an `attrax.Reconstruction`."""
    return render_run(material_of(fit))


def write_report(folder: Path, *, out: Path | None = None, progress: Callable[[int, int], None] | None = None) -> Path:
    """Write `report.html` and `figures/` of a run folder.

    Args:
        folder: The run folder.
        out: Another place for the page.
        progress: Called with what is done and the total.

    Returns: The page.
    Raises: RunError if there is no finished run, or nothing can be written.
    Cost: 12 s of processor time for one channel, 24 s for five, most of it for the figure files.
    """
    material = read_material(folder)
    tabs = tabs_of(material)
    path = write_page(out or folder / FILE_NAME, render_run(material, tabs))
    write_figures(figures_of(material, tabs), folder / "figures", progress=progress)
    return path


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

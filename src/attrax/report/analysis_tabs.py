"""The tabs with the results of `attrax analyze`. What each analysis shows there is said in its spec."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from attrax.core.errors import AttraxError
from attrax.core.result import Result
from attrax.plots.page_charts import PageFigure
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec, Facts
from attrax.registries import ANALYSES
from attrax.report.page_parts import HtmlTable, Picture, Tab
from attrax.report.report_data import ReportData, damaged_analysis
from attrax.runs.analysis import CHARTS
from attrax.runs.json_file import read_object
from attrax.runs.tree_file import MALFORMED


def chaos(m: ReportData) -> Tab:
    """The tab of the analyses that tell how fast errors grow."""
    return _tab(m, "Chaos")


def structure(m: ReportData) -> Tab:
    """The tab of the analyses that tell what the state space of the model looks like."""
    return _tab(m, "Structure")


def _tab(m: ReportData, tab: Literal["Chaos", "Structure"]) -> Tab:
    """A tab of analyses.

    Raises: RunError R315 if the file of an analysis lacks something, or has something else in its place.
    """
    try:
        return _made_tab(m, tab)
    except MALFORMED as failure:
        if m.folder is None or isinstance(failure, AttraxError):
            raise
        raise damaged_analysis(m.folder, f"{m.folder / 'analysis'}: {failure!r}") from None


def _made_tab(m: ReportData, tab: Literal["Chaos", "Structure"]) -> Tab:
    specs = {name: spec for name, spec in ANALYSES.specs().items() if spec.tab == tab}
    found = sorted(((specs[name], m.analysis[name]) for name in specs if name in m.analysis), key=_place)
    if not found:
        return Tab(tab, ("This has not been computed yet.",), commands=_analyze(m))
    return Tab(
        tab,
        texts=(*_warnings(found), *(text for spec, facts in found for text in _texts(spec, facts))),
        tables=tuple(HtmlTable(*table) for spec, facts in found if (table := spec.table(facts)) is not None),
        charts=tuple(chart for _, facts in found for chart in _charts(m, facts)),
        pictures=tuple(picture for _, facts in found for picture in _pictures(m, facts)),
    )


def _warnings(found: Sequence[tuple[AnalysisSpec, Facts]]) -> tuple[str, ...]:
    """What says that the model is not RECONSTRUCTED, once."""
    told = dict.fromkeys(facts["warning"] for _, facts in found if "warning" in facts)
    return tuple(f"Warning: {text}." for text in told)


def _place(found: tuple[AnalysisSpec, Facts]) -> int:
    return found[0].place


def _texts(spec: AnalysisSpec, facts: Facts) -> tuple[str, ...]:
    """What the analysis says, and how it ended if it failed."""
    title = spec.title[:1].upper() + spec.title[1:]
    failed = facts.get("result", Result.SUCCESSFUL.name) != Result.SUCCESSFUL.name
    return (*spec.texts(facts), *((f"{title}: {facts['message']}.",) if failed else ()))


def _charts(m: ReportData, facts: Facts) -> tuple[PageFigure, ...]:
    """The figures of an analysis that a reader can zoom and turn."""
    paths = [_chart_path(m.folder, name) for name in facts.get("figures", ())] if m.folder else []
    return tuple(PageFigure.from_json(read_object(path)) for path in paths if path.is_file())


def _pictures(m: ReportData, facts: Facts) -> tuple[Picture, ...]:
    """The figures of an analysis of which runs of early versions have only the image."""
    if m.folder is None:
        return ()
    names = [name for name in facts.get("figures", ()) if not _chart_path(m.folder, name).is_file()]
    paths = [m.folder / "figures" / f"{name}.png" for name in names]
    return tuple(Picture(path, path.stem.replace("_", " ")) for path in paths if path.is_file())


def _chart_path(folder: Path, name: str) -> Path:
    return folder / "analysis" / CHARTS / f"{name}.json"


def _analyze(m: ReportData) -> tuple[str, ...]:
    place = shlex.quote(str(m.folder)) if m.folder else "RUN"
    return (f"attrax analyze {place}", f"attrax report {place}")

"""The tabs with the results of `attrax analyze` and `attrax explain`. The spec of each analysis says what is shown."""

import shlex
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from attrax.core.errors import AttraxError
from attrax.core.result import Result
from attrax.plots.page_charts import PageFigure
from attrax.reconstruct.explaining import explanation_findings as explained
from attrax.reconstruct.findings.analysis_spec import AnalysisSpec, Facts
from attrax.registries import ANALYSES
from attrax.report.page_parts import HtmlTable, Picture, Tab
from attrax.report.report_data import ReportData, damaged_analysis
from attrax.runs.analysis import CHARTS
from attrax.runs.json_file import read_object
from attrax.runs.tree_file import MALFORMED


def chaos(m: ReportData) -> Tab:
    """The tab of the analyses of the growth of errors, such as Lyapunov exponents."""
    return _read(m, partial(_analyses, tab="Chaos"), "analyze")


def structure(m: ReportData) -> Tab:
    """The tab of the analyses of the state space, such as fixed points and cycles."""
    return _read(m, partial(_analyses, tab="Structure"), "analyze")


def explanation(m: ReportData) -> Tab:
    """The tab of `attrax explain`: the parts of one forecast, and the influence of channels."""
    return _read(m, _explanation, "explain")


def _explanation(m: ReportData) -> Tab:
    found = {name: m.analysis[name] for name in (explained.FORECAST, explained.INFLUENCE) if name in m.analysis}
    if not found:
        return Tab("Explanation", ("This has not been computed yet.",), commands=_commands(m, "explain"))
    texts: tuple[str, ...] = tuple(dict.fromkeys(f"Warning: {f['warning']}." for f in found.values() if "warning" in f))
    tables: tuple[HtmlTable, ...] = ()
    if (facts := found.get(explained.FORECAST)) is not None:
        texts += explained.forecast_texts(facts)
        tables += (HtmlTable(*explained.forecast_table(facts)),)
    if (facts := found.get(explained.INFLUENCE)) is not None:
        texts += explained.influence_texts(facts)
        tables += (HtmlTable(*explained.influence_table(facts)),)
    charts = tuple(chart for facts in found.values() for chart in _charts(m, facts))
    return Tab("Explanation", texts, tables, charts=charts)


def _read(m: ReportData, make: Callable[[ReportData], Tab], verb: Literal["analyze", "explain"]) -> Tab:
    """A tab that is made of the files of a command.

    Raises: RunError R315 if such a file lacks something, or has something else in its place.
    """
    try:
        return make(m)
    except MALFORMED as failure:
        if m.folder is None or isinstance(failure, AttraxError):
            raise
        raise damaged_analysis(m.folder, f"{m.folder / 'analysis'}: {failure!r}", verb) from None


def _analyses(m: ReportData, *, tab: Literal["Chaos", "Structure"]) -> Tab:
    specs = {name: spec for name, spec in ANALYSES.specs().items() if spec.tab == tab}
    found = sorted(((specs[name], m.analysis[name]) for name in specs if name in m.analysis), key=_place)
    if not found:
        return Tab(tab, ("This has not been computed yet.",), commands=_commands(m, "analyze"))
    return Tab(
        tab,
        texts=(*_warnings(found), *(text for spec, facts in found for text in _texts(spec, facts))),
        tables=tuple(HtmlTable(*table) for spec, facts in found if (table := spec.table(facts)) is not None),
        charts=tuple(chart for _, facts in found for chart in _charts(m, facts)),
        pictures=tuple(picture for _, facts in found for picture in _pictures(m, facts)),
    )


def _warnings(found: Sequence[tuple[AnalysisSpec, Facts]]) -> tuple[str, ...]:
    """The warnings that the model is not RECONSTRUCTED, each once."""
    told = dict.fromkeys(facts["warning"] for _, facts in found if "warning" in facts)
    return tuple(f"Warning: {text}." for text in told)


def _place(found: tuple[AnalysisSpec, Facts]) -> int:
    return found[0].place


def _texts(spec: AnalysisSpec, facts: Facts) -> tuple[str, ...]:
    """The sentences of the analysis, and its result code if it failed."""
    title = spec.title[:1].upper() + spec.title[1:]
    failed = facts.get("result", Result.SUCCESSFUL.name) != Result.SUCCESSFUL.name
    return (*spec.texts(facts), *((f"{title}: {facts['message']}.",) if failed else ()))


def _charts(m: ReportData, facts: Facts) -> tuple[PageFigure, ...]:
    """The interactive figures of an analysis."""
    paths = [_chart_path(m.folder, name) for name in facts.get("figures", ())] if m.folder else []
    return tuple(PageFigure.from_json(read_object(path)) for path in paths if path.is_file())


def _pictures(m: ReportData, facts: Facts) -> tuple[Picture, ...]:
    """The figures of an analysis that exist only as images, as in runs of early versions."""
    if m.folder is None:
        return ()
    names = [name for name in facts.get("figures", ()) if not _chart_path(m.folder, name).is_file()]
    paths = [m.folder / "figures" / f"{name}.png" for name in names]
    return tuple(Picture(path, path.stem.replace("_", " ")) for path in paths if path.is_file())


def _chart_path(folder: Path, name: str) -> Path:
    return folder / "analysis" / CHARTS / f"{name}.json"


def _commands(m: ReportData, verb: str) -> tuple[str, ...]:
    place = shlex.quote(str(m.folder)) if m.folder else "RUN"
    return (f"attrax {verb} {place}", f"attrax report {place}")

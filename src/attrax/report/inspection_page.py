"""The page of `attrax inspect`: the lines of the screen, a table of the channels, and the recording over time.

To keep the page small its figure is an SVG image, once for each theme, and needs no script.
"""

import base64
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text, share_text
from attrax.data.series import Series
from attrax.diagnosis.embedding_advice import EmbeddingAdvice
from attrax.plots.figure import Figure
from attrax.plots.matplotlib_renderer import render_file
from attrax.plots.theme import DARK, LIGHT, Theme
from attrax.plots.time_series import recording_figure
from attrax.reconstruct.inspection import Inspection
from attrax.report.explanations import sentence_of
from attrax.report.html_page import render_page
from attrax.report.page_parts import HtmlTable
from attrax.runs.inspection_screen import inspection_lines

SHOWN_ROWS = 2_000


def render_inspection(found: Inspection, command: str) -> str:
    """The page of an inspection.

    Args:
        found: The inspection.
        command: The command that trains a model of this recording.

    Returns: The HTML text.
    """
    series, stop = found.recording.longest, found.obstacle
    tables = (channels_table(series), embedding_table(found.diagnosis.embedding))
    figure = recording_figure(
        series.values[:SHOWN_ROWS], series.titles, dt=series.dt, unit=series.unit, title="The recording"
    )
    return render_page(
        "inspection.html.j2",
        name=found.diagnosis.source,
        verdict="FIT WOULD STOP" if stop else "READY TO FIT",
        tone="poor" if stop else "fair" if found.notices else "good",
        sentence=sentence_of(f"{stop.what}  {stop.where}") if stop else _readiness(found),
        why=sentence_of(stop.why) if stop else "",
        facts=_facts(found),
        tables=[table for table in tables if table.rows],
        figure=figure,
        pictures={"light": _svg(figure, LIGHT), "dark": _svg(figure, DARK)},
        command=command,
    )


def channels_table(series: Series) -> HtmlTable:
    """Mean, standard deviation, range and share of missing values of every channel of a series."""
    rows = tuple(
        (
            name,
            *(number_text(value, digits=4) for value in _summary(x[np.isfinite(x)])),
            share_text(1 - float(np.isfinite(x).mean())),
        )
        for name, x in zip(series.titles, series.values.T, strict=True)
    )
    return HtmlTable("Channels", ("", "mean", "std", "lowest", "highest", "missing"), rows)


def embedding_table(advice: EmbeddingAdvice) -> HtmlTable:
    """Errors of forecasts from the candidates for a delay embedding, in standard deviations, best candidate first."""
    rows = tuple((", ".join(map(str, c.lags)), *(number_text(error) for error in c.errors)) for c in advice.compared)
    heads = ("lags", *(f"{h:,} row{'s' * (h > 1)} ahead" for h in advice.horizons))
    return HtmlTable("Errors of forecasts from delayed copies", heads, rows)


def _readiness(found: Inspection) -> str:
    count = len(found.notices)
    return f"A fit can start; see the {count} note{'s' * (count != 1)} below." if count else "A fit can start."


def _facts(found: Inspection) -> list[tuple[str, list[str]]]:
    """The lines of the screen by label. A line without a label belongs to the one before."""
    facts: list[tuple[str, list[str]]] = []
    for label, text in inspection_lines(found):
        if label or not facts:
            facts.append((label, [text]))
        else:
            facts[-1][1].append(text)
    return facts


def _summary(x: Float[np.ndarray, " n"]) -> tuple[float, ...]:
    return (x.mean(), x.std(), x.min(), x.max()) if len(x) else (np.nan,) * 4


def _svg(figure: Figure, theme: Theme) -> str:
    """The panels as a data URI; title and caption are HTML text of the page."""
    figure = replace(figure, title="", caption="")
    return "data:image/svg+xml;base64," + base64.b64encode(render_file(figure, "svg", theme)).decode()

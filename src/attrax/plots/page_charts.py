"""A figure prepared for a page: its texts, and each panel as data and layout for plotly.js, as values for JSON."""

import dataclasses
import json
from typing import Any

import numpy as np

from attrax.plots.figure import Figure, Panel
from attrax.plots.theme import LIGHT
from attrax.plots.traces import AbstractTrace


@dataclasses.dataclass(frozen=True)
class PageFigure:
    """A figure as a page shows it.

    Attributes:
        name: Its name, for files that a reader saves.
        title: Heading.
        columns: Number of panels in a row.
        caption: The text below.
        panels: For each panel its `title`, whether it is a `space` of three dimensions, and the `chart`: data and
            layout for plotly.js in the colors of the light theme, which the page replaces by those of the dark one.
    """

    name: str
    title: str
    columns: int
    caption: str
    panels: tuple[dict[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """The figure as values for JSON."""
        return {**dataclasses.asdict(self), "panels": list(self.panels)}

    @classmethod
    def from_json(cls, entry: dict[str, Any]) -> "PageFigure":
        """The figure that `as_json` has described."""
        return cls(**{**entry, "panels": tuple(entry["panels"])})


def page_figure(figure: Figure | PageFigure) -> PageFigure:
    """Prepare a figure for a page, with numbers in single precision to keep the page small.

    Args:
        figure: The figure; one that is prepared already stays as it is.
    """
    if isinstance(figure, PageFigure):
        return figure
    thin = figure.thinned()
    panels = tuple({"title": p.title, "space": p.z is not None, "chart": _chart(p)} for p in thin.panels)
    return PageFigure(figure.name, figure.title, figure.columns, thin.caption, panels)


def _chart(panel: Panel) -> dict[str, Any]:
    from attrax.plots.plotly_renderer import render_panel

    short = dataclasses.replace(panel, traces=tuple(_in_single_precision(trace) for trace in panel.traces))
    return json.loads(str(render_panel(short, LIGHT).to_json()))


def _in_single_precision(trace: Any) -> AbstractTrace:
    short = {
        entry.name: value.astype(np.float32)
        for entry in dataclasses.fields(trace)
        if isinstance(value := getattr(trace, entry.name), np.ndarray) and value.dtype == np.float64
    }
    return dataclasses.replace(trace, **short)

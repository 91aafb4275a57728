"""Draws figures with plotly, for a browser: they can be rotated and zoomed, and show values under the mouse.

plotly is imported when the first figure is drawn.
"""

import math
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np

from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import LIGHT, Role, Theme
from attrax.plots.traces import Band, Bars, Heatmap, Line, Line3D, Points, Points3D

if TYPE_CHECKING:
    from plotly.graph_objects import Figure as Canvas

MARKERS = {
    "dot": "circle",
    "circle": "circle",
    "square": "square",
    "diamond": "diamond",
    "triangle": "triangle-up",
    "cross": "x-thin-open",
    "plus": "cross-thin-open",
    "star": "star",
}
# plotly has fewer markers in three dimensions.
MARKERS_3D = {**MARKERS, "triangle": "diamond-open", "cross": "x", "plus": "cross", "star": "diamond"}
DASHES = {"solid": "solid", "dash": "dash", "dot": "dot"}
PANEL_HEIGHT = 380
SPACE_HEIGHT = 520
CAPTION_LETTERS = 110
LINE_HEIGHT = 15
MOST_TICKS = 10
SPACE_TICKS = 5


def render(figure: Figure, theme: Theme = LIGHT) -> "Canvas":
    """A figure as a plotly figure, with the methods `to_html`, `to_json` and `show`.

    Args:
        figure: What to draw.
        theme: Colors and sizes.
    """
    from plotly.subplots import make_subplots

    figure = figure.thinned()
    kinds = [{"type": "xy" if panel.z is None else "scene"} for panel in figure.panels]
    kinds += [None] * (figure.rows * figure.columns - len(kinds))
    grid = [kinds[i * figure.columns : (i + 1) * figure.columns] for i in range(figure.rows)]
    titles = [panel.title for panel in figure.panels]
    canvas = make_subplots(
        rows=figure.rows, cols=figure.columns, specs=grid, subplot_titles=titles, vertical_spacing=0.2 / figure.rows
    )
    canvas.update_annotations(font={"size": 13, "color": theme.text})
    for i, panel in enumerate(figure.panels):
        place = {"row": i // figure.columns + 1, "col": i % figure.columns + 1}
        pen = _PlotlyPen(canvas, theme, place, group=f"panel {i + 1}")
        for trace in panel.traces:
            trace.draw(pen)
        _prepare(canvas, panel, theme, place)
    _lay_out(canvas, figure, theme)
    return canvas


def render_panel(panel: Panel, theme: Theme = LIGHT) -> "Canvas":
    """One panel as a plotly figure, without title and caption, for pages that have these as HTML text.

    Args:
        panel: What to draw.
        theme: Colors and sizes.
    """
    from plotly.subplots import make_subplots

    place = {"row": 1, "col": 1}
    canvas = make_subplots(rows=1, cols=1, specs=[[{"type": "xy" if panel.z is None else "scene"}]])
    pen = _PlotlyPen(canvas, theme, place, group="panel")
    for trace in panel.traces:
        trace.draw(pen)
    _prepare(canvas, panel, theme, place)
    canvas.update_layout(
        font={"color": theme.text, "size": 12},
        paper_bgcolor=theme.background,
        plot_bgcolor=theme.background,
        margin={"l": 56, "r": 12, "t": 28, "b": 44} if panel.z is None else {"l": 0, "r": 0, "t": 28, "b": 0},
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "bgcolor": "rgba(0,0,0,0)"},
    )
    return canvas


def _lay_out(canvas: Any, figure: Figure, theme: Theme) -> None:
    height = SPACE_HEIGHT if any(panel.z is not None for panel in figure.panels) else PANEL_HEIGHT
    caption = textwrap.wrap(figure.caption, CAPTION_LETTERS)
    below = 60 + LINE_HEIGHT * len(caption)
    canvas.update_layout(
        title={"text": f"<b>{figure.title}</b>", "x": 0.01, "xanchor": "left"},
        font={"color": theme.text, "size": 12},
        paper_bgcolor=theme.background,
        plot_bgcolor=theme.background,
        height=height * figure.rows + below,
        margin={"l": 60, "r": 20, "t": 70, "b": below},
        legend={"bgcolor": "rgba(0,0,0,0)"},
        colorway=[theme.color(Role.series(i)) for i in range(7)],
    )
    canvas.add_annotation(
        text="<br>".join(caption),
        x=0,
        y=0,
        xref="paper",
        yref="paper",
        yanchor="top",
        yshift=-45,
        showarrow=False,
        align="left",
        font={"size": 11, "color": theme.text},
    )


def _prepare(canvas: Any, panel: Panel, theme: Theme, place: dict[str, int]) -> None:
    if panel.z is not None:
        axes = zip(("xaxis", "yaxis", "zaxis"), (panel.x, panel.y, panel.z), strict=True)
        few = {"backgroundcolor": theme.background, "nticks": SPACE_TICKS}
        scene = {name: _axis(axis, theme) | few for name, axis in axes}
        canvas.update_scenes(**scene, **place)
        return
    canvas.update_xaxes(**_axis(panel.x, theme), **_whole_ticks(panel, "x", panel.x), **place)
    canvas.update_yaxes(**_axis(panel.y, theme), **_whole_ticks(panel, "y", panel.y), **place)
    if panel.equal:
        anchor = next(canvas.select_traces(**place)).xaxis or "x"
        canvas.update_yaxes(scaleanchor=anchor, scaleratio=1, **place)


def _whole_ticks(panel: Panel, name: str, axis: Axis) -> dict[str, int]:
    """Ticks at whole numbers only: plotly would put some between them, and write the same number twice."""
    if not axis.integer or axis.scale == "log":
        return {}
    shown = [np.asarray(numbers[name], float) for trace in panel.traces if name in (numbers := trace.numbers())]
    values = np.concatenate(shown) if shown else np.zeros(1)
    values = values[np.isfinite(values)]
    span = float(np.ptp(values)) if len(values) else 0.0
    return {"tick0": 0, "dtick": max(1, math.ceil(span / MOST_TICKS))}


def _axis(axis: Axis, theme: Theme) -> dict[str, Any]:
    style: dict[str, Any] = {
        "title": {"text": axis.text},
        "gridcolor": theme.grid,
        "linecolor": theme.muted,
        "zerolinecolor": theme.grid,
        "type": axis.scale,
    }
    if axis.scale == "log":
        style |= {"exponentformat": "power", "minexponent": 2}
    if axis.integer:
        style["tickformat"] = "d"
    return style if axis.bounds is None else style | {"range": list(axis.bounds)}


class _PlotlyPen:
    """Draws in one panel of a plotly figure."""

    def __init__(self, canvas: Any, theme: Theme, place: dict[str, int], *, group: str):
        self.canvas, self.theme, self.place, self.group = canvas, theme, place, group

    def _add(self, trace: Any) -> None:
        self.canvas.add_trace(trace, **self.place)

    def _legend(self, name: str) -> dict[str, Any]:
        return {"name": name, "showlegend": bool(name), "legendgroup": f"{self.group} {name}"}

    def line(self, trace: Line) -> None:
        from plotly.graph_objects import Scatter

        stroke = {"color": self.theme.color(trace.role), "width": 1.3 * trace.width, "dash": DASHES[trace.dash]}
        self._add(Scatter(x=trace.x, y=trace.y, mode="lines", line=stroke, **self._legend(trace.name)))

    def line3d(self, trace: Line3D) -> None:
        from plotly.graph_objects import Scatter3d

        stroke = {"color": self.theme.color(trace.role), "width": 2.5 * trace.width}
        self._add(Scatter3d(x=trace.x, y=trace.y, z=trace.z, mode="lines", line=stroke, **self._legend(trace.name)))

    def points(self, trace: Points) -> None:
        from plotly.graph_objects import Scatter

        color = self.theme.color(trace.role)
        edge = {"width": 1.5 if trace.marker in ("cross", "plus") else 0, "color": color}
        size = 0.5 * trace.size if trace.marker == "dot" else 1.3 * trace.size
        marks = {"color": color, "symbol": MARKERS[trace.marker], "size": size, "line": edge}
        error = None if trace.y_error is None else {"type": "data", "array": trace.y_error, "thickness": 1}
        self._add(
            Scatter(x=trace.x, y=trace.y, mode="markers", marker=marks, error_y=error, **self._legend(trace.name))
        )

    def points3d(self, trace: Points3D) -> None:
        from plotly.graph_objects import Scatter3d

        size = 0.4 * trace.size if trace.marker == "dot" else 0.8 * trace.size
        marks = {"color": self.theme.color(trace.role), "symbol": MARKERS_3D[trace.marker], "size": size}
        self._add(Scatter3d(x=trace.x, y=trace.y, z=trace.z, mode="markers", marker=marks, **self._legend(trace.name)))

    def bars(self, trace: Bars) -> None:
        from plotly.graph_objects import Bar

        color = self.theme.color(trace.role)
        self._add(Bar(x=trace.x, y=trace.y, width=trace.width, marker={"color": color}, **self._legend(trace.name)))

    def band(self, trace: Band) -> None:
        from plotly.graph_objects import Scatter

        edge = {"width": 0, "color": self.theme.color(trace.role)}
        self._add(Scatter(x=trace.x, y=trace.low, mode="lines", line=edge, showlegend=False, hoverinfo="skip"))
        fill = _translucent(self.theme.color(trace.role), 0.2)
        self._add(
            Scatter(
                x=trace.x,
                y=trace.high,
                mode="lines",
                line=edge,
                fill="tonexty",
                fillcolor=fill,
                **self._legend(trace.name),
            )
        )

    def heatmap(self, trace: Heatmap) -> None:
        from plotly.graph_objects import Heatmap as PlotlyHeatmap

        bar = {"title": {"text": trace.name}, "thickness": 12}
        self._add(
            PlotlyHeatmap(x=trace.x, y=trace.y, z=trace.values, colorscale=list(self.theme.colormap), colorbar=bar)
        )


def _translucent(color: str, opacity: float) -> str:
    """A #rrggbb color with the given opacity, from 0 (invisible) to 1, in the notation of CSS.

    Example:
        >>> _translucent("#0072B2", 0.2)
        'rgba(0,114,178,0.2)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"

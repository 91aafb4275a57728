"""A figure described as data: panels, axes and traces, independent of the program that draws it.

So its numbers can be tested without drawing, drawn by two libraries, and written to a CSV file beside the image.
"""

import base64
import csv
import dataclasses
import html
import io
from collections.abc import Callable
from pathlib import Path
from types import MethodType
from typing import TYPE_CHECKING, Literal

import numpy as np

from attrax.core.safe_text import spreadsheet_cell
from attrax.plots.theme import LIGHT, Theme
from attrax.plots.traces import AbstractTrace

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure
    from plotly.graph_objects import Figure as PlotlyFigure

MAXIMUM_POINTS = 20_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Axis:
    """One axis of a panel.

    Attributes:
        label: Name of the quantity.
        unit: Its unit; empty if it has none or if it is not known.
        scale: `linear`, or `log` for positive values over several powers of ten.
        bounds: Lowest and highest value shown; None lets the renderer choose.
        integer: Whether only whole numbers make sense, such as a count.

    Example:
        >>> Axis(label="frequency", unit="Hz", scale="log").text
        'frequency (Hz)'
    """

    label: str
    unit: str = ""
    scale: Literal["linear", "log"] = "linear"
    bounds: tuple[float, float] | None = None
    integer: bool = False

    @property
    def text(self) -> str:
        """Label and unit, as printed beside the axis.

        Example:
            >>> Axis(label="time", unit="s").text
            'time (s)'
        """
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """One set of axes and the traces drawn in it.

    Attributes:
        traces: The marks, drawn in this order: later ones cover earlier ones.
        x: Horizontal axis.
        y: Vertical axis.
        z: Third axis; None for a panel in two dimensions.
        title: A few words above the panel.
        equal: Whether both axes have the same scale, so that circles look round.

    Example:
        >>> import numpy as np
        >>> from attrax.plots import Axis, Line, Panel
        >>> line = Line(x=np.arange(3.0), y=np.ones(3))
        >>> Panel(traces=(line,), x=Axis(label="time", unit="s"), y=Axis(label="x")).x.text
        'time (s)'
    """

    traces: tuple[AbstractTrace, ...]
    x: Axis
    y: Axis
    z: Axis | None = None
    title: str = ""
    equal: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Figure:
    """A figure: panels on a grid, a title and a caption.

    Attributes:
        name: File name without suffix.
        title: One line above the panels.
        panels: Fill the grid row by row.
        caption: What is shown, from how much data, and what to look for.
        columns: Number of panels in a row.

    Example:
        >>> import numpy as np
        >>> from attrax.plots import Axis, Line, Panel
        >>> panel = Panel(traces=(Line(x=np.arange(3.0), y=np.ones(3)),), x=Axis(label="t"), y=Axis(label="x"))
        >>> Figure(name="flat", title="A flat line", panels=(panel,), caption="Three points.")
        Figure(flat: A flat line; 1 panel)
    """

    name: str
    title: str
    panels: tuple[Panel, ...]
    caption: str
    columns: int = 1

    @property
    def rows(self) -> int:
        """Number of rows of the grid."""
        return -(-len(self.panels) // self.columns)

    def __repr__(self) -> str:
        return f"Figure({self.name}: {self.title}; {len(self.panels)} panel{'s' * (len(self.panels) != 1)})"

    def _repr_png_(self) -> bytes:
        """The PNG image that a notebook shows."""
        from attrax.plots.matplotlib_renderer import render_file

        return render_file(self, "png")

    def _repr_html_(self) -> str:
        """What a notebook shows: the image, with the caption for those who cannot see it."""
        image = base64.b64encode(self._repr_png_()).decode()
        told = html.escape(f"{self.title}. {self.caption}", quote=True)
        return f'<img src="data:image/png;base64,{image}" alt="{told}" style="max-width:100%">'

    def to_plotly(self, theme: Theme = LIGHT) -> "PlotlyFigure":
        """The figure as an interactive plotly figure, which can be changed.

        Args:
            theme: Colors and sizes.
        """
        from attrax.plots.plotly_renderer import render

        return render(self, theme)

    def to_matplotlib(self, theme: Theme = LIGHT) -> "MatplotlibFigure":
        """The figure as a matplotlib figure, which can be changed.

        Args:
            theme: Colors and sizes; `attrax.plots.paper(85)` for a column of a journal.
        """
        from attrax.plots.matplotlib_renderer import render

        return render(self, theme)

    def show(self) -> None:
        """Show the figure where it can be rotated and zoomed: in a notebook, or in the browser."""
        self.to_plotly().show()

    @property
    def save(self) -> "Callable[..., Path]":
        """Write the figure to a file: `figure.save("free_run.pdf", theme=attrax.plots.paper(85))`.

        The end of the name decides: `.png`, `.svg`, `.pdf`, `.csv` for the numbers, `.html` for an interactive page.
        """
        # The function writes files, so it lives in a higher layer and is found through the public names.
        import attrax

        return MethodType(attrax.save_figure, self)

    def thinned(self, limit: int = MAXIMUM_POINTS) -> "Figure":
        """The same figure with fewer points, for drawing. The caption then says how many points are left out.

        Args:
            limit: Largest number of points in the whole figure. More points look the same on a screen but make files
                that open slowly.

        Example:
            >>> import numpy as np
            >>> from attrax.plots import Axis, Line, Panel
            >>> t = np.arange(50_000.0)
            >>> panel = Panel(traces=(Line(x=t, y=t),), x=Axis(label="t"), y=Axis(label="x"))
            >>> Figure(name="a", title="A", panels=(panel,), caption="A line.").thinned().caption
            'A line. One point in 3 is drawn.'
        """
        marks = sum(_size(trace) for panel in self.panels for trace in panel.traces)
        if marks <= limit:
            return self
        every = -(-marks // limit)
        panels = tuple(
            dataclasses.replace(panel, traces=tuple(_thin(t, every, limit) for t in panel.traces))
            for panel in self.panels
        )
        return dataclasses.replace(self, panels=panels, caption=f"{self.caption} One point in {every} is drawn.")

    def to_csv(self) -> str:
        """The numbers of the figure as CSV text: one row for each mark, with the names of its panel and its trace."""
        blocks = [(i, trace, trace.numbers()) for i, panel in enumerate(self.panels) for trace in panel.traces]
        columns = list(dict.fromkeys(name for _, _, numbers in blocks for name in numbers))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(["panel", "trace", *columns])
        for i, trace, numbers in blocks:
            cells = [
                [_cell(v) for v in numbers[name]] if name in numbers else [""] * len(next(iter(numbers.values())))
                for name in columns
            ]
            names = spreadsheet_cell(self.panels[i].title) or i + 1, spreadsheet_cell(trace.name)
            writer.writerows([*names, *row] for row in zip(*cells, strict=True))
        return text.getvalue()


def warned(figure: Figure, warning: str) -> Figure:
    """The figure with a warning in its title and its caption; the same figure if there is no warning.

    Args:
        figure: The figure.
        warning: A sentence; what stands before its first colon goes into the title.
    """
    if not warning:
        return figure
    head, _, _ = warning.partition(":")
    caption = f"Warning: {warning}. {figure.caption}"
    return dataclasses.replace(figure, title=f"{figure.title} ({head})", caption=caption)


def _size(trace: AbstractTrace) -> int:
    return len(next(iter(trace.numbers().values())))


def _thin(trace: AbstractTrace, every: int, limit: int) -> AbstractTrace:
    """Thin a trace. Traces with few marks, such as fixed points over an orbit, stay complete: each mark matters."""
    return trace.thinned(every) if _size(trace) > limit // 100 else trace


def _cell(value: np.floating) -> str:
    return "" if np.isnan(value) else f"{value:.9g}"

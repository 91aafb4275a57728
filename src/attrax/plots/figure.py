"""A figure described as data: panels, axes and traces, independent of the program that draws it.

So its numbers can be tested without drawing, drawn by two libraries, and written to a CSV file beside the image.
"""

import csv
import dataclasses
import io
from typing import Literal

import numpy as np

from attrax.core.safe_text import spreadsheet_cell
from attrax.plots.traces import AbstractTrace

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

    def _repr_png_(self) -> bytes:
        """The PNG image that a notebook shows."""
        from attrax.plots.matplotlib_renderer import render_file

        return render_file(self, "png")

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


def _size(trace: AbstractTrace) -> int:
    return len(next(iter(trace.numbers().values())))


def _thin(trace: AbstractTrace, every: int, limit: int) -> AbstractTrace:
    """Thin a trace. Traces with few marks, such as fixed points over an orbit, stay complete: each mark matters."""
    return trace.thinned(every) if _size(trace) > limit // 100 else trace


def _cell(value: np.floating) -> str:
    return "" if np.isnan(value) else f"{value:.9g}"

"""Figure: a picture described as data, before anybody decides whether it becomes a file or a page.

Its numbers can be tested without drawing, drawn twice in different programs, and written beside the picture.
"""

import csv
import dataclasses
import io
from typing import Literal

import numpy as np

from attrax.plots.traces import AbstractTrace

MAXIMUM_POINTS = 20_000


@dataclasses.dataclass(frozen=True, kw_only=True)
class Axis:
    """What an axis measures.

    Attributes:
        label: The quantity.
        unit: Its unit; empty if it has none or none is known.
        scale: `log` only for positive values that span decades.
        bounds: Lowest and highest value shown; None leaves it to the renderer.
        integer: Only whole numbers mean anything here.
    """

    label: str
    unit: str = ""
    scale: Literal["linear", "log"] = "linear"
    bounds: tuple[float, float] | None = None
    integer: bool = False

    @property
    def text(self) -> str:
        """The label as it is printed.

        Example:
            >>> Axis(label="time", unit="s").text
            'time (s)'
        """
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """One pair (or triple) of axes and what is drawn in it, first things first.

    Attributes:
        traces: The marks.
        x, y: The axes.
        z: The third axis; a panel with one is drawn in space.
        title: A few words above it.
        equal: Both axes have the same scale, so that circles are round.
    """

    traces: tuple[AbstractTrace, ...]
    x: Axis
    y: Axis
    z: Axis | None = None
    title: str = ""
    equal: bool = False


@dataclasses.dataclass(frozen=True, kw_only=True, eq=False)
class Figure:
    """A picture: panels in rows, a title, and a caption that says what is seen.

    Attributes:
        name: What its files are called.
        title: One line above it.
        panels: Filled into the grid row by row.
        caption: What is shown, from how much data, and what to look for.
        columns: Panels side by side.
    """

    name: str
    title: str
    panels: tuple[Panel, ...]
    caption: str
    columns: int = 1

    @property
    def rows(self) -> int:
        """Rows of the grid."""
        return -(-len(self.panels) // self.columns)

    def _repr_png_(self) -> bytes:
        """How notebooks show it."""
        from attrax.plots.matplotlib_renderer import render_file

        return render_file(self, "png")

    def thinned(self, limit: int = MAXIMUM_POINTS) -> "Figure":
        """The figure with no more marks than a screen can show, which its caption then says.

        Args:
            limit: Marks in the whole figure. More make files that no program opens quickly, and look no different.

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
        """The numbers of the figure as a table: a line a mark, with the panel and the trace it belongs to."""
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
            writer.writerows([self.panels[i].title or i + 1, trace.name, *row] for row in zip(*cells, strict=True))
        return text.getvalue()


def _size(trace: AbstractTrace) -> int:
    return len(next(iter(trace.numbers().values())))


def _thin(trace: AbstractTrace, every: int, limit: int) -> AbstractTrace:
    """Traces of few marks, such as fixed points over an orbit, stay whole: each of their marks matters."""
    return trace.thinned(every) if _size(trace) > limit // 100 else trace


def _cell(value: np.floating) -> str:
    return "" if np.isnan(value) else f"{value:.9g}"

"""Traces: the kinds of marks that figures consist of (lines, points, bars, bands, heat maps), described as data.

A renderer draws them through a *pen*, an object with one method for each kind of trace: `trace.draw(pen)` calls the
method that fits (the visitor pattern). A new renderer needs a new pen; a new kind of trace needs one more method in
every pen.
"""

import dataclasses
from abc import ABC, abstractmethod
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from attrax.plots.theme import Role

Marker = Literal["dot", "circle", "square", "diamond", "triangle", "cross", "plus", "star"]
Dash = Literal["solid", "dash", "dot"]
Numbers = dict[str, np.ndarray]


class AbstractTrace(ABC):
    """One set of marks of the same kind, such as one curve.

    For developers: write a frozen dataclass with these three methods and a `name` for the legend. A trace with an empty
    name does not appear in the legend.

    Example:
        >>> issubclass(Line, AbstractTrace), issubclass(Heatmap, AbstractTrace)
        (True, True)
    """

    name: str

    @abstractmethod
    def draw(self, pen: "AbstractPen") -> None:
        """Call the method of the pen that draws this kind of trace."""

    @abstractmethod
    def numbers(self) -> Numbers:
        """The numbers that are drawn, as named columns of equal length."""

    @abstractmethod
    def thinned(self, every: int) -> "AbstractTrace":
        """The trace with one mark out of `every`. Traces that summarize data, such as bars, stay complete."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Line(AbstractTrace):
    """A line through points in the given order. NaN interrupts the line.

    Attributes:
        x: Horizontal coordinates.
        y: Vertical coordinates.
        name: Name in the legend; empty for none.
        role: What the color stands for.
        width: Line width, in points.
        dash: Solid, dashed or dotted.

    Example:
        >>> import numpy as np
        >>> from attrax.plots import Line
        >>> sorted(Line(x=np.arange(3.0), y=np.ones(3), name="data").numbers())
        ['x', 'y']
    """

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST
    width: float = 1.2
    dash: Dash = "solid"

    def draw(self, pen: "AbstractPen") -> None:
        """Draw with `pen.line`."""
        pen.line(self)

    def numbers(self) -> Numbers:
        """Columns `x` and `y`."""
        return {"x": self.x, "y": self.y}

    def thinned(self, every: int) -> "Line":
        """One point out of `every`, and all interruptions of the line."""
        kept = _kept(self.x, every)
        return dataclasses.replace(self, x=self.x[kept], y=self.y[kept])


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Line3D(AbstractTrace):
    """A line through points in three dimensions. NaN interrupts the line. The attributes are those of `Line`.

    Example:
        >>> helix = Line3D(x=np.cos(np.arange(9.0)), y=np.sin(np.arange(9.0)), z=np.arange(9.0), role=Role.MODEL)
        >>> sorted(helix.numbers())
        ['x', 'y', 'z']
    """

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    z: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST
    width: float = 0.8

    def draw(self, pen: "AbstractPen") -> None:
        """Draw with `pen.line3d`."""
        pen.line3d(self)

    def numbers(self) -> Numbers:
        """Columns `x`, `y` and `z`."""
        return {"x": self.x, "y": self.y, "z": self.z}

    def thinned(self, every: int) -> "Line3D":
        """One point out of `every`, and all interruptions of the line."""
        kept = _kept(self.x, every)
        return dataclasses.replace(self, x=self.x[kept], y=self.y[kept], z=self.z[kept])


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Points(AbstractTrace):
    """Separate marks, one for each point.

    Attributes:
        x: Horizontal coordinates.
        y: Vertical coordinates.
        name: Name in the legend; empty for none.
        role: What the color stands for.
        marker: Shape of the marks; `dot` is the smallest, for many points.
        size: Diameter of the marks, in points.
        y_error: Half the length of a vertical error bar for each point; None for no error bars.

    Example:
        >>> import numpy as np
        >>> from attrax.plots import Points
        >>> sorted(Points(x=np.arange(3.0), y=np.ones(3), marker="circle").numbers())
        ['x', 'y']
    """

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST
    marker: Marker = "circle"
    size: float = 6.0
    y_error: Float[np.ndarray, " n"] | None = None

    def draw(self, pen: "AbstractPen") -> None:
        """Draw with `pen.points`."""
        pen.points(self)

    def numbers(self) -> Numbers:
        """Columns `x` and `y`, and `error` where there are error bars."""
        return {"x": self.x, "y": self.y} | ({} if self.y_error is None else {"error": self.y_error})

    def thinned(self, every: int) -> "Points":
        """About one mark out of `every`."""
        kept = _spread(len(self.x), every)
        error = None if self.y_error is None else self.y_error[kept]
        return dataclasses.replace(self, x=self.x[kept], y=self.y[kept], y_error=error)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Points3D(AbstractTrace):
    """Separate marks in three dimensions. The attributes are those of `Points`.

    Example:
        >>> one = Points3D(x=np.zeros(1), y=np.zeros(1), z=np.zeros(1), marker="diamond", role=Role.SADDLE)
        >>> sorted(one.numbers())
        ['x', 'y', 'z']
    """

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    z: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST
    marker: Marker = "circle"
    size: float = 6.0

    def draw(self, pen: "AbstractPen") -> None:
        """Draw with `pen.points3d`."""
        pen.points3d(self)

    def numbers(self) -> Numbers:
        """Columns `x`, `y` and `z`."""
        return {"x": self.x, "y": self.y, "z": self.z}

    def thinned(self, every: int) -> "Points3D":
        """About one mark out of `every`."""
        kept = _spread(len(self.x), every)
        return dataclasses.replace(self, x=self.x[kept], y=self.y[kept], z=self.z[kept])


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Bars(AbstractTrace):
    """Vertical bars from 0 to `y`, centered at `x`, such as the counts of a histogram.

    Attributes:
        x: Centers of the bars.
        y: Heights.
        name: Name in the legend; empty for none.
        role: What the color stands for.
        width: Width of a bar, in units of the x axis.

    Example:
        >>> Bars(x=np.arange(3.0), y=np.array([1.0, 4.0, 2.0])).numbers()["y"].tolist()
        [1.0, 4.0, 2.0]
    """

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST
    width: float = 0.8

    def draw(self, pen: "AbstractPen") -> None:
        """Draw with `pen.bars`."""
        pen.bars(self)

    def numbers(self) -> Numbers:
        """Columns `x` and `y`."""
        return {"x": self.x, "y": self.y}

    def thinned(self, every: int) -> "Bars":
        """The same trace: bars summarize data already."""
        del every
        return self


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Band(AbstractTrace):
    """The area between two curves, such as a confidence band.

    Attributes:
        x: Horizontal coordinates.
        low: Lower edge.
        high: Upper edge.
        name: Name in the legend; empty for none.
        role: What the color stands for.

    Example:
        >>> band = Band(x=np.arange(3.0), low=np.zeros(3), high=np.ones(3), name="90 % interval")
        >>> sorted(band.numbers())
        ['high', 'low', 'x']
    """

    x: Float[np.ndarray, " n"]
    low: Float[np.ndarray, " n"]
    high: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST

    def draw(self, pen: "AbstractPen") -> None:
        """Draw with `pen.band`."""
        pen.band(self)

    def numbers(self) -> Numbers:
        """Columns `x`, `low` and `high`."""
        return {"x": self.x, "low": self.low, "high": self.high}

    def thinned(self, every: int) -> "Band":
        """One position out of `every`."""
        return dataclasses.replace(self, x=self.x[::every], low=self.low[::every], high=self.high[::every])


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Heatmap(AbstractTrace):
    """A matrix of values shown as colors. Row `i` is drawn at height `y[i]`, column `j` at `x[j]`.

    Attributes:
        x: Positions of the columns.
        y: Positions of the rows.
        values: The matrix; cells that are NaN stay empty.
        name: Label of the color bar.

    Example:
        >>> Heatmap(x=np.arange(3.0), y=np.arange(2.0), values=np.zeros((2, 3)), name="count").values.shape
        (2, 3)
    """

    x: Float[np.ndarray, " columns"]
    y: Float[np.ndarray, " rows"]
    values: Float[np.ndarray, "rows columns"]
    name: str = ""

    def draw(self, pen: "AbstractPen") -> None:
        """Draw with `pen.heatmap`."""
        pen.heatmap(self)

    def numbers(self) -> Numbers:
        """Columns `x`, `y` and `value`, with one row for each cell."""
        x, y = np.meshgrid(self.x, self.y)
        return {"x": x.ravel(), "y": y.ravel(), "value": self.values.ravel()}

    def thinned(self, every: int) -> "Heatmap":
        """The same trace: a matrix summarizes data already."""
        del every
        return self


@runtime_checkable
class AbstractPen(Protocol):
    """An object that draws on one panel, with one method for each kind of trace.

    For developers: a renderer consists of a pen and a function that creates the empty figure, calls `trace.draw(pen)`
    for every trace of every panel, and returns the figure.
    """

    def line(self, trace: Line) -> None:
        """Draw a line."""
        ...

    def line3d(self, trace: Line3D) -> None:
        """Draw a line in three dimensions."""
        ...

    def points(self, trace: Points) -> None:
        """Draw marks."""
        ...

    def points3d(self, trace: Points3D) -> None:
        """Draw marks in three dimensions."""
        ...

    def bars(self, trace: Bars) -> None:
        """Draw bars."""
        ...

    def band(self, trace: Band) -> None:
        """Draw the area between two curves."""
        ...

    def heatmap(self, trace: Heatmap) -> None:
        """Draw a matrix as colors."""
        ...


def _kept(x: Float[np.ndarray, " n"], every: int) -> np.ndarray:
    return (np.arange(len(x)) % every == 0) | np.isnan(x)


def _spread(n: int, every: int) -> np.ndarray:
    """About one mark out of `every`, at uneven distances: even ones could always hit the same phase of a cycle."""
    golden = (np.sqrt(5) - 1) / 2
    return np.arange(n) * golden % 1 < 1 / every

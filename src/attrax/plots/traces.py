"""Traces: the few kinds of marks that all figures are made of, as data. How they look on paper is a renderer's matter.

A trace hands itself to a pen, `trace.draw(pen)`, and the pen's method for its kind draws it: a new renderer is a new
pen, and a new kind of trace is one method more in each.
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
    """One set of marks of one kind.

    For developers: a frozen dataclass with a `name` for the legend (empty: not in the legend), and these three methods.
    """

    name: str

    @abstractmethod
    def draw(self, pen: "AbstractPen") -> None:
        """Call the pen's method for this kind of trace."""

    @abstractmethod
    def numbers(self) -> Numbers:
        """The numbers drawn: columns of equal length."""

    @abstractmethod
    def thinned(self, every: int) -> "AbstractTrace":
        """The trace with one mark in `every`; traces of few, summarising marks stay as they are."""


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Line(AbstractTrace):
    """Points joined in order; NaN interrupts the line.

    Attributes:
        x, y: Coordinates.
        role: What the color stands for.
        width: In points.
        dash: How the line is broken.
    """

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST
    width: float = 1.2
    dash: Dash = "solid"

    def draw(self, pen: "AbstractPen") -> None:
        """A line."""
        pen.line(self)

    def numbers(self) -> Numbers:
        """Both coordinates."""
        return {"x": self.x, "y": self.y}

    def thinned(self, every: int) -> "Line":
        """One point in `every`, and every interruption."""
        kept = _kept(self.x, every)
        return dataclasses.replace(self, x=self.x[kept], y=self.y[kept])


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Line3D(AbstractTrace):
    """Points in space, joined in order; NaN interrupts the line."""

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    z: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST
    width: float = 0.8

    def draw(self, pen: "AbstractPen") -> None:
        """A line in space."""
        pen.line3d(self)

    def numbers(self) -> Numbers:
        """Three coordinates."""
        return {"x": self.x, "y": self.y, "z": self.z}

    def thinned(self, every: int) -> "Line3D":
        """One point in `every`, and every interruption."""
        kept = _kept(self.x, every)
        return dataclasses.replace(self, x=self.x[kept], y=self.y[kept], z=self.z[kept])


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Points(AbstractTrace):
    """Separate marks, with error bars if `y_error` is given."""

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST
    marker: Marker = "circle"
    size: float = 6.0
    y_error: Float[np.ndarray, " n"] | None = None

    def draw(self, pen: "AbstractPen") -> None:
        """Marks."""
        pen.points(self)

    def numbers(self) -> Numbers:
        """Coordinates, and the error if there is one."""
        return {"x": self.x, "y": self.y} | ({} if self.y_error is None else {"error": self.y_error})

    def thinned(self, every: int) -> "Points":
        """One mark in about `every`."""
        kept = _spread(len(self.x), every)
        error = None if self.y_error is None else self.y_error[kept]
        return dataclasses.replace(self, x=self.x[kept], y=self.y[kept], y_error=error)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Points3D(AbstractTrace):
    """Separate marks in space."""

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    z: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST
    marker: Marker = "circle"
    size: float = 6.0

    def draw(self, pen: "AbstractPen") -> None:
        """Marks in space."""
        pen.points3d(self)

    def numbers(self) -> Numbers:
        """Three coordinates."""
        return {"x": self.x, "y": self.y, "z": self.z}

    def thinned(self, every: int) -> "Points3D":
        """One mark in about `every`."""
        kept = _spread(len(self.x), every)
        return dataclasses.replace(self, x=self.x[kept], y=self.y[kept], z=self.z[kept])


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Bars(AbstractTrace):
    """Bars from 0 to `y` around `x`, such as the counts of a histogram."""

    x: Float[np.ndarray, " n"]
    y: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST
    width: float = 0.8

    def draw(self, pen: "AbstractPen") -> None:
        """Bars."""
        pen.bars(self)

    def numbers(self) -> Numbers:
        """Positions and heights."""
        return {"x": self.x, "y": self.y}

    def thinned(self, every: int) -> "Bars":
        """Bars summarise already."""
        del every
        return self


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Band(AbstractTrace):
    """The area between two curves, such as a confidence band."""

    x: Float[np.ndarray, " n"]
    low: Float[np.ndarray, " n"]
    high: Float[np.ndarray, " n"]
    name: str = ""
    role: Role = Role.FIRST

    def draw(self, pen: "AbstractPen") -> None:
        """A translucent area."""
        pen.band(self)

    def numbers(self) -> Numbers:
        """Position and both edges."""
        return {"x": self.x, "low": self.low, "high": self.high}

    def thinned(self, every: int) -> "Band":
        """One position in `every`."""
        return dataclasses.replace(self, x=self.x[::every], low=self.low[::every], high=self.high[::every])


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Heat(AbstractTrace):
    """A table of values as colors: row `i` at `y[i]`, column `j` at `x[j]`; NaN is left blank."""

    x: Float[np.ndarray, " columns"]
    y: Float[np.ndarray, " rows"]
    values: Float[np.ndarray, "rows columns"]
    name: str = ""

    def draw(self, pen: "AbstractPen") -> None:
        """Colored cells and a color bar."""
        pen.heat(self)

    def numbers(self) -> Numbers:
        """One line a cell."""
        x, y = np.meshgrid(self.x, self.y)
        return {"x": x.ravel(), "y": y.ravel(), "value": self.values.ravel()}

    def thinned(self, every: int) -> "Heat":
        """Cells summarise already."""
        del every
        return self


@runtime_checkable
class AbstractPen(Protocol):
    """What draws: one method a kind of trace.

    For developers: a renderer is a pen and a function that prepares the paper, hands the pen to every trace of a panel,
    and returns the result.
    """

    def line(self, trace: Line) -> None:
        """Draw a line."""
        ...

    def line3d(self, trace: Line3D) -> None:
        """Draw a line in space."""
        ...

    def points(self, trace: Points) -> None:
        """Draw marks."""
        ...

    def points3d(self, trace: Points3D) -> None:
        """Draw marks in space."""
        ...

    def bars(self, trace: Bars) -> None:
        """Draw bars."""
        ...

    def band(self, trace: Band) -> None:
        """Draw an area."""
        ...

    def heat(self, trace: Heat) -> None:
        """Draw a table of colors."""
        ...


def _kept(x: Float[np.ndarray, " n"], every: int) -> np.ndarray:
    return (np.arange(len(x)) % every == 0) | np.isnan(x)


def _spread(n: int, every: int) -> np.ndarray:
    """One mark in about `every`, unevenly: an even choice may meet the same phase of every cycle."""
    golden = (np.sqrt(5) - 1) / 2
    return np.arange(n) * golden % 1 < 1 / every

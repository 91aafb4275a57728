"""`Level`: the transforms, trends and baselines that were removed from one series, and how to add them again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Real

from attrax.data.levels.baseline import Baseline
from attrax.data.levels.transforms import NONNEGATIVE, TRANSFORMS, UNCHANGED
from attrax.data.levels.trend import Trend


@dataclass(frozen=True)
class Level:
    r"""What was removed from one series: $y_r = T(x_r) - b (r - c) - d - s_r$ in row $r$ of each channel.

    $x$ is the recorded value and $y$ the value that a model gets. $T$ is the transform of the channel, $b (r - c)$ its
    linear trend, $d$ a constant, and $s$ its slow part (baseline); each may be absent.

    Attributes:
        transforms: The transform of each channel, by name of the channel; none for others.
        trend: The linear trends, with $b$ and $c$; None if there are none.
        shift: $d$ of each channel of the trend: 0 for the series that the trend was fitted to. Another series, which
            has a line of its own, is moved to the level of the training data.
        first: The row of the trend at which the series begins.
        stride: Rows of the trend from one row of the series to the next.
        baseline: The slow part $s$; None if there is none.
    """

    transforms: tuple[tuple[str, str], ...] = ()
    trend: Trend | None = None
    shift: tuple[float, ...] = ()
    first: float = 0.0
    stride: float = 1.0
    baseline: Baseline | None = None

    def later(self, rows: float, stride: int = 1) -> "Level":
        """The level of a series that begins some rows later, and has one row in `stride`."""
        return replace(self, first=self.first + rows * self.stride, stride=self.stride * stride)

    def apply(self, channels: Sequence[str], x: Float[np.ndarray, "n obs"]) -> Float[np.ndarray, "n obs"]:
        """Convert recorded values to values for a model; the first one belongs to the first row of the series."""
        y = self._transformed(channels, x)
        return y - self.lines(channels, np.arange(len(y)))

    def undo(
        self, channels: Sequence[str], y: Float[np.ndarray, "n obs"], rows: Real[np.ndarray, " n"]
    ) -> Float[np.ndarray, "n obs"]:
        """Convert values that a model returns to values in the units of the recording.

        Args:
            channels: Names of the columns.
            y: Values as a model returns them.
            rows: The row of the series to which each value belongs; it may lie after the end.
        """
        lifted = y + self.lines(channels, rows)
        kinds = dict(self.transforms)
        columns = [TRANSFORMS[kinds.get(name, UNCHANGED)].undo(c) for name, c in zip(channels, lifted.T, strict=True)]
        return np.stack(columns, axis=1)

    def lines(self, channels: Sequence[str], rows: Real[np.ndarray, " n"]) -> Float[np.ndarray, "n obs"]:
        """The sum of trend, constant and slow part in some rows; 0 for channels that have none of them."""
        lines = np.zeros((len(rows), len(channels)))
        if self.trend is not None:
            at, columns = _places(channels, self.trend.channels)
            lines[:, at] = (self.trend.rise(self._rows(rows)) + np.array(self.shift))[:, columns]
        if self.baseline is not None:
            at, columns = _places(channels, self.baseline.channels)
            lines[:, at] += self.baseline.at(self._rows(rows))[:, columns]
        return lines

    def error(self, channels: Sequence[str], rows: Real[np.ndarray, " n"]) -> Float[np.ndarray, "n obs"]:
        """Standard errors of trend and slow part in some rows, in the units of the transformed channels."""
        errors = np.zeros((len(rows), len(channels)))
        if self.trend is not None:
            at, columns = _places(channels, self.trend.channels)
            errors[:, at] = self.trend.error(self._rows(rows))[:, columns]
        if self.baseline is not None:
            at, columns = _places(channels, self.baseline.channels)
            errors[:, at] = np.hypot(errors[:, at], self.baseline.error(self._rows(rows))[:, columns])
        return errors

    def below_zero(self, channels: Sequence[str], y: Float[np.ndarray, "n obs"], rows: Real[np.ndarray, " n"]) -> int:
        """How many values `undo` raises to zero, because their channel is never negative."""
        kinds = dict(self.transforms)
        kept = [kinds.get(name) == NONNEGATIVE for name in channels]
        return int(np.count_nonzero((y + self.lines(channels, rows))[:, kept] < 0))

    def remark(self) -> str:
        """A remark for the user, to append to a line: which trends a forecast extrapolates. Empty if there are none."""
        slow = "" if self.baseline is None else "; the slow part stays at its last value, as --highpass took it out"
        if self.trend is None:
            return slow
        kinds = dict(self.transforms)
        told = ", ".join(
            f"'{name}' {slope / self.stride:+.3g} per row" + _of(kinds.get(name, UNCHANGED))
            for name, slope in zip(self.trend.channels, self.trend.slope, strict=True)
        )
        return f"; the linear trend is extrapolated ({told}){slow}"

    def _transformed(self, channels: Sequence[str], x: Float[np.ndarray, "n obs"]) -> Float[np.ndarray, "n obs"]:
        kinds = dict(self.transforms)
        # What is missing is 0, which has no logarithm.
        with np.errstate(divide="ignore", invalid="ignore"):
            columns = [TRANSFORMS[kinds.get(name, UNCHANGED)].apply(c) for name, c in zip(channels, x.T, strict=True)]
        return np.stack(columns, axis=1).astype(np.float64)

    def _rows(self, rows: Real[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        return self.first + self.stride * np.asarray(rows, np.float64)


def _places(channels: Sequence[str], named: Sequence[str]) -> tuple[list[int], list[int]]:
    """The columns of a series that something was taken out of, and where it is kept."""
    at = [k for k, name in enumerate(channels) if name in named]
    return at, [named.index(channels[k]) for k in at]


def _of(kind: str) -> str:
    return "" if TRANSFORMS[kind].apply is TRANSFORMS[UNCHANGED].apply else f" of its {TRANSFORMS[kind].words}"

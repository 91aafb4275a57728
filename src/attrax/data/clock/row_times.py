"""The time of every row: counted from the first row in equal steps, or read from a time column."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int, Real

TOLERANCE = 0.01
"""Two time steps that differ by up to 1 % count as equal."""


@dataclass(frozen=True)
class Origin:
    """The time of the first row of a recording.

    Attributes:
        name: Name of the time column.
        start: Time of the first row.
        epoch: The date at which time is 0; None if times are not dates.
    """

    name: str = "time"
    start: float = 0.0
    epoch: np.datetime64 | None = None

    def times(self, rows: Real[np.ndarray, " row"], dt: float) -> np.ndarray:
        """Times of rows that are counted from the first one: numbers, or dates if there is an epoch."""
        t = self.start + rows * dt
        if self.epoch is None:
            # Twelve digits undo the rounding of decimal steps: 0.7, not 0.7000000000000001.
            return np.array([float(f"{value:.12g}") for value in t])
        return self.epoch.astype("datetime64[us]") + np.rint(1e6 * t).astype("timedelta64[us]")

    def later(self, time: float) -> "Origin":
        """The origin of a recording that begins `time` later."""
        return replace(self, start=self.start + time)


START = Origin()


@dataclass(frozen=True, eq=False)
class Stamps:
    """The times in a time column, which may be uneven, missing or out of order.

    Attributes:
        t: The time of every row; NaN if it is missing.
        name: Name of the time column.
        place: The file or array that it was read from, for messages.
        lines: Line in the file of every row, counted from 1; None for arrays.
        epoch: The date at which time is 0; None if times are not dates.
    """

    t: Float[np.ndarray, " time"]
    name: str
    place: str
    lines: Int[np.ndarray, " time"] | None = None
    epoch: np.datetime64 | None = None

    def __getitem__(self, rows: slice | np.ndarray) -> "Stamps":
        """The stamps of those rows."""
        return replace(self, t=self.t[rows], lines=None if self.lines is None else self.lines[rows])

    def row(self, i: int) -> str:
        """Row `i` in words, for messages: its line in the file, or its index in the array."""
        return f"row {i} (counted from 0)" if self.lines is None else f"line {self.lines[i]} of the file"

    @property
    def median_step(self) -> float:
        """The median of the positive time steps; NaN if there is none."""
        steps = np.diff(self.t)
        forward = steps[steps > 0]
        return float(np.median(forward)) if len(forward) else float("nan")

    @property
    def uneven(self) -> Bool[np.ndarray, " step"]:
        """Which time steps differ from the median by more than 1 %."""
        median = self.median_step
        return np.abs(np.diff(self.t) - median) > TOLERANCE * median

    @property
    def durations(self) -> Float[np.ndarray, " time"]:
        """The time between each row and the row before it; for the first row, the median step."""
        return np.diff(self.t, prepend=self.t[0] - self.median_step)

    @property
    def origin(self) -> Origin:
        """The time of the first row."""
        return Origin(self.name, float(self.t[0]), self.epoch)

    @property
    def times(self) -> np.ndarray:
        """The time of every row: numbers, or dates if there is an epoch."""
        return replace(self.origin, start=0.0).times(self.t, 1.0)

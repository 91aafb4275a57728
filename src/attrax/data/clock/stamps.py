"""Stamps: the times that were written beside the rows of a recording, before anybody has made sure they are even."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from attrax.data.clock.origin import Origin

TOLERANCE = 0.01


@dataclass(frozen=True, eq=False)
class Stamps:
    """A time for every row, as recorded.

    Attributes:
        t: Times; NaN where a row has none.
        name: Name of the time column.
        place: The file or array it was read from, for messages.
        lines: File line of every row, counted from 1; None for arrays.
        epoch: The moment from which times count, in seconds; None where times are no dates.
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
        """How people find row `i`: by the line of the file, or by its index in the array."""
        return f"row {i} (counted from 0)" if self.lines is None else f"line {self.lines[i]} of the file"

    @property
    def median_step(self) -> float:
        """The middle one of the steps that lead forward; NaN if none does."""
        steps = np.diff(self.t)
        forward = steps[steps > 0]
        return float(np.median(forward)) if len(forward) else float("nan")

    @property
    def uneven(self) -> Bool[np.ndarray, " step"]:
        """Which steps are off the median by more than 1 %."""
        median = self.median_step
        return np.abs(np.diff(self.t) - median) > TOLERANCE * median

    @property
    def durations(self) -> Float[np.ndarray, " time"]:
        """The time before each row since the row before it; before the first, the median step."""
        return np.diff(self.t, prepend=self.t[0] - self.median_step)

    @property
    def origin(self) -> Origin:
        """Where the first row lies in time."""
        return Origin(self.name, float(self.t[0]), self.epoch)

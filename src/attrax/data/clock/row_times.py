"""The time of every row: counted from the first row in equal steps, or read from a time column."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int, Real

from attrax.data.clock.calendars import AbstractCalendar
from attrax.data.clock.date_form import DateForm

TOLERANCE = 0.01
"""Two time steps that differ by up to 1 % count as equal."""


@dataclass(frozen=True)
class Origin:
    """The time of the first row of a recording.

    Attributes:
        name: Name of the time column.
        start: Time of the first row.
        calendar: How times become dates; None if they are numbers.
        base: The whole number at which time is 0, for numbers that are too large to count in fractions.
        backward: Whether the numbers that are shown fall with time, as ages do.
        daytime: How times of day without a date are written, which begin again at midnight; None for all other times.
            Times are then seconds since the first midnight.
    """

    name: str = "time"
    start: float = 0.0
    calendar: AbstractCalendar | None = None
    base: int = 0
    backward: bool = False
    daytime: DateForm | None = None

    @property
    def epoch(self) -> np.datetime64 | None:
        """The date at which time is 0; None if times are not dates."""
        return None if self.calendar is None else self.calendar.epoch

    @property
    def zone(self) -> str:
        """The time zone of dates, by name or as a fixed offset; empty if it is not known, or times are numbers."""
        return "" if self.calendar is None or self.calendar.zone is None else self.calendar.zone.title

    def times(self, rows: Real[np.ndarray, " row"], dt: float) -> np.ndarray:
        """Times of rows that are counted from the first one: numbers, or dates if there is a calendar.

        Dates are instants in UTC if their zone is known, else local times.
        """
        t = self.start + rows * dt
        if self.backward:
            # Adding zero turns -0.0 into 0.0.
            t = 0.0 - t
        if self.calendar is not None:
            return self.calendar.dates(t)
        if self.base:
            return self.base + np.rint(t).astype(np.int64)
        # Twelve digits undo the rounding of decimal steps: 0.7, not 0.7000000000000001. Times that are large beside
        # their step, such as seconds since 1970, need more.
        size = float(np.abs(t).max(initial=0.0)) / abs(dt) if dt else 0.0
        digits = min(15, max(12, 6 + int(np.ceil(np.log10(max(size, 1.0))))))
        return np.array([float(f"{value:.{digits}g}") for value in t])

    def text(self, rows: Real[np.ndarray, " row"], dt: float) -> list[str]:
        """Times of rows as text: dates are written as in the recording, in local time with the offset of the zone."""
        if self.daytime is not None:
            return self.daytime.time_text(self.start + rows * dt)
        if self.calendar is not None:
            return self.calendar.text(self.start + rows * dt)
        return [f"{value:.15g}" if isinstance(value, float) else str(value) for value in self.times(rows, dt).tolist()]

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
        calendar: How times become dates; None if they are numbers.
        base: The whole number at which time is 0, as that of an `Origin`.
        backward: Whether the numbers of the column fall with time, as ages do.
        daytime: How times of day without a date are written, as that of an `Origin`.
    """

    t: Float[np.ndarray, " time"]
    name: str
    place: str
    lines: Int[np.ndarray, " time"] | None = None
    calendar: AbstractCalendar | None = None
    base: int = 0
    backward: bool = False
    daytime: DateForm | None = None

    def __getitem__(self, rows: slice | np.ndarray) -> "Stamps":
        """The stamps of those rows."""
        return replace(self, t=self.t[rows], lines=None if self.lines is None else self.lines[rows])

    def row(self, i: int) -> str:
        """Row `i` in words, for messages: its line in the file, or its index in the array."""
        return f"row {i} (counted from 0)" if self.lines is None else f"line {self.lines[i]} of the file"

    @property
    def steps(self) -> Float[np.ndarray, " step"]:
        """The time from each row to the next; the time back, where most rows go back as ages from young to old do."""
        steps = np.diff(self.t)
        return -steps if (steps < 0).sum() > (steps > 0).sum() else steps

    @property
    def median_step(self) -> float:
        """The median of the positive steps; NaN if there is none."""
        steps = self.steps
        forward = steps[steps > 0]
        # Twelve digits undo the rounding of decimal times: 0.05, not 0.0500000000000003.
        return float(f"{np.median(forward):.12g}") if len(forward) else float("nan")

    @property
    def uneven(self) -> Bool[np.ndarray, " step"]:
        """Which steps differ from the median by more than 1 %."""
        median = self.median_step
        return np.abs(self.steps - median) > TOLERANCE * median

    @property
    def durations(self) -> Float[np.ndarray, " time"]:
        """The time between each row and the row before it; for the first row, the median step."""
        return np.diff(self.t, prepend=self.t[0] - self.median_step)

    @property
    def origin(self) -> Origin:
        """The time of the first row."""
        return Origin(self.name, float(self.t[0]), self.calendar, self.base, self.backward, self.daytime)

    @property
    def times(self) -> np.ndarray:
        """The time of every row: numbers, or dates if there is a calendar."""
        return replace(self.origin, start=0.0).times(self.t, 1.0)

    @property
    def text(self) -> list[str]:
        """The time of every row as text."""
        return replace(self.origin, start=0.0).text(self.t, 1.0)

    def shown(self, i: int) -> str:
        """The time of row `i` as text, for messages."""
        return self[i : i + 1].text[0] if np.isfinite(self.t[i]) else "no time"

"""Origin: where a recording lies in time, so that what follows it can be dated as it was."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Real


@dataclass(frozen=True)
class Origin:
    """The time of the first row of a recording.

    Attributes:
        name: Name of the time column.
        start: Time of the first row.
        epoch: The moment from which times count, in seconds; None where times are no dates.
    """

    name: str = "time"
    start: float = 0.0
    epoch: np.datetime64 | None = None

    def times(self, rows: Real[np.ndarray, " row"], dt: float) -> np.ndarray:
        """Times of rows counted from the first: numbers, or dates with as many digits as they need."""
        t = self.start + rows * dt
        if self.epoch is None:
            # Twelve digits undo the rounding of decimal steps: 0.7, not 0.7000000000000001.
            return np.array([float(f"{value:.12g}") for value in t])
        return self.epoch.astype("datetime64[us]") + np.rint(1e6 * t).astype("timedelta64[us]")

    def later(self, time: float) -> "Origin":
        """The origin of a recording that begins so much later."""
        return replace(self, start=self.start + time)


START = Origin()

"""`Compared`: the recordings and the free runs that the gates compare, and `GateResult`: the result of a gate."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

MOST_CHANNELS = 5
LEAST_VARIANCE = 0.05


@dataclass(frozen=True)
class GateResult:
    """What a gate has found.

    Attributes:
        name: Its name.
        finding: A sentence on how the free runs differ from those of a perfect model; empty if the gate was passed.

    Example:
        >>> GateResult("speed", "").passed, GateResult("speed", "5 % faster than the recording").passed
        (True, False)
    """

    name: str
    finding: str

    @property
    def passed(self) -> bool:
        """Whether a perfect model could have made such free runs."""
        return not self.finding


@dataclass(frozen=True, eq=False)
class Compared:
    """Stretches of recordings and free runs of the same channels.

    Attributes:
        recordings: The test recording, and the training recording if the two are comparable; without gaps.
        runs: The free runs, with the observation noise of the recording; none of them diverged.
        clean_runs: The free runs without added noise.
        train: The training recording, of which the free runs could be a copy.
        lags: The lags at which the order of rows is compared: 1 row, and parts of the decorrelation time.
        channels: Names of the channels.
        period: Rows in the dominant period of the recording; None if it has none.
    """

    recordings: tuple[Float[np.ndarray, "_ obs"], ...]
    runs: tuple[Float[np.ndarray, "n obs"], ...]
    clean_runs: tuple[Float[np.ndarray, "n obs"], ...]
    train: Float[np.ndarray, "time obs"]
    lags: tuple[int, ...]
    channels: tuple[str, ...]
    period: float | None = None

    def coordinates(self, x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, "time coordinate"]:
        """The standardised channels; where there are more than five, their first principal components instead.

        These are at most five, and only those with a twentieth of the variance or more: a difference in the others is
        too small to be seen.

        Args:
            x: Rows of a recording or of a free run.
        """
        mean, deviation, axes, size = self._frame
        x = (x - mean) / deviation
        return x if axes is None else x @ axes / size

    @cached_property
    def recorded_coordinates(self) -> tuple[Float[np.ndarray, "_ coordinate"], ...]:
        """The coordinates of each recording."""
        return tuple(map(self.coordinates, self.recordings))

    @cached_property
    def run_coordinates(self) -> tuple[Float[np.ndarray, "n coordinate"], ...]:
        """The coordinates of each free run, as it would be recorded."""
        return tuple(map(self.coordinates, self.runs))

    @property
    def quarter(self) -> int:
        """A quarter of the decorrelation time, in rows."""
        return max(1, max(self.lags) // 4)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the coordinates are called in a sentence."""
        if len(self.channels) <= MOST_CHANNELS:
            return tuple(f"channel {name}" for name in self.channels)
        return tuple(f"principal component {i + 1}" for i in range(self._frame[2].shape[1]))

    @cached_property
    def _frame(self) -> tuple:
        whole = np.concatenate(self.recordings)
        mean, deviation = whole.mean(axis=0), whole.std(axis=0)
        deviation = np.where(deviation > 0, deviation, 1.0)
        if whole.shape[1] <= MOST_CHANNELS:
            return mean, deviation, None, None
        z = (whole - mean) / deviation
        variance, axes = np.linalg.eigh(z.T @ z)
        counted = max(1, min(MOST_CHANNELS, int((variance >= LEAST_VARIANCE * variance.sum()).sum())))
        axes = axes[:, : -counted - 1 : -1]
        return mean, deviation, axes, (z @ axes).std(axis=0)

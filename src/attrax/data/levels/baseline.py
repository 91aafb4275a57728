"""`Baseline`: the slow part of the channels of one series, its continuation, and the error of that."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

MOST_LAGS = 64


@dataclass(frozen=True, eq=False)
class Baseline:
    """The slow part of some channels, row by row; after the last row it stays as it is there.

    Attributes:
        channels: Names of the channels.
        values: The slow part in every row of the series.
        begin: The row of the level of the series, as `Level` counts them, at which the values begin.
        stride: Rows of the level from one value to the next.
    """

    channels: tuple[str, ...]
    values: Float[np.ndarray, "time channel"]
    begin: float = 0.0
    stride: float = 1.0

    def at(self, rows: Float[np.ndarray, " n"]) -> Float[np.ndarray, "n channel"]:
        """The slow part in some rows of the level; outside the series, that of its nearest row."""
        return self.values[np.clip(self._places(rows), 0, len(self.values) - 1)]

    def error(self, rows: Float[np.ndarray, " n"]) -> Float[np.ndarray, "n channel"]:
        """Root mean square distance of the slow part from its last value, some rows later; 0 inside the series.

        Example:
            >>> slow = Baseline(("x",), np.sin(np.arange(1000.0) / 50)[:, None])
            >>> slow.error(np.array([500.0, 1000.0, 1100.0])).round(2).tolist()
            [[0.0], [0.01], [1.19]]
        """
        ahead = np.maximum(self._places(rows) - (len(self.values) - 1), 0)
        farthest = max(min(int(ahead.max(initial=0)), len(self.values) // 2), 1)
        lags = np.unique(np.geomspace(1, farthest, MOST_LAGS).astype(np.int64))
        moved = np.array([np.sqrt(np.mean((self.values[lag:] - self.values[:-lag]) ** 2, axis=0)) for lag in lags])
        found = [np.interp(ahead, np.r_[0, lags], np.r_[0.0, column]) for column in moved.T]
        return np.stack(found, axis=1)

    def _places(self, rows: Float[np.ndarray, " n"]) -> np.ndarray:
        return np.rint((rows - self.begin) / self.stride).astype(np.int64)

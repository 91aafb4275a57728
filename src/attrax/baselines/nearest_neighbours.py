"""Forecasts from nearest neighbours: the simplest nonlinear forecasts, with nothing to train.

Where they are better than the linear null, the recording has nonlinear structure.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

NEIGHBOURS = 5
COPIES = 3
MOST_FORECASTS = 2_000


@dataclass(frozen=True, eq=False)
class NearestNeighbours:
    r"""Forecasts by the mean of what followed the five most similar stretches of the training recording.

    $\hat x_{t+h} = x_t + \frac15 \sum_k (y_{t_k+h} - y_{t_k})$, with $y_{t_k}$ the rows of the training recording whose
    stretches $(y_t, y_{t-\ell}, y_{t-2\ell})$ are nearest to that of $x_t$, in standard deviations of the channels.

    Attributes:
        recording: The longest training recording, with straight lines through its gaps.
        lag: The lag $\ell$ in rows.
    """

    recording: Float[np.ndarray, "time obs"]
    lag: int

    def forecasts(
        self, x: Float[np.ndarray, "time obs"], horizons: tuple[int, ...]
    ) -> dict[int, Float[np.ndarray, "_ obs"]]:
        """The forecast of `x[t + horizon]`, by horizon, for 2,000 evenly spread rows `t`; NaN for the others.

        Args:
            x: A recording without missing values.
            horizons: Numbers of steps ahead.
        """
        y, last = self.recording, len(self.recording) - max(horizons)
        if last <= NEIGHBOURS:
            return {}
        chosen = np.unique(np.linspace(0, len(x) - 1, MOST_FORECASTS, dtype=int))
        nearest = KDTree(self._stretches(y[:last])).query(self._stretches(x)[chosen], NEIGHBOURS)[1]
        found = {}
        for horizon in horizons:
            forecasts = np.full(x.shape, np.nan)
            forecasts[chosen] = x[chosen] + (y[nearest + horizon] - y[nearest]).mean(axis=1)
            found[horizon] = forecasts[: len(x) - horizon]
        return found

    def _stretches(self, x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, "time value"]:
        z = x / np.maximum(self.recording.std(axis=0), np.finfo(float).tiny)
        rows = np.arange(len(z))
        return np.hstack([z[np.maximum(rows - k * self.lag, 0)] for k in range(COPIES)])

"""Sampling: how densely the motion is sampled."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.diagnosis.held_out_forecasts import HeldOutForecasts

FINEST = 200
WANTED = 80
COARSEST = 4
CHANCE = 0.9
MOST_CHANNELS = 10
FEWEST_ROWS = 200


@dataclass(frozen=True)
class SamplingDensity:
    r"""How many rows there are in a cycle of the fastest motion.

    Attributes:
        rows_per_turn: $2\pi/\omega$, where $\omega$ is the root mean square frequency of the fastest channel. It comes
            from the decay of the autocorrelation, so that sharp peaks within a period count as fast motion.
        autocorrelation: Autocorrelation of the fastest channel at a lag of one row.
        unforeseen: Error of a prediction of the next row from nearest neighbours, in standard deviations. Computed only
            for fewer than four rows in a cycle and up to ten channels, otherwise 0.
    """

    rows_per_turn: float
    autocorrelation: float
    unforeseen: float = 0.0

    @property
    def every(self) -> int:
        """Advice to keep every n-th row; 1 unless the recording is over-sampled, with more than 200 rows in a cycle."""
        return int(self.rows_per_turn // WANTED) if self.rows_per_turn > FINEST else 1

    @property
    def coarse(self) -> bool:
        """Whether rows do not predict the next one, so that the recording is under-sampled or noise."""
        return self.unforeseen > CHANCE


def sampling_density(x: Float[np.ndarray, "time obs"]) -> SamplingDensity:
    r"""Rows in a cycle, from the autocorrelation at lags of one and two rows.

    For small lags $r(k) = r_0\,(1 - \omega^2 k^2 / 2)$, where white noise lowers $r_0$ below 1. Two lags give $\omega$
    for any noise: $\omega^2 = 2\,(r(1) - r(2)) / 3r_0$ with $r_0 = (4\,r(1) - r(2)) / 3$. If $r(1)$ is below 1/e,
    sampling is coarse, and the result is 2 rows in a cycle.

    Args:
        x: Standardised channels.
    """
    if len(x) < 3 or x.shape[1] == 0:
        return SamplingDensity(2.0, 0.0)
    r1, r2 = ((x[k:] * x[:-k]).mean(axis=0) for k in (1, 2))
    r0 = np.maximum((4 * r1 - r2) / 3, 1e-12)
    omega = np.sqrt(np.maximum(2 * (r1 - r2) / (3 * r0), 1e-12))
    rows = np.where(r1 > np.exp(-1), np.maximum(2 * np.pi / omega, 2.0), 2.0)
    fastest = int(np.argmin(rows))
    asked = rows[fastest] < COARSEST and x.shape[1] <= MOST_CHANNELS and len(x) >= FEWEST_ROWS
    return SamplingDensity(float(rows[fastest]), float(r1[fastest]), _unforeseen(x) if asked else 0.0)


def _unforeseen(x: Float[np.ndarray, "time obs"]) -> float:
    forecasts = HeldOutForecasts(x, (1,), 2, most_states=1_200)
    return float(min(forecasts.local_errors(lags).mean() for lags in ((0,), (0, 1, 2))))

r"""Time direction: forward and backward differ in the free runs as they do in the recording.

For every lag $\tau$, $\langle (z_{i,t+\tau} - z_{i,t})^3 \rangle$ of each coordinate and
$\langle z_{i,t} z_{j,t+\tau} - z_{j,t} z_{i,t+\tau} \rangle$ of each pair change their signs if time runs backward. In
a linear process the first one is 0. Observation noise changes neither.
"""

from itertools import combinations

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text
from attrax.measures.gates.compared import Compared
from attrax.measures.gates.long_run_average import averages

SHARE = 0.5
"""Difference that does not count, as a share of the asymmetry of the recording; with time reversed it is 2."""

LEAST = 0.05
"""Difference that does not count, as a share of the same averages of absolute values."""


def time_direction(compared: Compared) -> str:
    """The most significant difference between the asymmetries, as a sentence; empty if there is none."""
    for lag in compared.lags:
        found = averages(compared, lambda z, lag=lag: asymmetries(z, lag))
        terms = [asymmetries(z, lag) for z in compared.recorded_coordinates]
        size = np.mean(np.abs(np.concatenate(terms)), axis=0)
        off = found.differs(np.maximum(SHARE * np.abs(found.recorded), LEAST * size))
        if off.any():
            sureness = np.abs(found.simulated - found.recorded) / (found.recorded_error + 1e-9 * size)
            i = int(np.argmax(np.where(off, sureness, -1)))
            return (
                f"forward and backward in time do not differ as in the recording: {_name(compared, i)} over {lag} rows "
                f"is {number_text(found.simulated[i])} in the free runs against "
                f"{number_text(found.recorded[i], found.recorded_error[i])}"
            )
    return ""


def asymmetries(z: Float[np.ndarray, "time coordinate"], lag: int) -> Float[np.ndarray, "row quantity"]:
    """The terms of both averages, for each row that has a row `lag` steps later.

    Args:
        z: Standardised coordinates.
        lag: Number of rows.
    """
    now, later = z[:-lag], z[lag:]
    pairs = [now[:, i] * later[:, j] - now[:, j] * later[:, i] for i, j in combinations(range(z.shape[1]), 2)]
    return np.column_stack([(later - now) ** 3, *pairs])


def _name(compared: Compared, i: int) -> str:
    n = len(compared.names)
    if i < n:
        return f"the mean cubed increment of {compared.names[i]}"
    first, second = list(combinations(range(n), 2))[i - n]
    return f"the correlation of {compared.names[first]} with later {compared.names[second]}, less the reverse,"

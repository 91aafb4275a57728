"""Stationarity: the free runs do not drift.

Mean, variance and speed of every coordinate are compared between the first and the second half of each free run. The
speed is measured by the squared increments over a quarter of the decorrelation time.
"""

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text, share_text
from attrax.measures.gates.compared import Compared
from attrax.measures.gates.long_run_average import Quantities, averages

LEVEL, SPREAD = 0.06, 0.06
"""Changes that do not count: of the mean in standard deviations, of the variance and of the speed in shares."""

WORDS = ("mean", "variance", "speed")


def stationarity(compared: Compared) -> str:
    """The largest change between the halves of the free runs, as a sentence; empty if there is none."""
    n = len(compared.names)
    found = averages(compared, level_spread_speed(compared.quarter))
    size = np.concatenate([np.ones(2 * n), found.recorded[2 * n :]])
    tolerance = np.concatenate([np.full(n, LEVEL), np.full(2 * n, SPREAD)]) * size
    off = found.drifts(tolerance)
    if not off.any():
        return ""
    change = np.sqrt(np.mean(np.diff(found.halves, axis=1)[:, 0] ** 2, axis=0))
    i = int(np.argmax(np.where(off, change / np.maximum(tolerance, 1e-12), -1)))
    share = change[i] / max(size[i], 1e-12)
    amount = f"{number_text(share)} standard deviations" if i < n else share_text(share)
    return (
        f"the free runs drift: the {WORDS[i // n]} of {compared.names[i % n]} changes by {amount} between their halves"
    )


def level_spread_speed(lag: int) -> Quantities:
    """The function of coordinates whose averages are their means, variances and squared increments over `lag` rows."""

    def quantities(z: Float[np.ndarray, "time coordinate"]) -> Float[np.ndarray, "row quantity"]:
        return np.hstack([z[lag:], z[lag:] ** 2, (z[lag:] - z[:-lag]) ** 2])

    return quantities

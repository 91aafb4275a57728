r"""Occupation: the free runs spend as much time in each half of the state space as the recording.

Half of the recorded rows lie above the median of a coordinate. In free runs the share $\langle [y_i > m_i] \rangle$
must be the same within its error, and no run may stay in one half longer than stretches of the recording do.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import share_text
from attrax.measures.gates.compared import Compared
from attrax.measures.gates.long_run_average import averages

TOLERANCE = 0.07
"""Difference between shares that does not count, however sure it is."""


def occupation(compared: Compared) -> str:
    """The largest difference between the shares of time above a median, as a sentence; empty if there is none."""
    recorded, simulated = map(np.concatenate, (compared.recorded_coordinates, compared.run_coordinates))
    n, every = len(compared.names), -(-len(simulated) // len(recorded))
    medians = np.median(recorded, axis=0), np.median(np.concatenate([recorded, simulated[::every]]), axis=0)

    def above(z: Float[np.ndarray, "time coordinate"]) -> Float[np.ndarray, "time quantity"]:
        return np.hstack([z > median for median in medians]).astype(float)

    found = averages(compared, above)
    # A recording that was by chance above the true median for longer varies less around its own median.
    variance = np.maximum(found.variance[:n], found.variance[n:])
    found = replace(found, recorded=found.recorded[:n], variance=variance, halves=found.halves[:, :, :n])
    off = found.differs(TOLERANCE)
    if off.any():
        i = int(np.argmax(np.where(off, np.abs(found.simulated - found.recorded), -1)))
        return (
            f"the free runs have {compared.names[i]} above its median for {share_text(found.simulated[i])} of the "
            f"time, the recording for {share_text(found.recorded[i], max(found.recorded_error[i], 0.001))}"
        )
    apart = found.scatters(2 * TOLERANCE)
    if apart.any():
        i = int(np.argmax(apart))
        shares = found.halves.mean(axis=1)[:, i]
        return (
            f"the free runs disagree: {compared.names[i]} is above its median for {share_text(shares.min())} of the "
            f"time in one run and for {share_text(shares.max())} in another; stretches of the recording differ less"
        )
    return ""

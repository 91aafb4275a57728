r"""Speed: the free runs have the mean frequency of the recording.

The mean frequency of a coordinate, in cycles per row, follows from its autocorrelation $C$ at a lag $\ell$ of a
quarter of the decorrelation time:

$$f = \frac{\arccos C(\ell)}{2 \pi \ell}, \qquad
  1 - C(\ell) = \frac{\langle (z_{t+\ell} - z_t)^2 \rangle}{\langle z_t^2 + z_{t+\ell}^2 \rangle}$$

For a harmonic oscillation it is the frequency of the peak of the spectrum. It is known far better than the place of the
peak, and it does not depend on the amplitude.
"""

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text, share_text
from attrax.measures.gates.compared import Compared
from attrax.measures.gates.long_run_average import averages

TOLERANCE = 0.03
"""Relative difference between frequencies that does not count, however sure it is."""


def speed(compared: Compared) -> str:
    """The most significant difference between the mean frequencies, as a sentence; empty if there is none."""
    lag = compared.quarter
    share = np.mean([_share(z, lag) for z in compared.recorded_coordinates], axis=0)

    def excess(z: Float[np.ndarray, "time coordinate"]) -> Float[np.ndarray, "row coordinate"]:
        return (z[lag:] - z[:-lag]) ** 2 - share * (z[lag:] ** 2 + z[:-lag] ** 2)

    found = averages(compared, excess)
    theirs = _frequency(share, lag)
    # A change of the frequency by df changes 1 - C by 2 pi lag sin(2 pi f lag) df; the squares have a mean of 2.
    slope = 4 * np.pi * lag * np.maximum(np.sin(2 * np.pi * theirs * lag), 0.1)
    off = found.differs(TOLERANCE * slope * theirs)
    if not off.any():
        return ""
    ours = _frequency(np.mean([_share(z, lag) for z in compared.run_coordinates], axis=0), lag)
    error = found.recorded_error / slope
    i = int(np.argmax(np.where(off, np.abs(found.simulated) / (found.recorded_error + 1e-9), -1)))
    off_by = f"{share_text(abs(ours[i] / theirs[i] - 1))} {'faster' if ours[i] > theirs[i] else 'slower'}"
    return (
        f"the free runs are {off_by} than the recording: {number_text(ours[i])} against "
        f"{number_text(theirs[i], error[i])} cycles per row in {compared.names[i]}"
    )


def _share(z: Float[np.ndarray, "time coordinate"], lag: int) -> Float[np.ndarray, " coordinate"]:
    """The quantity 1 - C."""
    squares = np.mean(z[lag:] ** 2 + z[:-lag] ** 2, axis=0)
    return np.mean((z[lag:] - z[:-lag]) ** 2, axis=0) / np.maximum(squares, np.finfo(float).tiny)


def _frequency(share: Float[np.ndarray, " coordinate"], lag: int) -> Float[np.ndarray, " coordinate"]:
    return np.arccos(np.clip(1 - share, -1, 1)) / (2 * np.pi * lag)

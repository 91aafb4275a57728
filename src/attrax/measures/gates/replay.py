r"""Replay: the free runs are no copy of the training recording.

The distance of a stretch from the most similar stretch of the training recording is as large for free runs of a perfect
model as for the test recording. For a replay it is 0. Stretches are compared at six rows that span a lag.
"""

import numpy as np
from jaxtyping import Float
from scipy.spatial import KDTree

from attrax.core.number_text import number_text
from attrax.measures.gates.compared import Compared

CLOSER = 0.1
"""A copy: the median distance from the training recording is less than this share of that of the test recording."""

ROWS_COMPARED = 6
MOST_STRETCHES = 400
NOTHING = 1e-6
"""Distance, in standard deviations, below which the recording repeats itself, so that a copy cannot be recognised."""


def replay(compared: Compared) -> str:
    """Whether the free runs copy the training recording, as a sentence; empty if they do not."""
    step = max(1, max(compared.lags) // (ROWS_COMPARED - 1))
    tree = KDTree(_stretches(compared.coordinates(compared.train), step))
    test = _sample(_stretches(compared.coordinates(compared.recordings[0]), step))
    runs = np.concatenate([_stretches(compared.coordinates(run), step) for run in compared.clean_runs])
    own, expected = (float(np.median(tree.query(stretches)[0])) for stretches in (_sample(runs), test))
    if own >= CLOSER * expected or expected < NOTHING:
        return ""
    return (
        f"the free runs repeat the training recording: their distance from it is {number_text(own)}, that of the test "
        f"recording is {number_text(expected)}"
    )


def _stretches(z: Float[np.ndarray, "time coordinate"], step: int) -> Float[np.ndarray, "stretch value"]:
    n = len(z) - (ROWS_COMPARED - 1) * step
    return np.hstack([z[i * step : i * step + n] for i in range(ROWS_COMPARED)])


def _sample(stretches: Float[np.ndarray, "stretch value"]) -> Float[np.ndarray, "chosen value"]:
    return stretches[np.linspace(0, len(stretches) - 1, min(MOST_STRETCHES, len(stretches)), dtype=int)]

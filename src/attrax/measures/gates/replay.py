r"""Replay: the free runs are no copy of the training recording.

The distance of a stretch from the most similar stretch of the training recording is as large for free runs of a perfect
model as for the test recording. For a replay it is 0. Stretches are compared at six rows that span a lag.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int
from scipy.spatial.distance import cdist

from attrax.core.number_text import number_text
from attrax.kernels.threads import in_threads
from attrax.measures.gates.compared import Compared

CLOSER = 0.1
"""A copy: the median distance from the training recording is less than this share of that of the test recording."""

ROWS_COMPARED = 6
MOST_STRETCHES, FEWEST_STRETCHES = 400, 50
MOST_PAIRS = 40_000_000
"""Stretches compared times rows of the training recording; all its rows count, because a copy can be of any of them."""

_BLOCK = 5_000

NOTHING = 1e-6
"""Distance, in standard deviations, below which the recording repeats itself, so that a copy cannot be recognised."""


def replay(compared: Compared) -> str:
    """Whether the free runs copy the training recording, as a sentence; empty if they do not."""
    step = max(1, max(compared.lags) // (ROWS_COMPARED - 1))
    train = compared.coordinates(compared.train)
    most = max(FEWEST_STRETCHES, min(MOST_STRETCHES, MOST_PAIRS // len(train)))
    test, runs = compared.recorded_coordinates[:1], tuple(map(compared.coordinates, compared.clean_runs))
    own, expected = (float(np.median(_nearest(train, _sample(parts, step, most), step))) for parts in (runs, test))
    if own >= CLOSER * expected or expected < NOTHING:
        return ""
    return (
        f"the free runs repeat the training recording: their distance from it is {number_text(own)}, that of the test "
        f"recording is {number_text(expected)}"
    )


def _nearest(
    z: Float[np.ndarray, "time coordinate"], chosen: Float[np.ndarray, "chosen value"], step: int
) -> Float[np.ndarray, " chosen"]:
    """The distance of each chosen stretch from the nearest one of a recording.

    All are compared, part by part: a tree of so many dimensions would visit most of them, too.
    """
    begins = np.arange(len(z) - (ROWS_COMPARED - 1) * step)

    def within(first: int) -> Float[np.ndarray, " chosen"]:
        return cdist(chosen, _stretches(z, begins[first : first + _BLOCK], step)).min(axis=1)

    return np.min(in_threads(within, range(0, len(begins), _BLOCK)), axis=0)


def _sample(
    parts: Sequence[Float[np.ndarray, "time coordinate"]], step: int, most: int
) -> Float[np.ndarray, "chosen value"]:
    """Stretches of recordings of equal length, at even distances."""
    begins = np.arange(len(parts[0]) - (ROWS_COMPARED - 1) * step)
    rows = np.concatenate([begins + i * len(parts[0]) for i in range(len(parts))])
    chosen = np.linspace(0, len(rows) - 1, min(most, len(rows)), dtype=int)
    return _stretches(np.concatenate(parts), rows[chosen], step)


def _stretches(
    z: Float[np.ndarray, "time coordinate"], begins: Int[np.ndarray, " stretch"], step: int
) -> Float[np.ndarray, "stretch value"]:
    return np.hstack([z[begins + i * step] for i in range(ROWS_COMPARED)])

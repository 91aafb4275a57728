"""Embedding delay: the first minimum of the mutual information."""

import numpy as np
from jaxtyping import Float, Int

from attrax.data.diagnosis.period import autocorrelation

BINS = 24
LONGEST = 1_000
SMOOTH = 5
RESOLUTION = 30


def delay(x: Float[np.ndarray, " time"]) -> int:
    """The first minimum of the mutual information between a channel and its delayed copy, in rows.

    If the autocorrelation at a lag of one row is below 1/e, as for maps, the delay is 1. If there is no minimum within
    a thousand rows or a tenth of the recording, the delay is the lag at which the autocorrelation falls below 1/e.

    Args:
        x: One standardised channel.

    Cost: One histogram for each delay that is tried: every delay, or 30 up to the lag of 1/e.

    References: [@fraser1986].
    """
    longest = min(LONGEST, len(x) // 10)
    below = np.flatnonzero(autocorrelation(x, longest) < np.exp(-1))
    decayed = int(below[0]) if len(below) else longest
    if decayed <= 1:
        return 1
    ranks = _ranks(x)
    stride = max(decayed // RESOLUTION, 1)
    information: list[float] = []
    for lag in range(stride, longest + 1, stride):
        information.append(_information(ranks[:-lag], ranks[lag:]))
        back = _first_minimum(np.array(information[-3 * SMOOTH :]))
        if back is not None:
            return lag - back * stride
    return decayed


def _ranks(x: Float[np.ndarray, " time"]) -> Int[np.ndarray, " time"]:
    ranks = np.empty(len(x), dtype=np.int64)
    ranks[np.argsort(x, kind="stable")] = np.arange(len(x)) * BINS // len(x)
    return ranks


def _information(a: Int[np.ndarray, " n"], b: Int[np.ndarray, " n"]) -> float:
    r"""$I = \sum p_{ij} \log (p_{ij} / p_i p_j)$ in nats, of two sequences of bin numbers with equally filled bins."""
    p = np.bincount(BINS * a + b, minlength=BINS**2).reshape(BINS, BINS) / len(a)
    product = p.sum(axis=1)[:, None] * p.sum(axis=0)
    seen = p > 0
    return float((p[seen] * np.log(p[seen] / product[seen])).sum())


def _first_minimum(tail: Float[np.ndarray, " lag"]) -> int | None:
    """Steps from the end of the tail to its middle, if this is the minimum of the smoothed tail; else None."""
    if len(tail) < 3 * SMOOTH:
        return None
    smooth = np.convolve(tail, np.ones(SMOOTH) / SMOOTH, mode="valid")
    middle = len(smooth) // 2
    return len(tail) - 1 - (middle + SMOOTH // 2) if int(np.argmin(smooth)) == middle else None

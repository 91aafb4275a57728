"""Gaps: what a simulator takes for a value that was not recorded."""

import numpy as np
from jaxtyping import Float


def fill_forward(x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, "time obs"]:
    """Each missing value (NaN) replaced by the last one before it, or by the channel's mean where there is none.

    A channel without any value becomes 0.

    Example:
        >>> fill_forward(np.array([[1.0], [np.nan], [3.0]])).ravel()
        array([1., 1., 3.])
    """
    seen = np.isfinite(x)
    if seen.all():
        return x
    mean = np.where(seen, x, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    guarded = np.concatenate([mean[None], x])
    rows = np.where(seen, np.arange(1, len(x) + 1)[:, None], 0)
    return np.take_along_axis(guarded, np.maximum.accumulate(rows, axis=0), axis=0)

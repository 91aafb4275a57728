"""Missing values (NaN) in the context that a simulator continues."""

import numpy as np
from jaxtyping import Float


def fill_forward(x: Float[np.ndarray, "time obs"]) -> Float[np.ndarray, "time obs"]:
    """Replace each missing value by the last one before it, or by the mean of the channel if there is none.

    A channel without any value becomes 0.

    Args:
        x: A recording, NaN where a value is missing.

    Example:
        >>> fill_forward(np.array([[1.0], [np.nan], [3.0]])).ravel()
        array([1., 1., 3.])
    """
    observed = np.isfinite(x)
    if observed.all():
        return x
    mean = np.where(observed, x, 0.0).sum(axis=0) / np.maximum(observed.sum(axis=0), 1)
    extended = np.concatenate([mean[None], x])
    rows = np.where(observed, np.arange(1, len(x) + 1)[:, None], 0)
    return np.take_along_axis(extended, np.maximum.accumulate(rows, axis=0), axis=0)

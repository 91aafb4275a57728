"""The rounding of recorded values."""

import numpy as np
from jaxtyping import Float

MOST_DIGITS = 9
_FEW = 256


def resolution(x: Float[np.ndarray, " time"]) -> float:
    """The unit of the last decimal place of all values; 0 if they are not rounded to nine places or fewer.

    Example:
        >>> resolution(np.array([0.25, 0.5, 1.75]))
        0.01
    """
    limit = 1e-12 * np.abs(x).max(initial=1e-300)
    some = x[:: max(len(x) // _FEW, 1)]
    for digits in range(MOST_DIGITS + 1):
        # A few values rule out most places without a pass over all values.
        if all(np.abs(np.round(values, digits) - values).max(initial=0.0) <= limit for values in (some, x)):
            return 10.0**-digits
    return 0.0

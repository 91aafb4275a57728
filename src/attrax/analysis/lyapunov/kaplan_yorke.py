"""Dimension of an attractor from its Lyapunov exponents."""

import numpy as np
from jaxtyping import Float


def kaplan_yorke_dimension(exponents: Float[np.ndarray, " k"]) -> float:
    r"""The Kaplan-Yorke dimension: how many dimensions a volume needs so that the flow neither grows nor shrinks it.

    $D = j + \frac{\lambda_1 + \dots + \lambda_j}{|\lambda_{j+1}|}$ with $j$ the largest number for which the sum of
    the first $j$ exponents is not negative.

    Args:
        exponents: The largest exponents in any order and any unit of time.

    Returns: 0 for a fixed point, the number of exponents given if they do not sum to less than zero: then it is a
        lower bound, unless all exponents were given. NaN if an exponent is NaN.
    Fails when: it is read as the box or the information dimension; it equals the latter for typical systems, which is
        a conjecture.

    Example:
        >>> round(kaplan_yorke_dimension(np.array([0.906, 0.0, -14.572])), 3)
        2.062

    References: [@kaplan1979].
    """
    if np.isnan(exponents).any():
        return float("nan")
    ordered = np.sort(exponents)[::-1]
    sums = np.cumsum(ordered)
    j = int((sums >= 0).sum())  # the sums rise and then fall, so those that are not negative come first
    if j == len(ordered):
        return float(j)
    before = float(sums[j - 1]) if j else 0.0
    return j + before / abs(float(ordered[j]))

"""Kaplan-Yorke dimension: the dimension of an attractor from its Lyapunov exponents."""

import numpy as np
from jaxtyping import Float


def kaplan_yorke_dimension(exponents: Float[np.ndarray, " k"]) -> float:
    r"""The Kaplan-Yorke dimension: the dimension in which a volume neither grows nor shrinks.

    $D = j + \frac{\lambda_1 + \dots + \lambda_j}{|\lambda_{j+1}|}$ with $\lambda_1 \ge \lambda_2 \ge \dots$ the
    exponents and $j$ the largest number for which the sum of the first $j$ of them is not negative.

    Args:
        exponents: The largest Lyapunov exponents, in any order and any unit of time.

    Returns:
        The dimension. 0 for a stable fixed point; NaN if an exponent is NaN. If the sum of all exponents given is not
        negative, their number; unless all exponents of the system were given, this is a lower bound.

    Fails when: it is taken for the box-counting dimension. That it equals the information dimension of typical systems
        is a conjecture.

    Example:
        >>> round(kaplan_yorke_dimension(np.array([0.906, 0.0, -14.572])), 3)
        2.062

    References:
        Kaplan & Yorke, Chaotic behavior of multidimensional difference equations, in Functional Differential Equations
        and Approximation of Fixed Points, Springer 1979 [@kaplan1979].
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

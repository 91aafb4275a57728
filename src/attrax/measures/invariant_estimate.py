"""`InvariantEstimate`: an invariant estimated from data, with its interval, or the reason why it is only a bound."""

from dataclasses import dataclass
from math import isnan, nan

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text

BLOCKS = 16
"""Number of stretches of the recording that are left out in turn for a standard error."""


@dataclass(frozen=True)
class InvariantEstimate:
    """An estimate of an invariant, such as a dimension or an exponent.

    Attributes:
        value: The estimate; NaN if it cannot be measured or only be bounded.
        low: Lower end of the 95 % interval; the bound itself if there is only a bound; NaN without either.
        high: Upper end of the interval; infinite if there is only a bound.
        reason: Why there is no value; empty if there is one.

    Example:
        >>> str(InvariantEstimate(2.051, 2.012, 2.09))
        '2.05 (2.01 to 2.09)'
        >>> str(at_least(3.92, "noise fills the channels")), str(not_measurable("needs 5,000 rows"))
        ('at least 3.92: noise fills the channels', 'not measurable: needs 5,000 rows')
    """

    value: float
    low: float
    high: float
    reason: str = ""

    @property
    def measured(self) -> bool:
        """Whether there is a value, not only a bound or a reason."""
        return not isnan(self.value)

    def __str__(self) -> str:
        if self.measured:
            return f"{number_text(self.value)} ({number_text(self.low)} to {number_text(self.high)})"
        return (
            f"not measurable: {self.reason}" if isnan(self.low) else f"at least {number_text(self.low)}: {self.reason}"
        )


def at_least(low: float, reason: str) -> InvariantEstimate:
    """An invariant of which only a lower bound is known."""
    return InvariantEstimate(nan, low, float("inf"), reason)


def not_measurable(reason: str) -> InvariantEstimate:
    """An invariant of which nothing is known."""
    return InvariantEstimate(nan, nan, nan, reason)


def jackknife_variance(estimates: Float[np.ndarray, "block ..."]) -> Float[np.ndarray, "..."]:
    r"""The variance $\frac{b - 1}{b} \sum_i (e_i - \bar e)^2$ of an estimate, with $e_i$ that without block $i$ of $b$.

    Example:
        >>> float(jackknife_variance(np.array([1.0, 2.0, 3.0])))
        1.3333333333333333
    """
    b = len(estimates)
    return np.asarray((b - 1) / b * ((estimates - estimates.mean(axis=0)) ** 2).sum(axis=0))

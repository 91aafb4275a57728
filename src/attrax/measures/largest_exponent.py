"""The largest Lyapunov exponent, estimated from a recording, with an interval."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.measures.invariant_estimate import InvariantEstimate, at_least, jackknife_variance, not_measurable
from attrax.measures.neighbor_divergence import Divergence, neighbor_divergence

BELOW_SATURATION = 2.0
"""The growth is measured up to distances that are e to this power smaller than the attractor."""
LEAST_GROWTH = 1.0
"""Smallest growth of the logarithmic distance over which a rate is measured."""
CURVE_ERROR = 0.05
"""Error of a point of the curve that no jackknife sees, such as its waves; it makes longer ranges better."""
NOISE_JUMP = 0.25
"""In noise, neighbors part by more than this within one row, beyond the rate."""
LARGEST_MISFIT = 6.0
"""Largest mean square of the deviations from one rate, in units of their variance."""
VARYING = 0.1
"""Share by which the local rate may vary along the curve."""


class ScalingRange(NamedTuple):
    """A range of the curve, and the rate in it.

    Attributes:
        rate: Growth of the logarithmic distance per row.
        error: Standard error of the rate.
        misfit: Mean square of the deviations from one rate, in units of their variance.
    """

    rate: float
    error: float
    misfit: float


def largest_lyapunov_exponent(x: Float[np.ndarray, "time obs"], apart: int) -> InvariantEstimate:
    r"""Estimate the largest Lyapunov exponent, the mean exponential rate per row at which close states move apart.

    The slope of $S(k) = \langle \log d_i(k) \rangle_i$ with $d_i(k)$ the distance of state $i$ and its nearest neighbor
    $k$ rows later (`neighbor_divergence`). Of all ranges of $k$ in which distances grow by a factor of $e$ and stay
    $e^2$ times smaller than the attractor, the one with the smallest error counts. The error combines that between
    stretches of the recording (jackknife) and that between parts of the range.

    Args:
        x: States, or delay coordinates of one channel.
        apart: Smallest distance of neighbors in time, in rows (Theiler window); about a period.

    Returns:
        The exponent with its 95 % interval. Noise makes the rate too small, so then the lower end is only a bound. Too
        short a recording, or noise alone, cannot be measured.

    Cost: A search for nearest neighbors; half a second for 10,000 rows.

    Example:
        >>> x = [0.3]
        >>> for _ in range(3_000):
        ...     x.append(1 - abs(1 - 1.99999 * x[-1]))
        >>> found = largest_lyapunov_exponent(np.array(x)[:, None], 5)
        >>> bool(found.low < np.log(2) < found.high)
        True

    References:
        Rosenstein, Collins & De Luca, A practical method for calculating largest Lyapunov exponents from small data
        sets, Physica D 1993 [@rosenstein1993].
    """
    moving = x[:, x.std(axis=0) > 0]
    if not moving.size:
        return not_measurable("nothing changes")
    found = neighbor_divergence((moving - moving.mean(axis=0)) / moving.std(axis=0), max(apart, 1))
    if found is None:
        return not_measurable("too few states have a neighbor at another time that is not equal to them")
    part = _steadiest_range(found, max(apart, 1) if found.smooth else 1)
    return _too_short(found, len(x)) if part is None else _estimate(found, part)


def _steadiest_range(found: Divergence, step: int) -> ScalingRange | None:
    """The range with the smallest error, in multiples of `step` rows; None if there is none."""
    curve, without = found.curve[::step], found.without[:, ::step]
    close = curve <= found.saturation - BELOW_SATURATION
    end = len(curve) if close.all() else int(close.argmin())
    rates, variance = np.diff(curve) / step, jackknife_variance(np.diff(without, axis=1) / step)
    ranges = []
    for first in range(end - 2):
        for last in range(first + 2, end):
            rows, parts = (last - first) * step, rates[first:last]
            rate = float((curve[last] - curve[first]) / rows)
            if rate * rows < LEAST_GROWTH and last < len(curve) - 1:
                continue
            among = jackknife_variance((without[:, last] - without[:, first]) / rows)
            error = np.sqrt(among + parts.var(ddof=1) / len(parts) + 2 * (CURVE_ERROR / rows) ** 2)
            expected = variance[first:last] + (VARYING * rate) ** 2 + (CURVE_ERROR / rows) ** 2
            misfit = ((parts - rate) ** 2 / expected).sum() / (len(parts) - 1)
            ranges.append(ScalingRange(rate, float(error), float(misfit)))
    return min(ranges, key=lambda part: part.error, default=None)


def _estimate(found: Divergence, part: ScalingRange) -> InvariantEstimate:
    low, high = part.rate - 2 * part.error, part.rate + 2 * part.error
    if part.misfit > LARGEST_MISFIT:
        return not_measurable("the rate depends on the distance, as in noise")
    if found.curve[1] - found.curve[0] - max(part.rate, 0.0) <= NOISE_JUMP:
        return InvariantEstimate(part.rate, low, high)
    return at_least(low, "noise hides the first growth") if low > 0 else not_measurable("noise hides the growth")


def _too_short(found: Divergence, rows: int) -> InvariantEstimate:
    """The reason if neighbors are too far apart, or move apart within one row."""
    room = found.saturation - BELOW_SATURATION - found.curve[0]
    if found.curve[1] - found.curve[0] > max(room, LEAST_GROWTH):
        return not_measurable("neighbors part within one row, as in noise")
    # Neighbors in an attractor of dimension 2 come closer like one over the square root of the number of rows.
    needed = rows * np.exp(2 * max(2 * LEAST_GROWTH - room, 0.5))
    return not_measurable(f"needs more than {float(f'{needed:.1g}'):,.0f} rows")

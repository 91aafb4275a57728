"""The correlation dimension of a recording, with an interval."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text
from attrax.measures.invariant_estimate import InvariantEstimate, at_least, jackknife_variance, not_measurable
from attrax.measures.pair_distances import PER_OCTAVE, PairCounts, pair_counts

MOST_STATES = 10_000
"""Largest number of states between which distances are taken."""
LEAST_LAGS = 25
"""Smallest number of independent pairs from which a slope is taken."""
LEAST_PARTS = 2 * PER_OCTAVE
"""Smallest range, in steps between distances; two octaves."""
LARGEST_BEND = 0.2
"""Largest share of the slope that is put down to edges and curvature of the set."""
BEND_ERROR = 0.2
"""Share of this correction that counts as an error, since its shape is not known."""
VARYING = 0.04
"""Share by which the slope of an attractor varies between scales."""
LARGEST_MISFIT = 6.0
"""Largest mean square of the deviations from the fit, in units of their variance."""


class SlopeFit(NamedTuple):
    """The fit of $d + b r^2$ to the slopes in one range of distances.

    Attributes:
        dimension: The slope in the limit of small distances.
        error: Its standard error.
        misfit: Mean square of the deviations from the fit, in units of their variance.
    """

    dimension: float
    error: float
    misfit: float


def correlation_dimension(x: Float[np.ndarray, "time obs"], apart: int) -> InvariantEstimate:
    r"""Estimate the correlation dimension $d$: how fast the number of pairs of states grows with their distance.

    $C(r) \propto r^{d}$ with $C(r)$ the number of pairs closer than $r$. The slope $\frac{d \log C}{d \log r}$ of a
    bounded set falls with $r$, because states near its edge have fewer neighbors. So $d + b r^2$ is fitted to the
    slopes over each range of at least two octaves. Of all ranges, the one with the smallest error counts. The error
    combines that between stretches of the recording (jackknife), the deviations from the fit, a fifth of $b r^2$, and
    4 % for smaller scales, which may differ. At most 10,000 states are used, evenly spread over the recording.

    Args:
        x: States, or delay coordinates of one channel. The units matter: standardize channels of different kinds.
        apart: Pairs that are at most this many rows apart are left out (Theiler window); about a period. 0 for states
            that are drawn independently.

    Returns:
        The dimension with its 95 % interval. A set that fills the space of its channels has at least that dimension,
        and so has one whose dimension is above $2 \log_{10} N$ for $N$ states, which are too few.

    Cost: All pairs of 10,000 states; about half a second.

    Example:
        >>> t = np.random.default_rng(0).uniform(0, 2 * np.pi, 2_000)
        >>> found = correlation_dimension(np.stack([np.cos(t), np.sin(t)], axis=1), 0)
        >>> bool(found.low < 1 < found.high)
        True

    References:
        Grassberger & Procaccia, Measuring the strangeness of strange attractors, Physica D 1983 [@grassberger1983].
        Theiler, Spurious dimension from correlation algorithms applied to limited time-series data, Physical Review A
        1986 [@theiler1986].
        Eckmann & Ruelle, Fundamental limitations for estimating dimensions and Lyapunov exponents in dynamical systems,
        Physica D 1992 [@eckmann1992].
    """
    every = -(-len(x) // MOST_STATES)
    states = x[::every]
    pairs = pair_counts(states, -(-apart // every))
    if pairs is None:
        return not_measurable("the states are equal")
    fit = _steadiest_fit(pairs)
    if fit is None or fit.misfit > LARGEST_MISFIT:
        needed = float(f"{4 * len(x):.1g}")
        return not_measurable(f"no range of distances with one slope; needs more than {needed:,.0f} rows or less noise")
    low, high = max(fit.dimension - 2 * fit.error, 0.0), fit.dimension + 2 * fit.error
    most = 2 * np.log10(len(states))
    if high > most:
        return at_least(min(low, most), f"{len(states):,} states are too few for a dimension above {number_text(most)}")
    if high >= x.shape[1] > 1:
        return at_least(low, "the states fill the space of their channels")
    return InvariantEstimate(fit.dimension, low, high)


def _steadiest_fit(pairs: PairCounts) -> SlopeFit | None:
    """The fit with the smallest error over all ranges of distances; None if there are too few pairs."""
    known = np.flatnonzero(pairs.lags[:-1] >= LEAST_LAGS)
    if len(known) < LEAST_PARTS:
        return None
    r = np.sqrt(pairs.distances[:-1] * pairs.distances[1:])[known]
    slopes, without = _slopes(pairs.counts)[known], _slopes(pairs.without)[:, known]
    variance = np.maximum(jackknife_variance(without), _counting_variance(pairs)[known])
    fits = [
        _steadiest_from(r[first:], slopes[first:], without[:, first:], variance[first:])
        for first in range(len(known) - LEAST_PARTS + 1)
    ]
    return min((fit for fit in fits if fit is not None), key=_relative_error, default=None)


def _relative_error(fit: SlopeFit) -> float:
    return fit.error / max(fit.dimension, 1.0)


def _steadiest_from(
    r: Float[np.ndarray, " part"],
    slopes: Float[np.ndarray, " part"],
    without: Float[np.ndarray, "block part"],
    variance: Float[np.ndarray, " part"],
) -> SlopeFit | None:
    """The fit with the smallest error over all ranges that begin at the first distance, by weighted least squares.

    A range in which the slope falls too much for the effect of edges is left out; None if there is no other.
    """
    n = np.arange(LEAST_PARTS, len(r) + 1)
    inside, q = np.arange(len(r)) < n[:, None], r**2
    mean = np.cumsum(slopes / variance)[n - 1] / np.cumsum(1 / variance)[n - 1]
    weight = inside / (variance + (VARYING * np.maximum(mean, 1.0)[:, None]) ** 2)
    # With the weighted mean of r^2 taken out, the two coefficients are found one after the other.
    total = weight.sum(axis=1)
    centre = weight @ q / total
    aside = q - centre[:, None]
    spread = (weight * aside**2).sum(axis=1)
    to_bend = weight * aside / spread[:, None]
    to_dimension = weight / total[:, None] - centre[:, None] * to_bend
    dimension, bend = to_dimension @ slopes, to_bend @ slopes
    correction = bend * q[n - 1]
    straight = np.abs(correction) <= LARGEST_BEND * np.maximum(np.abs(dimension), 1.0)
    if not straight.any():
        return None
    misfit = (weight * (slopes - dimension[:, None] - bend[:, None] * q) ** 2).sum(axis=1) / (n - 2)
    among = jackknife_variance(without @ to_dimension.T)
    # What no scatter within the range shows: the shape of the correction, and scales that were not seen.
    unseen = (BEND_ERROR * correction) ** 2 + (VARYING * dimension) ** 2
    within = (1 / total + centre**2 / spread) * np.maximum(misfit, 1.0)
    fits = zip(dimension[straight], np.sqrt(within + among + unseen)[straight], misfit[straight], strict=True)
    return min((SlopeFit(*map(float, fit)) for fit in fits), key=_relative_error)


def _slopes(counts: Float[np.ndarray, "*block scale"]) -> Float[np.ndarray, "*block part"]:
    return np.diff(np.log2(np.maximum(counts, 1.0)), axis=-1) * PER_OCTAVE


def _counting_variance(pairs: PairCounts) -> Float[np.ndarray, " part"]:
    """Variance of the slopes from as many independent pairs as there are lags: binomial, given the larger count."""
    share = np.clip(pairs.counts[:-1] / np.maximum(pairs.counts[1:], 1.0), 1e-9, 1 - 1e-9)
    return (1 - share) / (share * np.maximum(pairs.lags[1:], 1)) * (PER_OCTAVE / np.log(2)) ** 2

"""The check of measures."""

import numpy as np
from jaxtyping import Float

from attrax.measures.score import AbstractMeasure, Score


def check_measure(measure: AbstractMeasure, x: Float[np.ndarray, "time obs"], *, symmetric: bool = False) -> None:
    """Check a measure: zero for equal recordings, positive for different ones, and flags for diverged simulations.

    The order of the channels must not matter.

    Args:
        measure: The implementation, a distance.
        x: A recording for which the measure can be computed.
        symmetric: Whether the two arguments may be exchanged.

    Raises:
        AssertionError: A property does not hold.

    Example:
        >>> from attrax.measures import SpectrumDistance
        >>> check_measure(SpectrumDistance(), np.sin(np.outer(np.arange(500), [0.1, 0.3])), symmetric=True)
    """
    score = measure(x, x, key=0)
    assert abs(score.value) < 1e-6, "the distance of a recording from itself is not 0"
    assert score.protocol == measure.protocol, "the score has another protocol than the measure"
    assert score.protocol.startswith(measure.name), "the protocol does not begin with the name"
    other = x + 0.5 * x.std(axis=0) * np.random.default_rng(0).normal(size=x.shape)
    before = x.copy(), other.copy()
    score = measure(x, other, key=0)
    for array, copy in zip((x, other), before, strict=True):
        np.testing.assert_array_equal(array, copy, "a recording was changed")
    assert score == measure(x, other, key=0), "the same recordings and key give another score"
    assert 1e-3 < score.value < np.inf, "another recording is not at a positive, finite distance"
    assert score.n_used > 0, "n_used does not count"
    swapped = measure(np.ascontiguousarray(x[:, ::-1]), np.ascontiguousarray(other[:, ::-1]), key=0)
    assert _agree(swapped, score), "the order of the channels matters"
    if symmetric:
        assert _agree(measure(other, x, key=0), score), "not symmetric"
    diverged = x.copy()
    diverged[len(x) // 2 :] = np.nan
    assert "diverged" in measure(x, diverged, key=0).flags, "a diverged simulation is not flagged"
    lost = measure(x, np.full_like(x, np.nan), key=0)
    assert np.isinf(lost.value), "a simulation of nothing has a finite score"
    assert {"diverged", "empty"} <= set(lost.flags), "a simulation of nothing is not flagged"
    assert lost.n_used == 0, "a simulation of nothing has used rows"


def _agree(a: Score, b: Score) -> bool:
    """Whether two scores are equal, up to rounding or, if samples are drawn, up to four standard errors."""
    sampling = 4 * sum(score.std_error or 0.0 for score in (a, b))
    return abs(a.value - b.value) <= max(sampling, 1e-9 * abs(b.value))

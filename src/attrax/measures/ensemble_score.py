"""Ensemble score: one score from several simulations of the same recording."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from attrax.kernels.threads import in_threads
from attrax.measures.bootstrap import standard_error_of_reference
from attrax.measures.score import AbstractMeasure, Score


def ensemble_score(
    measure: AbstractMeasure,
    x: Float[np.ndarray, "time obs"],
    simulations: Sequence[Float[np.ndarray, "n obs"]],
    *,
    key: int,
) -> Score:
    r"""The mean score of several simulations, $\bar M = \frac1K \sum_i M(x, \hat x_i)$, and its standard error $e$.

    $$e^2 = \frac{\operatorname{Var}_i M_i}{K} + \operatorname{Var}_b [M(x^{(b)}, \hat x) - M(x, \hat x)]$$

    The first term comes from the differences between the $K$ simulations $\hat x_i$, the second from the finite
    recording: it is the variance over recordings $x^{(b)}$ that the block bootstrap draws. A single simulation has the
    second term only.

    Args:
        measure: A measure of the attractor.
        x: The recording.
        simulations: At least one simulation.
        key: Seed of the bootstrap and of the measure.

    Returns:
        The score. Counts are sums over the simulations; it has all flags that any of them has.

    Cost: `len(simulations) + REPLICATES` calls of `measure`.

    Example:
        >>> from attrax.measures import SpectrumDistance
        >>> x, *simulations = np.random.default_rng(0).normal(size=(3, 1_000, 1))
        >>> score = ensemble_score(SpectrumDistance(), x, simulations, key=0)
        >>> score.value < 0.2, score.n_used
        (True, 2000)
    """
    scores = in_threads(lambda simulation: measure(x, simulation, key=key), simulations)
    values = [score.value for score in scores]
    if not np.isfinite(values).all():
        value, error = np.inf, None
    else:
        spread = np.var(values, ddof=1) / len(values) if len(values) > 1 else 0.0
        value = float(np.mean(values))
        error = float(np.hypot(np.sqrt(spread), standard_error_of_reference(measure, x, simulations, values, key=key)))
    flags = tuple(dict.fromkeys(flag for score in scores for flag in score.flags))
    n_used, n_dropped = sum(s.n_used for s in scores), sum(s.n_dropped for s in scores)
    return Score(value, error, scores[0].protocol, n_used, n_dropped, flags)

"""Ensemble: one score from several simulations of the same recording, with the error of both."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from attrax.measures.bootstrap import error_of_reference
from attrax.measures.score import AbstractMeasure, Score


def ensemble_score(
    measure: AbstractMeasure,
    x: Float[np.ndarray, "time obs"],
    simulations: Sequence[Float[np.ndarray, "n obs"]],
    *,
    key: int,
) -> Score:
    r"""The mean score of several simulations, $\bar M = \frac1K \sum_i M(x, \hat x_i)$, and its standard error.

    $$e^2 = \frac{\operatorname{Var}_i M_i}{K} + \operatorname{Var}_b [M(x^{(b)}, \hat x) - M(x, \hat x)]$$

    The first term is the spread over simulations, the second the block bootstrap over recordings $x^{(b)}$. A score
    from one simulation has only the second.

    Args:
        measure: A measure of the attractor.
        x: The recording.
        simulations: At least one.
        key: Seed of the bootstrap, handed to the measure too.

    Returns: The score; counts are summed over the simulations, a flag of any is a flag of all.
    Cost: `len(simulations) + REPLICATES` calls of `measure`.
    """
    scores = [measure(x, simulation, key=key) for simulation in simulations]
    values = [score.value for score in scores]
    if not np.isfinite(values).all():
        value, error = np.inf, None
    else:
        spread = np.var(values, ddof=1) / len(values) if len(values) > 1 else 0.0
        value = float(np.mean(values))
        error = float(np.hypot(np.sqrt(spread), error_of_reference(measure, x, simulations, values, key=key)))
    flags = tuple(dict.fromkeys(flag for score in scores for flag in score.flags))
    n_used, n_dropped = sum(s.n_used for s in scores), sum(s.n_dropped for s in scores)
    return Score(value, error, scores[0].protocol, n_used, n_dropped, flags)

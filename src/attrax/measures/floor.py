"""The floor of a measure: the score of a perfect model, which is not zero.

Two parts of the same recording differ, too, because both are finite. This difference is the best score that any model
can reach.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from attrax.measures.ensemble_score import ensemble_score
from attrax.measures.input_checks import finite
from attrax.measures.score import AbstractMeasure, Flag, Score

_MOST_STRETCHES = 4


def floor(
    measure: AbstractMeasure,
    x: Float[np.ndarray, "time obs"],
    other: Float[np.ndarray, "other obs"] | None = None,
    *,
    key: int = 0,
) -> Score:
    """Score one recording of a system against another one, as if the second were a simulation by a perfect model.

    Divergences fall steeply with the length of the recordings, so a floor is valid for one length. The second recording
    is cut into parts as long as the first one, which count as free runs of a perfect model. If there is only one
    recording, its first half is compared with its second half. At half the length the score is **higher** than the
    floor of the whole recording; its protocol then ends with `/halves`.

    Args:
        measure: A measure of the attractor, such as `StateSpaceDivergence`. Forecasts have no floor that could be
            computed from data; theirs is the noise of the recording.
        x: The recording that simulations are compared with.
        other: A second recording of the same system and channels, for example the training part.
        key: Seed of the bootstrap and of the measure.

    Returns:
        A score with its standard error, in which the spread between pairs of parts is included. It is flagged `halves`
        without `other`, and `shorter` if `other` is shorter than `x`.

    Raises:
        AttraxError: whatever `measure` raises.

    Cost: one call of `measure` for each pair of parts, at most ten, and `REPLICATES` for the bootstrap.

    Example:
        >>> from attrax.measures import SpectrumDistance
        >>> x = np.random.default_rng(0).normal(size=(4_000, 1))
        >>> score = floor(SpectrumDistance(), x)
        >>> score.protocol, score.value < 0.1
        ('D_H/hellinger/gauss20bins/halves', True)
    """
    length = floor_length(x, other)
    if other is None:
        score = _between_recordings(measure, x[:length], [x[length : 2 * length]], key)
        return replace(score, protocol=f"{score.protocol}/halves", flags=(*score.flags, Flag.HALVES))
    first = range(0, len(other) - length + 1, length)
    score = _between_recordings(measure, x[:length], [other[i : i + length] for i in first[:_MOST_STRETCHES]], key)
    shorter = (Flag.SHORTER,) if length < len(x) else ()
    return replace(score, flags=score.flags + shorter)


def floor_length(x: Float[np.ndarray, "time obs"], other: Float[np.ndarray, "other obs"] | None) -> int:
    """Number of rows of the stretches from which `floor` is measured: those of `x`, if there is enough to compare with.

    Args:
        x: The recording that simulations are compared with.
        other: The second recording; None if there is none.
    """
    return len(x) // 2 if other is None else min(len(x), len(other))


def _between_recordings(
    measure: AbstractMeasure, x: Float[np.ndarray, "time obs"], others: list[Float[np.ndarray, "time obs"]], key: int
) -> Score:
    score = ensemble_score(measure, x, others, key=key)
    score = replace(score, std_error=_with_spread(measure, score, others, key))
    # NaN in a recording is a missing value, whereas in a simulation it would be a divergence.
    flags = tuple(flag for flag in score.flags if flag not in (Flag.DIVERGED, Flag.MISSING))
    missing = () if all(finite(a).all() for a in (x, *others)) else (Flag.MISSING,)
    return replace(score, flags=flags + missing)


def _with_spread(
    measure: AbstractMeasure, score: Score, others: list[Float[np.ndarray, "time obs"]], key: int
) -> float | None:
    """The standard error of a floor, in which the differences between the stretches themselves count, too."""
    pairs = [measure(a, b, key=key).value for i, a in enumerate(others) for b in others[i + 1 :]]
    if score.std_error is None or not pairs:
        return score.std_error
    spread = float(np.std([score.value, *pairs], ddof=1))
    return float(np.hypot(score.std_error, spread)) if np.isfinite(spread) else np.inf

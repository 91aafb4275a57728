"""Floor: the score of a perfect model, which is not zero.

Two stretches of the same recording differ too, because both are finite. What they differ by is the best that any model
can reach; below it a score says nothing more.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from attrax.measures.averaged_score import ensemble_score
from attrax.measures.inputs import finite
from attrax.measures.score import AbstractMeasure, Flag, Score

_MOST_STRETCHES = 4


def floor(
    measure: AbstractMeasure,
    x: Float[np.ndarray, "time obs"],
    other: Float[np.ndarray, "other obs"] | None = None,
    *,
    key: int = 0,
) -> Score:
    r"""Score one recording of a system against another, as if the second were a model of the first.

    Divergences fall steeply with the length of the recordings, so a floor belongs to a length. A second recording is
    cut into stretches as long as the first, which count as so many free runs of a perfect model. From one recording
    alone the best that can be had is its first half against its second: at half the length, hence **above** the floor
    of the whole. Its protocol ends in `/halves`, since it does not measure quite the same.

    Args:
        measure: A measure of the attractor, such as `StateSpaceDivergence`. Of aligned forecasts no floor can be had
            from data; theirs is the noise of the recording.
        x: The reference that simulations are compared with.
        other: A second recording of the same system and channels, for example the training part.
        key: Seed of the bootstrap, handed to the measure too.

    Returns: A score with its standard error. It is flagged `halves`, or `shorter` if `other` was too short for the
        length of `x`.
    Raises: what `measure` raises for the two stretches.
    Cost: one call of `measure` for each of at most four stretches, and those of the bootstrap.

    Example:
        >>> from attrax.measures import SpectrumDistance
        >>> x = np.random.default_rng(0).normal(size=(4_000, 1))
        >>> score = floor(SpectrumDistance(), x)
        >>> score.protocol, score.value < 0.1
        ('D_H/hellinger/gauss20bins/halves', True)
    """
    if other is None:
        half = len(x) // 2
        score = _between_recordings(measure, x[:half], [x[half : 2 * half]], key)
        return replace(score, protocol=f"{score.protocol}/halves", flags=(*score.flags, Flag.HALVES))
    length = min(len(x), len(other))
    first = range(0, len(other) - length + 1, length)
    score = _between_recordings(measure, x[:length], [other[i : i + length] for i in first[:_MOST_STRETCHES]], key)
    shorter = (Flag.SHORTER,) if length < len(x) else ()
    return replace(score, flags=score.flags + shorter)


def _between_recordings(
    measure: AbstractMeasure, x: Float[np.ndarray, "time obs"], others: list[Float[np.ndarray, "time obs"]], key: int
) -> Score:
    score = ensemble_score(measure, x, others, key=key)
    # A recording has gaps where a simulation would have diverged.
    flags = tuple(flag for flag in score.flags if flag not in (Flag.DIVERGED, Flag.MISSING))
    missing = () if all(finite(a).all() for a in (x, *others)) else (Flag.MISSING,)
    return replace(score, flags=flags + missing)

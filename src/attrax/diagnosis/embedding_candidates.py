"""Candidates for a delay embedding: evenly spaced delays, and delays that are added one by one."""

from collections.abc import Callable

import numpy as np

MOST_COORDINATES = 18
COPIES = (2, 3, 4, 5, 7, 9)
SPANS = (0.06, 0.12, 0.25, 0.4, 0.6, 0.8, 1.0)
TRIED_DELAYS = 12


def even_candidates(longest: int, channels: int) -> list[tuple[int, ...]]:
    """Evenly spaced delays: two to nine copies over 6 % to 100 % of the longest delay.

    Args:
        longest: Largest delay in rows.
        channels: Number of channels; together their copies are at most 18 coordinates.

    Example:
        >>> even_candidates(4, 1)
        [(0, 1), (0, 2), (0, 3), (0, 4), (0, 1, 2), (0, 2, 4), (0, 1, 2, 3), (0, 1, 2, 3, 4)]
    """
    found: dict[tuple[int, ...], None] = {}
    for copies in COPIES:
        for span in SPANS:
            step = max(round(span * longest / (copies - 1)), 1)
            if step * (copies - 1) <= longest and copies * channels <= MOST_COORDINATES:
                found[tuple(range(0, step * copies, step))] = None
    return list(found)


def grown_candidates(longest: int, channels: int, score: Callable[[tuple[int, ...]], float]) -> list[tuple[int, ...]]:
    """Delays that are added one by one, each the one that lowers the score most, until none does.

    This is the idea of MDOP and PECUZAL: spacings need not be equal where a recording has several time scales.

    Args:
        longest: Largest delay in rows.
        channels: Number of channels.
        score: The score of a set of delays; smaller is better.

    Returns: The set after each step.
    Cost: Twelve scores for each delay that is added.

    References:
        Nichkawde, Optimal state-space reconstruction using derivatives on projected manifold, Physical Review E 2013
        [@nichkawde2013].
        Kraemer et al., A unified and automated approach to attractor reconstruction, New J. Physics 2021
        [@kramer2021].
    """
    tried = np.unique(np.geomspace(1, max(longest, 1), TRIED_DELAYS).round().astype(int)).tolist()
    lags, best = (0,), score((0,))
    found = []
    while (len(lags) + 1) * channels <= min(MOST_COORDINATES, COPIES[-1] * channels):
        scores = {(*lags, lag): score((*lags, lag)) for lag in tried if lag not in lags}
        if not scores or min(scores.values()) >= best:
            return found
        lags = min(scores, key=scores.__getitem__)
        best = scores[lags]
        found.append(tuple(sorted(lags)))
    return found

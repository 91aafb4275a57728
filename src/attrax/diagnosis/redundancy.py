"""Redundancy: channels that are linear functions of other channels."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

UNEXPLAINED = 1e-3


@dataclass(frozen=True)
class Redundant:
    """A channel that is a linear function of earlier channels.

    Attributes:
        channel: Its name.
        like: The earlier channel with the highest correlation.
        correlation: The correlation with that channel.
        copy: Whether it is a function of that channel alone; else of several channels.
    """

    channel: str
    like: str
    correlation: float
    copy: bool


def redundant(x: Float[np.ndarray, "time obs"], names: tuple[str, ...]) -> tuple[Redundant, ...]:
    r"""Channels of which more than 99.9 % of the variance is a linear function of the channels before.

    Each channel is regressed on the earlier channels that are not redundant themselves, so that of two copies the
    second is named. A copy has a correlation $r$ with $1 - r^2 < 10^{-3}$.

    Args:
        x: Standardised channels; the order of rows does not matter.
        names: Names of the channels.

    Returns: The redundant channels; none if there are fewer than ten rows for each channel, too few to decide.
    Cost: One correlation matrix, and a linear system for each channel.

    Example:
        >>> x = np.random.default_rng(0).normal(size=(1000, 2))
        >>> [r.channel for r in redundant(np.column_stack([x, -3 * x[:, 0], x.sum(axis=1)]), ("a", "b", "c", "d"))]
        ['c', 'd']
    """
    if len(x) < 10 * x.shape[1]:
        return ()
    correlation = x.T @ x / len(x)
    kept: list[int] = []
    found = []
    for k in range(x.shape[1]):
        r = correlation[kept, k]
        explained = r @ np.linalg.solve(correlation[np.ix_(kept, kept)], r) if kept else 0.0
        if 1 - explained >= UNEXPLAINED:
            kept.append(k)
            continue
        most = int(np.argmax(np.abs(r)))
        copy = bool(1 - r[most] ** 2 < UNEXPLAINED)
        found.append(Redundant(names[k], names[kept[most]], float(r[most]), copy))
    return tuple(found)

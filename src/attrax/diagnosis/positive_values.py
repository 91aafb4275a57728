"""Channels that cannot be negative, such as intensities, and the transform that makes their changes alike."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text
from attrax.data.column_names import option
from attrax.data.repair.constant_channels import extremes
from attrax.data.series import Dataset
from attrax.diagnosis.excerpt import rows_for

NEAR_ZERO = 0.25
"""Values begin near zero if the least is below this share of the mean."""

FEWEST_ROWS, BLOCKS = 100, 20
SKEWED, DECADE = 1.0, 10.0
LEVELS, CORRELATED = 2.0, 0.7
"""The levels of blocks differ at least by this factor, and the logarithms of level and spread have this correlation."""

LISTED = 6


@dataclass(frozen=True)
class Positive:
    """A channel that is never below zero.

    Attributes:
        channel: Its name.
        near_zero: Whether values come near to zero, as those of an intensity, a count or a concentration do.
        transform: The transform that is advised: `log`, `sqrt`, or none if it is empty.
        reason: Why it is advised.
    """

    channel: str
    near_zero: bool
    transform: str = ""
    reason: str = ""


def find_positive(dataset: Dataset) -> tuple[Positive, ...]:
    """The channels that are never below zero.

    Args:
        dataset: The recordings, before any transform.

    Example:
        >>> from attrax.reading.load import load
        >>> find_positive(load(np.exp(2 * np.sin(np.arange(400) / 5))))[0].transform
        'log'
    """
    found = []
    for k, (name, lowest) in enumerate(zip(dataset[0].channels, map(float, extremes(dataset)[0]), strict=True)):
        # Infinite if no value was observed.
        if 0 <= lowest < np.inf:
            x = dataset.longest.observed(k)
            found.append(_positive(name, x[:: max(-(-len(x) // rows_for(dataset.longest)), 1)], lowest))
    return tuple(found)


def advice_on(found: tuple[Positive, ...]) -> tuple[str, ...]:
    """A notice for the channels that a transform is advised for, with the option."""
    advised = [p for p in found if p.transform]
    if not advised:
        return ()
    parts = [f"'{p.channel}' is never below zero, and {p.reason}" for p in advised[:LISTED]]
    more = f"; and {len(advised) - LISTED} more channels" if len(advised) > LISTED else ""
    entries = option("--transform", *(f"{p.channel}={p.transform}" for p in advised))
    return (f"transform  {'; '.join(parts)}{more}  ({entries})",)


def _positive(name: str, x: Float[np.ndarray, " time"], lowest: float) -> Positive:
    x = x.astype(np.float64) / max(float(np.max(x, initial=0.0)), np.finfo(float).tiny)
    mean, spread = float(x.mean()), float(x.std())
    near = lowest == 0.0 or float(x.min()) < NEAR_ZERO * mean
    if len(x) < FEWEST_ROWS or spread <= 1e-9 * mean:
        return Positive(name, near)
    kind = "log" if lowest > 0 else "sqrt"
    skew = float(np.mean(((x - mean) / spread) ** 3))
    low, high = np.quantile(x, [0.01, 0.99])
    if skew > SKEWED and high > DECADE * low:
        return Positive(name, near, kind, f"its largest values are far from the others (skewness {number_text(skew)})")
    growing = _growing(x) if lowest > 0 else ""
    return Positive(name, near, kind, growing) if growing else Positive(name, near)


def _growing(x: Float[np.ndarray, " time"]) -> str:
    """That changes grow with the level, in words; empty if they do not."""
    rows = len(x) // BLOCKS
    blocks = x[: rows * BLOCKS].reshape(BLOCKS, rows)
    levels, spreads = blocks.mean(axis=1), blocks.std(axis=1)
    if not (spreads > 0).all() or levels.max() < LEVELS * levels.min():
        return ""
    together = float(np.corrcoef(np.log(levels), np.log(spreads))[0, 1])
    return "its changes grow with its level" if together > CORRELATED else ""

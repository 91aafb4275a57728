"""Drift: channels whose level changes through the recording, along a trend or in one step."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from jaxtyping import Float

from attrax.data.phases.clock_search import even_line

BLOCKS = 16
FEWEST_ROWS = 20 * BLOCKS
LEAST_CHANGE = 0.5
MARGIN = 3
# Two-sided at 0.001 for independent normal block means: Student's t with 14 degrees of freedom; and the largest of the
# eleven t between the means before and after, from 10^6 draws.
TREND_LIMIT = 4.14
SHIFT_LIMIT = 5.35


class DriftKind(StrEnum):
    """Types of drifts."""

    TREND = "trend"
    LEVEL_SHIFT = "level shift"


@dataclass(frozen=True)
class Drift:
    """A change of the level of a channel.

    Attributes:
        channel: Its name.
        kind: Whether a straight line or one step describes its block means better.
        change: From the first to the last row, or over the step, in standard deviations of the channel.
        at: Position of the step, as a share of the rows; 0 for a trend.
    """

    channel: str
    kind: DriftKind
    change: float
    at: float = 0.0


def drifts(x: Float[np.ndarray, "time obs"], names: tuple[str, ...]) -> tuple[Drift, ...]:
    r"""Test every channel for a trend and for a step in its level.

    The recording is cut into sixteen blocks. A line or a step is fitted to the block means. It counts if it is
    significant at the level 0.001 for independent blocks, and changes the level by at least half a standard deviation.
    If neighbouring residuals are correlated, with $\rho > 0$, blocks are not independent, and the t statistic is
    reduced by the factor $\sqrt{(1 - \rho)/(1 + \rho)}$.

    Args:
        x: Standardised channels, evenly spread over the recording.
        names: Names of the channels.

    Returns: The drifts; none for recordings of fewer than 320 rows.
    """
    if len(x) < FEWEST_ROWS:
        return ()
    rows = len(x) // BLOCKS
    means = x[: rows * BLOCKS].reshape(BLOCKS, rows, -1).mean(axis=1)
    # A clock rises evenly; without its trend, nothing would be left of it.
    clocks = {name for k, name in enumerate(names) if even_line(x[:, k]) is not None}
    found = (_drift(column, name) for column, name in zip(means.T, names, strict=True) if name not in clocks)
    return tuple(drift for drift in found if drift is not None)


def _drift(means: Float[np.ndarray, " block"], name: str) -> Drift | None:
    t = np.arange(BLOCKS) - (BLOCKS - 1) / 2
    line = means.mean() + t * (t @ means) / (t @ t)
    steps = [np.where(t < t[k], means[:k].mean(), means[k:].mean()) for k in range(MARGIN, BLOCKS - MARGIN + 1)]
    step = min(steps, key=lambda fitted: float(((means - fitted) ** 2).sum()))
    trend = Drift(name, DriftKind.TREND, float(line[-1] - line[0]) * BLOCKS / (BLOCKS - 1))
    at = float(np.count_nonzero(step == step[0])) / BLOCKS
    shift = Drift(name, DriftKind.LEVEL_SHIFT, float(step[-1] - step[0]), at)
    significant = [
        (float(((means - fitted) ** 2).sum()), drift)
        for fitted, drift, limit in ((line, trend, TREND_LIMIT), (step, shift, SHIFT_LIMIT))
        if abs(drift.change) >= LEAST_CHANGE and _t(means, fitted) > limit
    ]
    return min(significant, key=lambda pair: pair[0])[1] if significant else None


def _t(means: Float[np.ndarray, " block"], fitted: Float[np.ndarray, " block"]) -> float:
    residual = means - fitted
    scatter = float(residual @ residual)
    explained = float(((fitted - means.mean()) ** 2).sum())
    if scatter <= 1e-12 * explained:
        return np.inf
    rho = max(float(residual[1:] @ residual[:-1]) / scatter, 0.0)
    return float(np.sqrt(explained * (BLOCKS - 2) / scatter * (1 - rho) / (1 + rho)))

"""Converts channels of a model back to those of the recording: components, phases, trends and transforms are undone.

Preparation removes trends, phases and so on from a recording; here they are added again to forecasts, free runs and
filled values. A series knows what was removed: `components` converts back to the channels, `before` holds the phases,
`level` the transforms and trends.
"""

from dataclasses import replace
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from attrax.data.phases.phase_channels import Phases
from attrax.data.series import Series


class IntervalEnds(NamedTuple):
    """Values with the ends of their intervals."""

    center: Float[np.ndarray, "n obs"]
    low: Float[np.ndarray, "n obs"]
    high: Float[np.ndarray, "n obs"]


def put_back(
    phases: Phases,
    seen: Series,
    x: Float[np.ndarray, "n obs"],
    rows: Int[np.ndarray, " n"],
    guide: Float[np.ndarray, "n recorded"] | None = None,
) -> tuple[Series, Float[np.ndarray, "n recorded"]]:
    """The recording before its preparation, and values of its channels, computed from values that a model returns.

    Args:
        phases: The phases among the channels.
        seen: The recording as the model gets it, without delayed copies.
        x: Values of its channels.
        rows: The row of the recording of each row of `x`; they may lie after its end.
        guide: Values near which unbounded angles are; without it they continue from the row before the first.
    """
    if seen.components is not None:
        x, seen = seen.components.undo(x), _uncomposed(seen)
    if seen.before is not None:
        x, seen = phases.put_back(seen.before, seen.channels, x, rows, guide), seen.before
    if seen.level is not None:
        x = seen.level.undo(seen.channels, x, rows)
    return seen.recorded, x


def put_back_interval(
    phases: Phases,
    seen: Series,
    x: Float[np.ndarray, "n obs"],
    half: Float[np.ndarray, "n obs"],
    rows: Int[np.ndarray, " n"],
    *,
    share: float,
    guide: Float[np.ndarray, "n recorded"] | None = None,
) -> tuple[Series, IntervalEnds]:
    """As `put_back`, with intervals. Where a trend was removed, they include its error, which grows with the distance.

    Args:
        phases: The phases among the channels.
        seen: The recording as the model gets it, without delayed copies.
        x: Values of its channels.
        half: Half widths of their intervals.
        rows: The row of the recording of each row of `x`.
        share: Share of the values that the intervals are to contain.
        guide: As in `put_back`.
    """
    if seen.components is not None:
        x, half, seen = seen.components.undo(x), seen.components.reach(half), _uncomposed(seen)
    if seen.before is not None:
        half = phases.put_back_reach(seen.before, seen.channels, x, half, share)
        x, seen = phases.put_back(seen.before, seen.channels, x, rows, guide), seen.before
    level = seen.level
    if level is None:
        return seen, IntervalEnds(x, x - half, x + half)
    quantile = NormalDist().inv_cdf((1 + share) / 2)
    half = np.hypot(half, quantile * level.error(seen.channels, rows))
    return seen.recorded, IntervalEnds(*(level.undo(seen.channels, end, rows) for end in (x, x - half, x + half)))


def remark_on(seen: Series, x: Float[np.ndarray, "n obs"], rows: Int[np.ndarray, " n"]) -> str:
    """A remark for the user, to append to a line, on extrapolated trends and on values below zero; may be empty.

    Args:
        seen: The recording as the model gets it, without delayed copies.
        x: Values of its channels after its end.
        rows: The row of the recording of each of them.
    """
    if seen.components is not None:
        x, seen = seen.components.undo(x), _uncomposed(seen)
    level = seen.level
    if level is None:
        return ""
    below = level.below_zero(seen.channels, x, rows)
    told = f"; {below:,} values below zero are written as 0  (--transform none keeps them)" if below else ""
    return level.remark() + told


def _uncomposed(seen: Series) -> Series:
    """The recording with its channels in place of the principal components, as far as these determine the channels."""
    assert seen.components is not None
    mask = None if seen.mask is None else np.repeat(seen.mask[:, :1], len(seen.components.channels), axis=1)
    x = seen.components.undo(seen.x)
    whole = seen.replace(x=x, inputs=seen.inputs, mask=mask, channels=seen.components.channels)
    return replace(whole, components=None)

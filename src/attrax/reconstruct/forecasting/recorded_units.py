"""From the channels of a model back to those of the recording: components, phases, trends and transforms are put back.

What was taken out of a recording is put back here, for forecasts, free runs and fills. A series tells what was taken
out of it: `components` leads back to the channels, `before` holds the phases, `level` transforms and trends.
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
    """The recording as it was, and values of its channels from those that a model returns.

    Args:
        phases: The phases among the channels.
        seen: The recording as the model gets it, without delayed copies.
        x: Values of its channels.
        rows: The row of the recording of each row of `x`; they may lie after its end.
        guide: Values near which unbounded angles are; without it they go on from the row before the first.
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
    """As `put_back`, with intervals: where a line was removed they grow by its error, more the farther it goes on.

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
    """A remark for the user, as the end of a line, on a trend that goes on and on values below zero; may be empty.

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
    """The recording with the channels that principal components have replaced, as far as these tell them."""
    assert seen.components is not None
    mask = None if seen.mask is None else np.repeat(seen.mask[:, :1], len(seen.components.channels), axis=1)
    x = seen.components.undo(seen.x)
    whole = seen.replace(x=x, inputs=seen.inputs, mask=mask, channels=seen.components.channels)
    return replace(whole, components=None)

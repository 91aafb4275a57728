"""Figures of gaps: what was observed, and what a model says was not."""

import numpy as np
from jaxtyping import Float

from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.forecast import MAXIMUM_CHANNELS, bounds_of
from attrax.plots.theme import Role
from attrax.plots.traces import Band, Line


def gaps_figure(
    t: Float[np.ndarray, " time"],
    seen: Float[np.ndarray, "time obs"],
    filled: Float[np.ndarray, "time obs"],
    low: Float[np.ndarray, "time obs"],
    high: Float[np.ndarray, "time obs"],
    names: tuple[str, ...],
    *,
    unit: str = "",
    level: float,
) -> Figure:
    """A stretch of a recording with its gaps filled, a panel a channel.

    Args:
        t: Time of every row.
        seen: The recording; NaN where missing.
        filled: The same with its gaps filled; NaN where the model is not sure.
        low: Lower ends of the intervals of missing values.
        high: Upper ends.
        names: Names of the channels.
        unit: Unit of time.
        level: Share of the missing values that the intervals shall hold.
    """
    panels = []
    for i, channel in enumerate(names[:MAXIMUM_CHANNELS]):
        inside = _with_borders(np.isnan(seen[:, i]))
        model = np.where(inside, filled[:, i], np.nan)
        traces = (
            Band(x=t, low=low[:, i], high=high[:, i], role=Role.MODEL, name="" if i else f"{level:.0%} interval"),
            Line(x=t, y=model, role=Role.MODEL, width=1.2, name="" if i else "filled"),
            Line(x=t, y=seen[:, i], role=Role.DATA, width=1.2, name="" if i else "recorded"),
        )
        y = Axis(label=channel, bounds=bounds_of(np.append(seen[:, i], filled[:, i])))
        panels.append(Panel(traces=traces, x=Axis(label="time", unit=unit), y=y, title=channel))
    missing, left = np.isnan(seen).mean(), int(np.isnan(filled).sum())
    caption = (
        f"{len(seen):,} rows of the recording, {missing:.0%} of their values missing, and what the model expects of "
        f"these, given all that was recorded. {level:.0%} of what was filled should lie in the shaded intervals."
    )
    caption += f" It is not sure of {left:,} values, which stay missing." if left else ""
    return Figure(name="gaps", title="Filled gaps", panels=tuple(panels), caption=caption)


def _with_borders(missing: np.ndarray) -> np.ndarray:
    """Gaps and the rows beside them, so that lines meet."""
    return missing | np.roll(missing, 1) | np.roll(missing, -1)

"""Figures of explanations: the parts of a forecast over the steps ahead, and the influence of channels."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float, Int

from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Bars, Heatmap, Line, Points

SHOWN_TARGETS = 6
SHOWN_SOURCES = 6
SHOWN_PAIRS = 40


def forecast_parts_figure(
    by_channel: Float[np.ndarray, "horizon obs source"],
    total: Float[np.ndarray, "horizon obs"],
    ages: Int[np.ndarray, " age"],
    shares: Float[np.ndarray, " age"],
    names: Sequence[str],
    *,
    units: Sequence[str] = (),
    rest: str = "",
    name: str = "forecast_parts",
) -> Figure:
    """The parts of the strongest channels in the forecast of each channel, over the steps ahead.

    Args:
        by_channel: The part of each channel, by step ahead and forecast channel.
        total: The forecast without its offset: the sum of all parts.
        ages: Rows before the row that the forecast starts from.
        shares: Share of each of them in the sizes of all parts.
        names: Names of the channels.
        units: Their units; empty if they are not known.
        rest: How the parts are to be read, as the last sentence of the caption.
        name: File name of the figure, without suffix.
    """
    steps = np.arange(1.0, len(by_channel) + 1)
    shown = range(min(len(names), SHOWN_TARGETS))
    panels = [_parts_panel(steps, by_channel[:, i], total[:, i], names, i, units) for i in shown]
    if len(ages) > 1:
        panels.append(
            Panel(
                traces=(Bars(x=-ages.astype(float), y=shares),),
                x=Axis(label="row, 0 is the last one known", integer=True),
                y=Axis(label="share of the parts"),
                title="past rows",
            )
        )
    more = f" The first {SHOWN_TARGETS} of {len(names)} channels." if len(names) > SHOWN_TARGETS else ""
    caption = (
        "Each panel: the forecast of a channel without its offset, and the parts of it that rest on single channels; "
        f"they add up to it. Parts that grow and cancel mean that the forecast is uncertain.{more} {rest}".rstrip()
    )
    return Figure(
        name=name,
        title="What the forecast rests on",
        panels=tuple(panels),
        caption=caption,
        columns=min(len(panels), 2),
    )


def influence_figure(
    matrix: Float[np.ndarray, "obs source"],
    std_error: Float[np.ndarray, "obs source"],
    control: Float[np.ndarray, "obs source"],
    names: Sequence[str],
    sources: Sequence[str],
    horizon: int,
    *,
    name: str = "influence",
) -> Figure:
    """The influence of each source on the forecast of each channel, and that of models with shuffled weights.

    Args:
        matrix: The influence in standard deviations of the forecast channel.
        std_error: Its standard errors.
        control: The largest influence in models with shuffled weights.
        names: Names of the forecast channels.
        sources: Names of the sources.
        horizon: Number of steps ahead.
        name: File name of the figure, without suffix.
    """
    heat = Panel(
        traces=(
            Heatmap(
                x=np.arange(1.0, len(sources) + 1),
                y=np.arange(1.0, len(names) + 1),
                values=matrix,
                name="influence",
            ),
        ),
        x=Axis(label="from", integer=True),
        y=Axis(label="on the forecast of", integer=True),
        title="influence, in standard deviations",
    )
    order = np.argsort(-np.nan_to_num(matrix), axis=None, kind="stable")[:SHOWN_PAIRS]
    place = np.arange(1.0, len(order) + 1)
    pairs = Panel(
        traces=(
            Points(x=place, y=control.ravel()[order], name="shuffled weights", role=Role.MUTED, marker="plus", size=5),
            Points(x=place, y=matrix.ravel()[order], name="model", size=4, y_error=2 * std_error.ravel()[order]),
        ),
        x=Axis(label="pair of channels, strongest first", integer=True),
        y=Axis(label="influence"),
        title="against the control",
    )
    listed = ", ".join(f"{i} {name}" for i, name in enumerate(names, start=1))
    other = "" if tuple(sources) == tuple(names) else f" Sources: {', '.join(map(str, sources))}."
    caption = (
        f"How much of the differences between forecasts {horizon} steps ahead comes from each channel. Channels: "
        f"{listed}.{other} Bars: two standard errors. Crosses: the largest influence in models with shuffled weights."
    )
    return Figure(name=name, title="Influence of channels", panels=(heat, pairs), caption=caption, columns=2)


def _parts_panel(
    steps: Float[np.ndarray, " horizon"],
    parts: Float[np.ndarray, "horizon source"],
    total: Float[np.ndarray, " horizon"],
    names: Sequence[str],
    target: int,
    units: Sequence[str],
) -> Panel:
    strongest = np.argsort(-np.abs(parts).mean(axis=0), kind="stable")[:SHOWN_SOURCES]
    traces: list[AbstractTrace] = [
        Line(x=steps, y=parts[:, j], name=f"from {names[j]}", role=Role.series(int(j))) for j in sorted(strongest)
    ]
    traces.append(Line(x=steps, y=total, name="forecast", role=Role.TEXT, dash="dash"))
    unit = units[target] if units else ""
    return Panel(
        traces=tuple(traces),
        x=Axis(label="steps ahead", integer=True),
        y=Axis(label=names[target], unit=unit),
        title=f"forecast of {names[target]}",
    )

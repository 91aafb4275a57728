"""Figures over time: recordings, free runs beside them, forecasts, and filled gaps."""

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import share_text
from attrax.data.clock.durations import readable_step
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Band, Line

MAXIMUM_CHANNELS = 6
END_OF_VALIDITY = "no longer valid"


def free_run_figure(
    data: Float[np.ndarray, "time obs"],
    model: Float[np.ndarray, "time2 obs"],
    names: tuple[str, ...],
    *,
    dt: float,
    unit: str = "",
    rows: int = 2_000,
    name: str = "free_run",
) -> Figure:
    """A recording (left) and a free run of a model (right) over the same length of time.

    The two need not agree at any single time: a free run is not corrected by data, and chaos makes it diverge.

    Args:
        data: The recording.
        model: The free run.
        names: Names of the channels.
        dt: Time step between rows.
        unit: Unit of time.
        rows: Number of rows shown.
        name: File name of the figure, without suffix.
    """
    dt, unit = readable_step(dt, min(rows, len(data)), unit)
    panels = []
    for i, channel in enumerate(names[:MAXIMUM_CHANNELS]):
        for role, title, x in ((Role.DATA, "data", data), (Role.MODEL, "model", model)):
            x = x[:rows, i].astype(np.float64)
            line = Line(x=dt * np.arange(len(x)), y=x, role=role, width=0.9)
            bounds = data_bounds(data[:, i])
            panels.append(
                Panel(
                    traces=(line,),
                    x=Axis(label="time", unit=unit),
                    y=Axis(label=channel, bounds=bounds),
                    title=f"{channel}: {title}",
                )
            )
    caption = (
        f"The first {min(rows, len(data)):,} of {len(data):,} rows of the test recording, and as many of a free run of "
        "the model. A free run of a chaotic system cannot follow the data for long; it should have the same statistics."
    )
    return Figure(name=name, title="Free run", panels=tuple(panels), caption=caption, columns=2)


def forecast_figure(
    truth: Float[np.ndarray, "start time obs"],
    forecast: Float[np.ndarray, "start time obs"],
    names: tuple[str, ...],
    valid: Float[np.ndarray, " start"],
    *,
    dt: float,
    unit: str = "",
    lyapunov_time: float | None = None,
    name: str = "forecasts",
) -> Figure:
    """Forecasts from several starts in the test recording, with the recording itself.

    Args:
        truth: The recording after each start.
        forecast: The forecasts; NaN from where they diverged.
        names: Names of the channels; the first channel is drawn.
        valid: Valid prediction time of each forecast, in the unit of `dt`.
        dt: Time step between rows.
        unit: Unit of time.
        lyapunov_time: 1 / (largest Lyapunov exponent). If given, the time axis is in multiples of it.
        name: File name of the figure, without suffix.
    """
    scale, unit = readable_step(dt, truth.shape[1], unit) if lyapunov_time is None else (dt / lyapunov_time, "")
    label = "time" if lyapunov_time is None else "time / Lyapunov time"
    clock = scale * np.arange(1, truth.shape[1] + 1)
    panels = []
    for j, (recorded, predicted) in enumerate(zip(truth, forecast, strict=True)):
        bounds = data_bounds(truth[:, :, 0])
        end = valid[j] * scale / dt
        traces: list[AbstractTrace] = [
            Line(x=clock, y=recorded[:, 0].astype(float), name="" if j else "data", role=Role.DATA, width=2.2),
            Line(x=clock, y=predicted[:, 0].astype(float), name="" if j else "forecast", role=Role.MODEL, width=1.4),
        ]
        if end < clock[-1]:
            mark = Line(
                x=np.full(2, end),
                y=np.array(bounds),
                name="" if j else END_OF_VALIDITY,
                role=Role.SECOND,
                dash="dash",
                width=1.0,
            )
            traces.append(mark)
        axis = Axis(label=label, unit=unit, bounds=(0.0, float(clock[-1])))
        panels.append(
            Panel(traces=tuple(traces), x=axis, y=Axis(label=names[0], bounds=bounds), title=f"forecast {j + 1}")
        )
    caption = (
        f"Forecasts of channel {names[0]} from {len(truth)} starts spread over the test recording, which the model "
        "has never seen. Dashed line: from here on the error over all channels is above the threshold of validity."
    )
    return Figure(name=name, title="Forecasts", panels=tuple(panels), caption=caption, columns=2)


def recording_figure(
    x: Float[np.ndarray, "time obs"],
    names: tuple[str, ...],
    *,
    dt: float,
    unit: str = "",
    title: str = "Test recording",
    name: str = "recording",
) -> Figure:
    """A recording over time, one panel for each channel.

    Args:
        x: The recording; NaN where missing.
        names: Names of the channels.
        dt: Time step between rows.
        unit: Unit of time.
        title: Title of the figure.
        name: File name of the figure, without suffix.
    """
    dt, unit = readable_step(dt, len(x), unit)
    clock = dt * np.arange(len(x))
    panels = tuple(
        Panel(
            traces=(Line(x=clock, y=x[:, i].astype(np.float64), role=Role.DATA, width=0.8),),
            x=Axis(label="time", unit=unit),
            y=Axis(label=channel),
            title=channel,
        )
        for i, channel in enumerate(names[:MAXIMUM_CHANNELS])
    )
    left = "" if len(names) <= MAXIMUM_CHANNELS else f" {MAXIMUM_CHANNELS} of {len(names)} channels are shown."
    return Figure(name=name, title=title, panels=panels, caption=f"{len(x):,} rows.{left}")


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
    """A part of a recording with its gaps filled by a model, one panel for each channel.

    Args:
        t: Time of every row.
        seen: The recording; NaN where missing.
        filled: The recording with its gaps filled; NaN where the model is too uncertain.
        low: Lower ends of the prediction intervals of missing values.
        high: Upper ends of the prediction intervals.
        names: Names of the channels.
        unit: Unit of time.
        level: Nominal coverage: the share of the missing values that should lie in the intervals, from 0 to 1.
    """
    panels = []
    for i, channel in enumerate(names[:MAXIMUM_CHANNELS]):
        inside = _with_borders(np.isnan(seen[:, i]))
        model = np.where(inside, filled[:, i], np.nan)
        traces = (
            Band(
                x=t, low=low[:, i], high=high[:, i], role=Role.MODEL, name="" if i else f"{share_text(level)} interval"
            ),
            Line(x=t, y=model, role=Role.MODEL, width=1.2, name="" if i else "filled"),
            Line(x=t, y=seen[:, i], role=Role.DATA, width=1.2, name="" if i else "recorded"),
        )
        y = Axis(label=channel, bounds=data_bounds(np.append(seen[:, i], filled[:, i])))
        panels.append(Panel(traces=traces, x=Axis(label="time", unit=unit), y=y, title=channel))
    missing, left = np.isnan(seen).mean(), int(np.isnan(filled).sum())
    caption = (
        f"{len(seen):,} rows of the recording, {share_text(missing)} of their values missing, and the estimates of the "
        f"model for these, given all recorded values. About {share_text(level)} of the true values should be in the "
        "shaded intervals."
    )
    caption += f" {left:,} values stay missing: the model is too uncertain about them." if left else ""
    return Figure(name="gaps", title="Filled gaps", panels=tuple(panels), caption=caption)


def data_bounds(x: np.ndarray) -> tuple[float, float] | None:
    """Bounds of an axis: the range of the data and 15 % of it on either side; None if there are no data.

    A curve that leaves the bounds is cut off.
    """
    if not np.isfinite(x).any():
        return None
    low, high = float(np.nanmin(x)), float(np.nanmax(x))
    margin = 0.15 * (high - low) + 1e-9 + 1e-6 * abs(low)
    return low - margin, high + margin


def _with_borders(missing: np.ndarray) -> np.ndarray:
    """Gaps and the row before and after each, so that the drawn lines touch."""
    return missing | np.roll(missing, 1) | np.roll(missing, -1)

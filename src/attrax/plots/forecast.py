"""Figures over time: a recording, a free run beside it, and forecasts from several moments of the test recording."""

import numpy as np
from jaxtyping import Float

from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Line

MAXIMUM_CHANNELS = 6
PARTING_LABEL = "no longer valid"


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
    """The same stretch of time of a recording and of a free run, which need not agree moment by moment.

    Args:
        data: The recording.
        model: The free run.
        names: Names of the channels.
        dt: Time between two rows.
        unit: Unit of time.
        rows: Rows shown.
        name: Name of the files.
    """
    panels = []
    for i, channel in enumerate(names[:MAXIMUM_CHANNELS]):
        for role, title, x in ((Role.DATA, "data", data), (Role.MODEL, "model", model)):
            x = x[:rows, i].astype(np.float64)
            line = Line(x=dt * np.arange(len(x)), y=x, role=role, width=0.9)
            bounds = bounds_of(data[:, i])
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
        "the model. A free run of a chaotic system is not meant to follow the data, only to look and to count alike."
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
    """Forecasts from several moments of the test recording beside what came.

    Args:
        truth: What came, one block a start.
        forecast: What the model said; NaN where it diverged.
        names: Names of the channels; each start shows the first.
        valid: Time for which each forecast was valid.
        dt: Time between two rows.
        unit: Unit of time.
        lyapunov_time: 1 over the largest exponent; time is then measured in it.
        name: Name of the files.
    """
    scale, label = (dt, "time") if lyapunov_time is None else (dt / lyapunov_time, "time / Lyapunov time")
    clock = scale * np.arange(1, truth.shape[1] + 1)
    panels = []
    for j, (seen, said) in enumerate(zip(truth, forecast, strict=True)):
        bounds = bounds_of(truth[:, :, 0])
        end = valid[j] * scale / dt
        traces: list[AbstractTrace] = [
            Line(x=clock, y=seen[:, 0].astype(float), name="" if j else "data", role=Role.DATA, width=2.2),
            Line(x=clock, y=said[:, 0].astype(float), name="" if j else "forecast", role=Role.MODEL, width=1.4),
        ]
        if end < clock[-1]:
            mark = Line(
                x=np.full(2, end),
                y=np.array(bounds),
                name="" if j else PARTING_LABEL,
                role=Role.SECOND,
                dash="dash",
                width=1.0,
            )
            traces.append(mark)
        axis = Axis(label=label, unit=unit if lyapunov_time is None else "", bounds=(0.0, float(clock[-1])))
        panels.append(
            Panel(traces=tuple(traces), x=axis, y=Axis(label=names[0], bounds=bounds), title=f"forecast {j + 1}")
        )
    caption = (
        f"Forecasts of channel {names[0]} from {len(truth)} moments spread over the test recording, which the model "
        "has never seen. The dashed line is where the error over all channels passes the threshold of the valid time."
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
    """A recording over time, a panel a channel.

    Args:
        x: The recording; NaN where missing.
        names: Names of the channels.
        dt: Time between two rows.
        unit: Unit of time.
        title: Title of the figure.
        name: Name of the files.
    """
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


def bounds_of(x: np.ndarray) -> tuple[float, float] | None:
    """The range of the data with room to spare: what leaves it is cut off. None if there are none."""
    if not np.isfinite(x).any():
        return None
    low, high = float(np.nanmin(x)), float(np.nanmax(x))
    margin = 0.15 * (high - low) + 1e-9 + 1e-6 * abs(low)
    return low - margin, high + margin

"""The figure of the Lyapunov exponents: convergence of the largest one, and the spectrum."""

import numpy as np
from jaxtyping import Float

from attrax.core.number_text import number_text
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Band, Line, Points


def lyapunov_figure(
    t: Float[np.ndarray, " time"],
    running: Float[np.ndarray, "time k"],
    std_errors: Float[np.ndarray, " k"],
    *,
    truth: Float[np.ndarray, " known"] | None = None,
    unit: str = "",
    name: str = "lyapunov",
) -> Figure:
    """Running average of the largest Lyapunov exponent (left) and all exponents (right).

    Args:
        t: Times up to which the average was taken.
        running: Exponents averaged up to each time, per unit of time; the last row is the result.
        std_errors: Standard error of each exponent. The band and the error bars show two of them.
        truth: Known exponents in descending order, drawn for comparison.
        unit: Unit of time.
        name: File name of the figure, without suffix.
    """
    largest, error = running[-1, 0], std_errors[0]
    known = np.empty(0) if truth is None else truth
    convergence = _convergence(t, running[:, 0], error, known[:1], unit)
    spectrum = _spectrum(running[-1], std_errors, known, unit)
    compared = "; crosses: the known exponents" if len(known) else ""
    caption = (
        f"Left: running average of the largest Lyapunov exponent, {number_text(largest, error)}; the band is two "
        f"standard errors to either side. Right: the spectrum, with two standard errors{compared}. A positive exponent "
        "means chaos; an exponent of zero belongs to a direction in which nothing grows or shrinks, such as that of "
        "the flow."
    )
    return Figure(name=name, title="Lyapunov exponents", panels=(convergence, spectrum), caption=caption, columns=2)


def _convergence(
    t: Float[np.ndarray, " time"],
    running: Float[np.ndarray, " time"],
    error: float,
    truth: Float[np.ndarray, " one"],
    unit: str,
) -> Panel:
    ends = np.array([t[0], t[-1]])
    final = np.full(2, running[-1])
    traces: list[AbstractTrace] = [
        Band(x=ends, low=final - 2 * error, high=final + 2 * error, name="± 2 standard errors"),
        Line(x=t, y=running, name="λ₁", width=1.4),
    ]
    traces += [Line(x=ends, y=np.full(2, value), name="known", role=Role.TEXT, dash="dash") for value in truth]
    return Panel(
        traces=tuple(traces),
        x=Axis(label="time averaged over", unit=unit, scale="log" if t[0] > 0 else "linear"),
        y=_rate("λ₁", unit, _focus(running, error, truth)),
        title="largest exponent",
    )


def _focus(running: Float[np.ndarray, " time"], error: float, truth: Float[np.ndarray, " one"]) -> tuple[float, float]:
    """Bounds of the axis: they hold the second half of the curve, the band and the known value.

    The first values of a running average vary too much to be shown.
    """
    settled = running[len(running) // 2 :]
    values = np.concatenate([settled, running[-1] + 3 * error * np.array([-1, 1]), truth])
    low, high = np.min(values), np.max(values)
    margin = 0.08 * (high - low) + 1e-9 * max(abs(low), abs(high), 1.0)
    return float(low - margin), float(high + margin)


def _spectrum(
    exponents: Float[np.ndarray, " k"],
    std_errors: Float[np.ndarray, " k"],
    truth: Float[np.ndarray, " known"],
    unit: str,
) -> Panel:
    k = max(len(exponents), len(truth))
    traces: list[AbstractTrace] = [Line(x=np.array([0.5, k + 0.5]), y=np.zeros(2), role=Role.MUTED, width=0.8)]
    if len(truth):
        place = np.arange(1.0, len(truth) + 1)
        traces.append(Points(x=place, y=truth, name="known", role=Role.TEXT, marker="cross", size=9))
    traces.append(
        Points(x=np.arange(1.0, len(exponents) + 1), y=exponents, name="estimated", size=5, y_error=2 * std_errors)
    )
    return Panel(
        traces=tuple(traces),
        x=Axis(label="index i", bounds=(0.5, k + 0.5), integer=True),
        y=_rate("λᵢ", unit),
        title="spectrum",
    )


def _rate(symbol: str, unit: str, bounds: tuple[float, float] | None = None) -> Axis:
    return Axis(label=symbol, unit=f"1/{unit}" if unit else "per unit of time", bounds=bounds)

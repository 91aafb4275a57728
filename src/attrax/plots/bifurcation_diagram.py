"""The bifurcation diagram: long-term states, fixed points and cycles as a parameter changes."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Line, Marker, Points


class DrawnBranch(NamedTuple):
    """A fixed point or a cycle, followed along the parameter.

    Attributes:
        parameter: Values of the parameter.
        z: The drawn coordinate of the fixed point, or of one point of the cycle, at each value.
        stable: Whether it is stable at each value.
    """

    parameter: Float[np.ndarray, " n"]
    z: Float[np.ndarray, " n"]
    stable: Bool[np.ndarray, " n"]


class DrawnBifurcation(NamedTuple):
    """A bifurcation, drawn as one mark.

    Attributes:
        parameter: Value of the parameter at the bifurcation.
        z: The drawn coordinate there.
        kind: Kind of the bifurcation, such as "flip".
    """

    parameter: float
    z: float
    kind: str


MARKERS: tuple[Marker, ...] = ("diamond", "square", "triangle", "star", "plus", "cross")


def bifurcation_figure(
    parameter: Float[np.ndarray, " n"],
    z: Float[np.ndarray, " n"],
    curves: Sequence[DrawnBranch] = (),
    events: Sequence[DrawnBifurcation] = (),
    *,
    label: str = "parameter",
    coordinate: str = "z",
    name: str = "bifurcation",
) -> Figure:
    """One coordinate of the long-term states over a parameter, with fixed points, cycles and bifurcations.

    Args:
        parameter: Value of the parameter for each state that an orbit visited after its transient.
        z: The drawn coordinate of each of these states.
        curves: Fixed points and cycles; stable parts are drawn solid, unstable ones dashed.
        events: Bifurcations; each kind has its own marker.
        label: Name of the parameter.
        coordinate: Name of the drawn coordinate.
        name: File name of the figure, without suffix.
    """
    traces: list[AbstractTrace] = [Points(x=parameter, y=z, name="orbits", role=Role.DATA, marker="dot", size=1.2)]
    traces += _branches(curves, stable=True) + _branches(curves, stable=False)
    kinds = list(dict.fromkeys(event.kind for event in events))
    for i, kind in enumerate(kinds):
        at = [event for event in events if event.kind == kind]
        x, y = np.array([event.parameter for event in at]), np.array([event.z for event in at])
        traces.append(Points(x=x, y=y, name=kind, role=Role.series(i + 3), marker=MARKERS[i % len(MARKERS)], size=7))
    panel = Panel(traces=tuple(traces), x=Axis(label=label), y=Axis(label=coordinate))
    caption = (
        f"Dots: states visited after the transient at each value of {label}. Lines: fixed points and cycles, solid "
        f"where stable, dashed where not. {len(events)} bifurcations are marked."
    )
    return Figure(name=name, title="Bifurcation diagram", panels=(panel,), caption=caption)


def _branches(curves: Sequence[DrawnBranch], *, stable: bool) -> list[AbstractTrace]:
    """All stable (or all unstable) parts as one interrupted line, so that the legend has one entry for them."""
    x, y = [], []
    for curve in curves:
        here = curve.stable if stable else ~curve.stable
        x.append(np.append(np.where(here, curve.parameter, np.nan), np.nan))
        y.append(np.append(np.where(here, curve.z, np.nan), np.nan))
    if not x or np.isnan(np.concatenate(y)).all():
        return []
    name, role = ("stable", Role.STABLE) if stable else ("unstable", Role.UNSTABLE)
    dash = "solid" if stable else "dash"
    return [Line(x=np.concatenate(x), y=np.concatenate(y), name=name, role=role, width=1.3, dash=dash)]

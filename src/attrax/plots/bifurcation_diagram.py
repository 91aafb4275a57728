"""The bifurcation diagram: long-term states, fixed points and cycles as a parameter changes."""

import numpy as np

from attrax.analysis.bifurcations.bifurcation_diagram import Bifurcation
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Line, Marker, Points

MARKERS: tuple[Marker, ...] = ("diamond", "square", "triangle", "star", "plus", "cross")


def bifurcation_figure(
    diagram: Bifurcation,
    coordinate: int = 0,
    *,
    label: str = "parameter",
    name: str = "bifurcation",
) -> Figure:
    """One coordinate of the long-term states over a parameter, with fixed points, cycles and bifurcations.

    Stable parts of fixed points and cycles are drawn solid, unstable ones dashed; each kind of bifurcation has its own
    marker.

    Args:
        diagram: The result of `attrax.bifurcation`.
        coordinate: Which state variable is drawn, counted from 0.
        label: Name of the parameter.
        name: File name of the figure, without suffix.

    Example:
        >>> import attrax, jax
        >>> from attrax.plots.bifurcation_diagram import bifurcation_figure
        >>> diagram = attrax.bifurcation(attrax.systems.Logistic, np.linspace(2.9, 3.1, 5), orders=(1,),
        ...                              z0=np.full((1, 1), 0.4), box=np.array([[0.0], [1.0]]), budget=2000,
        ...                              key=jax.random.key(0))
        >>> bifurcation_figure(diagram, label="r").panels[0].x.text
        'r'
    """
    orbits = diagram.orbits[..., coordinate].reshape(len(diagram.values), -1)
    x = np.repeat(diagram.values, orbits.shape[1])
    traces: list[AbstractTrace] = [Points(x=x, y=orbits.ravel(), name="orbits", role=Role.DATA, marker="dot", size=1.2)]
    traces += _branches(diagram, coordinate, stable=True) + _branches(diagram, coordinate, stable=False)
    for i, kind in enumerate(dict.fromkeys(event.kind for event in diagram.events)):
        at = [(event.value, z) for event in diagram.events if event.kind is kind for z in event.z[:, coordinate]]
        x, y = np.array(at).T
        marker = MARKERS[i % len(MARKERS)]
        traces.append(Points(x=x, y=y, name=kind.value, role=Role.series(i + 3), marker=marker, size=7))
    panel = Panel(traces=tuple(traces), x=Axis(label=label), y=Axis(label=f"z{coordinate + 1}"))
    caption = (
        f"Dots: states visited after the transient at each value of {label}. Lines: fixed points and cycles, solid "
        f"where stable, dashed where not. {len(diagram.events)} bifurcations are marked."
    )
    return Figure(name=name, title="Bifurcation diagram", panels=(panel,), caption=caption)


def _branches(diagram: Bifurcation, coordinate: int, *, stable: bool) -> list[AbstractTrace]:
    """All stable (or all unstable) parts as one interrupted line, so that the legend has one entry for them."""
    x, y = [], []
    for branch in diagram.branches:
        values = diagram.values[branch.first : branch.last + 1]
        here = branch.stable if stable else ~branch.stable
        for z in branch.z[:, :, coordinate].T:
            x.append(np.append(np.where(here, values, np.nan), np.nan))
            y.append(np.append(np.where(here, z, np.nan), np.nan))
    if not x or np.isnan(np.concatenate(y)).all():
        return []
    name, role = ("stable", Role.STABLE) if stable else ("unstable", Role.UNSTABLE)
    dash = "solid" if stable else "dash"
    return [Line(x=np.concatenate(x), y=np.concatenate(y), name=name, role=role, width=1.3, dash=dash)]

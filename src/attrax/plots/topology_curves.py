"""The figure of pieces and holes: how many there are at every radius, among all states and among the densest ones."""

from collections.abc import Mapping

from attrax.measures.topological_distance import Topology
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import Dash, Line

KINDS = ("pieces", "loops", "cavities")


def topology_figure(found: Mapping[str, Topology], *, name: str = "topology") -> Figure:
    """Numbers of pieces and holes of recordings or simulations over the radius, one panel for each kind.

    Args:
        found: What was found, by the name of the curve, such as `recording` and `model`; at most seven.
        name: File name of the figure, without suffix.

    Example:
        >>> import numpy as np
        >>> from attrax.measures import TopologicalDistance
        >>> t = np.arange(300) * 0.1
        >>> cycle = np.stack([np.cos(t), np.sin(t)], axis=1)
        >>> figure = topology_figure({"cycle": TopologicalDistance(landmarks=30).topology(cycle)})
        >>> [panel.title for panel in figure.panels]
        ['pieces', 'loops']
    """
    dimensions = range(min(one.counts.shape[1] for one in found.values()))
    lines: tuple[tuple[int, str, Dash], ...] = ((-1, "", "solid"), (0, ", densest", "dash"))
    panels = tuple(
        Panel(
            traces=tuple(
                Line(x=one.radii, y=one.counts[line, q], name=f"{title}{said}", role=role, dash=dash)
                for (title, one), role in zip(found.items(), Role, strict=False)
                for line, said, dash in lines
            ),
            x=Axis(label="radius"),
            y=Axis(label="number"),
            title=KINDS[q],
        )
        for q in dimensions
    )
    caption = (
        "Balls of growing radius, in units of the size of the recording, are put around the states; counted are the "
        "pieces that they form and the holes that they enclose. A hole of the attractor is there over a long range of "
        "radii. Solid: all states at once. Dashed: the densest states first, so that rare visits close holes later."
    )
    return Figure(name=name, title="Pieces and holes", panels=panels, caption=caption, columns=min(len(panels), 2))

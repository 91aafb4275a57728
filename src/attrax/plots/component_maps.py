"""The figure of principal components of a field: the map of each, over the places that its channels have."""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from attrax.core.number_text import share_text
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.traces import Heatmap

SHOWN_COMPONENTS = 6
_PLACE = re.compile(r"(?P<name>.*)_(?P<y>[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)_(?P<x>[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)")


class MapGrid(NamedTuple):
    """The places of the channels of one field.

    Attributes:
        name: Name of the field.
        y: Positions of the rows, rising.
        x: Positions of the columns, rising.
        channel: The number of the channel at each place; -1 where there is none.
    """

    name: str
    y: Float[np.ndarray, " rows"]
    x: Float[np.ndarray, " columns"]
    channel: Int[np.ndarray, "rows columns"]


def grids_of(channels: Sequence[str]) -> tuple[MapGrid, ...]:
    """The fields whose places the channels are, by names such as `temp_10_20`; empty if one channel has another name.

    Example:
        >>> (grid,) = grids_of(["temp_10_0", "temp_10_90", "temp_20_90"])
        >>> grid.name, grid.y.tolist(), grid.channel.tolist()
        ('temp', [10.0, 20.0], [[0, 1], [-1, 2]])
    """
    places = [_PLACE.fullmatch(name) for name in channels]
    known = [(match["name"], float(match["y"]), float(match["x"])) for match in places if match]
    if len(known) < len(channels):
        return ()
    found = []
    for name in dict.fromkeys(name for name, _, _ in known):
        own = [k for k, (other, _, _) in enumerate(known) if other == name]
        y, rows = np.unique([known[k][1] for k in own], return_inverse=True)
        x, columns = np.unique([known[k][2] for k in own], return_inverse=True)
        channel = np.full((len(y), len(x)), -1)
        channel[rows, columns] = own
        found.append(MapGrid(name, y, x, channel))
    return tuple(found)


def component_maps_figure(
    directions: Float[np.ndarray, "channel component"],
    channels: Sequence[str],
    explained: float,
    *,
    unit: str = "",
    name: str = "components",
) -> Figure | None:
    """The maps of the first principal components; None if the channels are no places of a field.

    Args:
        directions: How much each channel changes if a component rises by one.
        channels: Names of the channels, with their places, such as `temp_10_20`.
        explained: Share of the variance that all components hold.
        unit: Unit of the field; empty if it is not known.
        name: File name of the figure, without suffix.
    """
    grids = grids_of(channels)
    if not grids:
        return None
    n = min(SHOWN_COMPONENTS, directions.shape[1])
    panels = tuple(_panel(grid, directions[:, k], k, unit, named=len(grids) > 1) for k in range(n) for grid in grids)
    caption = (
        f"How much the field changes at each place if a component rises by one. The first {n} of "
        f"{directions.shape[1]} components are shown; all together hold {share_text(explained)} of the variance. "
        "Places without values stay empty."
    )
    return Figure(
        name=name, title="Maps of principal components", panels=panels, caption=caption, columns=min(3, len(panels))
    )


def _panel(grid: MapGrid, direction: Float[np.ndarray, " channel"], k: int, unit: str, *, named: bool) -> Panel:
    values = np.where(grid.channel >= 0, direction[grid.channel], np.nan)
    title = f"pc{k + 1}, {grid.name}" if named else f"pc{k + 1}"
    heatmap = Heatmap(x=grid.x, y=grid.y, values=values, name=unit or "change")
    return Panel(traces=(heatmap,), x=Axis(label="x"), y=Axis(label="y"), title=title)

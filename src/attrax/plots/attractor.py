"""Figures of attractors: the states that the data and the model visit, in two or three coordinates; basins."""

import numpy as np
from jaxtyping import Float

from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Bars, Line, Line3D, Points, Points3D

DOT_SIZE, MANY_DOTS = 1.5, 2_000
ORBIT_POINTS = 8_000
# Consecutive states further apart than this share of the size of the orbit come from a map. They are drawn as dots:
# lines between them would cross the whole attractor.
LONGEST_JOINED = 0.3
# Colors of what is compared: the data first.
COMPARED_ROLES = (Role.DATA, Role.MODEL, Role.SECOND)


def attractor_figure(
    orbits: dict[str, Float[np.ndarray, "time dim"]],
    names: tuple[str, ...],
    *,
    unit: str = "",
    name: str = "attractor",
) -> Figure:
    """Orbits side by side, in the same coordinates and on the same scale.

    Args:
        orbits: Up to three orbits by their titles, such as `{"data": x, "model": x_sim}`; the data first.
        names: Names of the coordinates; the first three are drawn, or two if there are no more.
        unit: Unit of the coordinates.
        name: File name of the figure, without suffix.
    """
    orbits = _drawable(orbits)
    names = coordinate_names(names)
    dim = min(3, len(names))
    axes = axes_around(np.concatenate(list(orbits.values())), names, unit)
    panels = tuple(
        Panel(traces=(orbit_trace(x, dim, role=role),), x=axes[0], y=axes[1], z=axes[2] if dim == 3 else None, title=t)
        for role, (t, x) in zip(COMPARED_ROLES, orbits.items(), strict=False)
    )
    caption = f"{_coordinates(dim, names)}, on the same scale. {_point_counts(orbits)}."
    return Figure(name=name, title="Attractors", panels=panels, caption=caption, columns=len(panels))


def overlaid_figure(
    orbits: dict[str, Float[np.ndarray, "_time dim"]],
    names: tuple[str, ...],
    *,
    unit: str = "",
    name: str = "overlay",
) -> Figure:
    """Orbits drawn over each other in one panel. Where they agree, later ones cover earlier ones.

    Args:
        orbits: Up to three orbits by their names in the legend; the data first.
        names: Names of the coordinates; the first three are drawn, or two if there are no more.
        unit: Unit of the coordinates.
        name: File name of the figure, without suffix.
    """
    orbits = _drawable(orbits)
    names = coordinate_names(names)
    dim = min(3, len(names))
    # The first orbit sets the scale: a model that runs away must not shrink the data to a dot.
    axes = axes_around(next(iter(orbits.values())), names, unit)
    traces = tuple(
        orbit_trace(x, dim, name=t, role=r) for r, (t, x) in zip(COMPARED_ROLES, orbits.items(), strict=False)
    )
    panel = Panel(traces=traces, x=axes[0], y=axes[1], z=axes[2] if dim == 3 else None)
    caption = f"{_coordinates(dim, names)}. {_point_counts(orbits)}."
    return Figure(name=name, title="Attractor of data and model", panels=(panel,), caption=caption)


def _drawable(orbits: dict[str, Float[np.ndarray, "_time dim"]]) -> dict[str, Float[np.ndarray, "_time dim2"]]:
    """The finite states of each orbit, in coordinates that can be drawn."""
    return {title: drawable_coordinates(x[np.isfinite(x).all(axis=1)]) for title, x in orbits.items()}


def _coordinates(dim: int, names: tuple[str, ...]) -> str:
    """Which coordinates are drawn."""
    return f"The first {dim} of {len(names)} coordinates" if dim < len(names) else "All coordinates"


def _point_counts(orbits: dict[str, Float[np.ndarray, "_time dim"]]) -> str:
    return ", ".join(f"{title}: {min(len(x), ORBIT_POINTS):,} of {len(x):,} points" for title, x in orbits.items())


def orbit_trace(
    z: Float[np.ndarray, "time dim"], dim: int, *, name: str = "", role: Role = Role.DATA, width: float = 0.5
) -> AbstractTrace:
    """The trace of an orbit: a line if consecutive states are close, as in a flow, or dots, as in a map.

    Of a long orbit only the last 8,000 states are drawn.

    Args:
        z: States in order of time, with at least `dim` columns.
        dim: Number of coordinates drawn, 2 or 3.
        name: Name in the legend.
        role: What the color stands for.
        width: Line width, in points.
    """
    z = z[-ORBIT_POINTS:]
    if dim == 3:
        x, y, w = z[:, :3].T
        if is_continuous(z):
            return Line3D(x=x, y=y, z=w, name=name, role=role, width=width)
        return Points3D(x=x, y=y, z=w, name=name, role=role, marker="dot", size=_dot_size(len(z)))
    x, y = z[:, :2].T
    if is_continuous(z):
        return Line(x=x, y=y, name=name, role=role, width=width)
    return Points(x=x, y=y, name=name, role=role, marker="dot", size=_dot_size(len(z)))


def _dot_size(n: int) -> float:
    """The size of each of `n` dots, in points: a few hundred states are lost on a page if they are as small as many."""
    return DOT_SIZE * float(np.clip(np.sqrt(MANY_DOTS / max(n, 1)), 1.0, 4.0))


def drawable_coordinates(z: Float[np.ndarray, "time dim"]) -> Float[np.ndarray, "time2 dim2"]:
    """The states if they have two or more coordinates; for one coordinate, the pairs $(z_t, z_{t+1})$."""
    return z if z.shape[1] > 1 else np.concatenate([z[:-1], z[1:]], axis=1)


def coordinate_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the columns that `drawable_coordinates` returns."""
    first, *others = names
    return names if others else (f"{first} now", f"{first} one step later")


def is_continuous(z: Float[np.ndarray, "time dim"]) -> bool:
    """Whether consecutive states are so close that a line can join them, as in a flow; false for most maps."""
    if len(z) < 3:
        return False
    size = np.linalg.norm(np.nanstd(z, axis=0))
    return bool(np.nanmedian(np.linalg.norm(np.diff(z, axis=0), axis=1)) < LONGEST_JOINED * size)


def axes_around(z: Float[np.ndarray, "time dim"], names: tuple[str, ...], unit: str = "") -> tuple[Axis, ...]:
    """One axis for each coordinate, with bounds 4 % wider than the range of `z`.

    Args:
        z: States that should be visible.
        names: Name of each coordinate.
        unit: Unit of all coordinates.
    """
    low, high = z.min(axis=0), z.max(axis=0)
    margin = 0.04 * (high - low) + 1e-12
    return tuple(
        Axis(label=label, unit=unit, bounds=(float(a), float(b)))
        for label, a, b in zip(names, low - margin, high + margin, strict=False)
    )


def basins_figure(
    shares: Float[np.ndarray, " attractor"],
    low: Float[np.ndarray, " attractor"],
    high: Float[np.ndarray, " attractor"],
    kinds: tuple[str, ...],
    *,
    name: str = "basins",
) -> Figure:
    """The share of initial states that ends on each attractor, with its confidence interval.

    Args:
        shares: Share of the initial states that reached each attractor, from 0 to 1.
        low: Lower end of the 95 % confidence interval of each share.
        high: Upper end of the interval.
        kinds: Kind of each attractor, such as "fixed point".
        name: File name of the figure, without suffix.
    """
    place = np.arange(1.0, len(shares) + 1)
    middle, error = (low + high) / 2, (high - low) / 2
    panel = Panel(
        traces=(
            Bars(x=place, y=shares, width=0.5),
            Points(x=place, y=middle, y_error=error, role=Role.TEXT, marker="dot", size=1),
        ),
        x=Axis(label="attractor", integer=True, bounds=(0.4, max(len(shares), 3) + 0.6)),
        y=Axis(label="share of starts", bounds=(0.0, 1.05)),
    )
    listed = "; ".join(f"{i}: {kind}" for i, kind in enumerate(kinds, start=1))
    caption = f"Share of the starts that end on each attractor, with its 95 % interval. {listed}."
    return Figure(name=name, title="Basins of attraction", panels=(panel,), caption=caption)

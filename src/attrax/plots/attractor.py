"""Figures of attractors: the states that data and model visit, in two or three coordinates."""

import numpy as np
from jaxtyping import Float

from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Bars, Line, Line3D, Points, Points3D

ORBIT_POINTS = 8_000
# Steps longer than this share of the orbit's size belong to a map: joining them would draw lines across the attractor.
LONGEST_JOINED = 0.3
# What is compared, data first.
COMPARED = (Role.DATA, Role.MODEL, Role.SECOND)


def attractor_figure(
    orbits: dict[str, Float[np.ndarray, "time dim"]],
    names: tuple[str, ...],
    *,
    unit: str = "",
    name: str = "attractor",
) -> Figure:
    """Orbits side by side in the same coordinates and on the same scale.

    Args:
        orbits: What to draw by what it is called, such as `{"data": x, "model": x_sim}`; at most three.
        names: Names of the coordinates; the first three (or two) are drawn.
        unit: Unit of the coordinates, as text.
        name: Name of the files.
    """
    orbits = _seen(orbits)
    names = names_of(names)
    dim = min(3, len(names))
    axes = axes_of(np.concatenate(list(orbits.values())), names, unit)
    panels = tuple(
        Panel(traces=(orbit_trace(x, dim, role=role),), x=axes[0], y=axes[1], z=axes[2] if dim == 3 else None, title=t)
        for role, (t, x) in zip(COMPARED, orbits.items(), strict=False)
    )
    caption = f"The first {dim} of {len(names)} coordinates, on the same scale. {_shown(orbits)}."
    return Figure(name=name, title="Attractors", panels=panels, caption=caption, columns=len(panels))


def overlaid_figure(
    orbits: dict[str, Float[np.ndarray, "_time dim"]],
    names: tuple[str, ...],
    *,
    unit: str = "",
    name: str = "overlay",
) -> Figure:
    """Orbits in one space: where they agree, the last one covers the first.

    Args:
        orbits: What to draw by what it is called, data first; at most three.
        names: Names of the coordinates; the first three (or two) are drawn.
        unit: Unit of the coordinates.
        name: Name of the files.
    """
    orbits = _seen(orbits)
    names = names_of(names)
    dim = min(3, len(names))
    # The first orbit sets the scale: a model that runs away must not shrink the data to a dot.
    axes = axes_of(next(iter(orbits.values())), names, unit)
    traces = tuple(orbit_trace(x, dim, name=t, role=r) for r, (t, x) in zip(COMPARED, orbits.items(), strict=False))
    panel = Panel(traces=traces, x=axes[0], y=axes[1], z=axes[2] if dim == 3 else None)
    caption = f"The first {dim} of {len(names)} coordinates. {_shown(orbits)}."
    return Figure(name=name, title="Attractor of data and model", panels=(panel,), caption=caption)


def _seen(orbits: dict[str, Float[np.ndarray, "_time dim"]]) -> dict[str, Float[np.ndarray, "_time dim2"]]:
    """The finite states of each orbit, in coordinates that can be drawn."""
    return {title: plane_of(x[np.isfinite(x).all(axis=1)]) for title, x in orbits.items()}


def _shown(orbits: dict[str, Float[np.ndarray, "_time dim"]]) -> str:
    return ", ".join(f"{title}: {min(len(x), ORBIT_POINTS):,} of {len(x):,} points" for title, x in orbits.items())


def orbit_trace(
    z: Float[np.ndarray, "time dim"], dim: int, *, name: str = "", role: Role = Role.DATA, width: float = 0.5
) -> AbstractTrace:
    """An orbit as a line where its steps are short, as dots where they are not; the last points of a long one.

    Args:
        z: States in order of time, at least `dim` columns.
        dim: 2 or 3 coordinates.
        name: For the legend.
        role: What the color stands for.
        width: Of the line, in points.
    """
    z = z[-ORBIT_POINTS:]
    if dim == 3:
        x, y, w = z[:, :3].T
        if is_smooth(z):
            return Line3D(x=x, y=y, z=w, name=name, role=role, width=width)
        return Points3D(x=x, y=y, z=w, name=name, role=role, marker="dot", size=1.5)
    x, y = z[:, :2].T
    if is_smooth(z):
        return Line(x=x, y=y, name=name, role=role, width=width)
    return Points(x=x, y=y, name=name, role=role, marker="dot", size=1.5)


def plane_of(z: Float[np.ndarray, "time dim"]) -> Float[np.ndarray, "time2 dim2"]:
    """The states themselves, or, for a single coordinate, the pairs of a value and the next."""
    return z if z.shape[1] > 1 else np.concatenate([z[:-1], z[1:]], axis=1)


def names_of(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the drawn coordinates: a single one is drawn against its next value."""
    first, *others = names
    return names if others else (f"{first} now", f"{first} one step later")


def is_smooth(z: Float[np.ndarray, "time dim"]) -> bool:
    """Whether consecutive states are close enough to be joined by a line."""
    if len(z) < 3:
        return False
    size = np.linalg.norm(np.nanstd(z, axis=0))
    return bool(np.nanmedian(np.linalg.norm(np.diff(z, axis=0), axis=1)) < LONGEST_JOINED * size)


def axes_of(z: Float[np.ndarray, "time dim"], names: tuple[str, ...], unit: str = "") -> tuple[Axis, ...]:
    """An axis a coordinate, wide enough for `z`."""
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
    """Which share of the starts ends on which attractor.

    Args:
        shares: Share of the starts that reached each attractor.
        low: Lower end of the confidence interval of each share.
        high: Upper end.
        kinds: What each attractor is, in a few words.
        name: Name of the files.
    """
    place = np.arange(1.0, len(shares) + 1)
    middle, error = (low + high) / 2, (high - low) / 2
    panel = Panel(
        traces=(
            Bars(x=place, y=shares, width=0.5),
            Points(x=place, y=middle, y_error=error, role=Role.INK, marker="dot", size=1),
        ),
        x=Axis(label="attractor", integer=True, bounds=(0.4, max(len(shares), 3) + 0.6)),
        y=Axis(label="share of starts", bounds=(0.0, 1.05)),
    )
    listed = "; ".join(f"{i}: {kind}" for i, kind in enumerate(kinds, start=1))
    caption = f"Share of the starts that end on each attractor, with its 95 % interval. {listed}."
    return Figure(name=name, title="Basins of attraction", panels=(panel,), caption=caption)

"""Figures of fixed points and cycles, of their eigenvalues, and of their stable and unstable manifolds.

Color and marker both show the stability: circles are stable, diamonds are saddles, triangles are unstable.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Complex, Float

from attrax.plots.attractor import axes_around, coordinate_names, drawable_coordinates, orbit_trace
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Bars, Line, Line3D, Marker, Points, Points3D

# Largest numbers of states, pieces and single points in the figure of manifolds. Together they stay
# below the limit at which a figure is thinned, since thinning would separate the two ends of a piece.
SHOWN_ORBIT, SHOWN_PIECES, SHOWN_POINTS = 6_000, 1_500, 4_000


class PeriodicOrbit(NamedTuple):
    """A fixed point or a cycle of a map.

    Attributes:
        z: Its points in order; one point for a fixed point.
        eigenvalues: Eigenvalues of the Jacobian of the map, multiplied along all points of the cycle.
    """

    z: Float[np.ndarray, "order dim"]
    eigenvalues: Complex[np.ndarray, " latent"]

    @property
    def order(self) -> int:
        """Number of points: 1 for a fixed point."""
        return len(self.z)

    @property
    def stability(self) -> str:
        """`stable` if all eigenvalues are inside the unit circle, `unstable` if all are outside, otherwise `saddle`.

        Example:
            >>> PeriodicOrbit(np.zeros((1, 2)), np.array([2.0, 0.5]) + 0j).stability
            'saddle'
        """
        growing = int((np.abs(self.eigenvalues) > 1).sum())
        return "stable" if growing == 0 else "unstable" if growing == len(self.eigenvalues) else "saddle"


class MarkerStyle(NamedTuple):
    """Color and marker for one kind of stability."""

    role: Role
    marker: Marker


STYLES = {
    "stable": MarkerStyle(Role.STABLE, "circle"),
    "saddle": MarkerStyle(Role.SADDLE, "diamond"),
    "unstable": MarkerStyle(Role.UNSTABLE, "triangle"),
}


def structure_figure(
    orbit: Float[np.ndarray, "time dim"],
    periodic: Sequence[PeriodicOrbit],
    names: tuple[str, ...],
    *,
    truth: Float[np.ndarray, "known dim"] | None = None,
    unit: str = "",
    title: str = "Fixed points and cycles",
    name: str = "structure",
) -> Figure:
    """Fixed points and cycles in state space, over an orbit.

    Args:
        orbit: States on the attractor.
        periodic: Fixed points and cycles, in the coordinates of the orbit.
        names: Names of the coordinates; the first three are drawn, or two if there are no more.
        truth: Known fixed points, drawn as crosses.
        unit: Unit of the coordinates.
        title: Title of the figure.
        name: File name of the figure, without suffix.
    """
    single = orbit.shape[1] == 1
    orbit, names = drawable_coordinates(orbit), coordinate_names(names)
    dim = min(3, len(names))
    traces: list[AbstractTrace] = [orbit_trace(orbit, dim, name="orbit", role=Role.MUTED, width=0.35)]
    groups = _groups(periodic, single=single)
    traces += [
        _marks(np.concatenate(z), dim, f"{label} ({len(z)})", STYLES[stability], 9.0 if order == 1 else 4.0)
        for (order, stability, label), z in groups.items()
    ]
    known = np.empty((0, dim)) if truth is None else _drawable_points(truth, single=single)
    if len(known):
        traces.append(_marks(known, dim, f"known fixed point ({len(known)})", MarkerStyle(Role.TEXT, "cross"), 8.0))
    every = np.concatenate([orbit[:, :dim], known[:, :dim], *(z[:, :dim] for group in groups.values() for z in group)])
    axes = axes_around(every[np.isfinite(every).all(axis=1)], names, unit)
    panel = Panel(traces=tuple(traces), x=axes[0], y=axes[1], z=axes[2] if dim == 3 else None)
    shown = f"The first {dim} of {len(names)} coordinates. " if len(names) > dim else ""
    caption = (
        f"{shown}Fixed points (large) and cycles (small) over an orbit on the attractor; in brackets how many. "
        "Circles attract, diamonds attract in some directions and repel in others, triangles repel in all."
    )
    return Figure(name=name, title=title, panels=(panel,), caption=caption)


def eigenvalues_figure(periodic: Sequence[PeriodicOrbit], *, name: str = "eigenvalues") -> Figure:
    r"""Eigenvalues of fixed points and cycles in the complex plane (left) and how many there are of each order (right).

    An eigenvalue $\mu$ of a cycle of order k is drawn at $|\mu|^{1/k} e^{i \arg \mu}$, its growth per step.

    Args:
        periodic: Fixed points and cycles.
        name: File name of the figure, without suffix.
    """
    angle = np.linspace(0, 2 * np.pi, 181)
    traces: list[AbstractTrace] = [Line(x=np.cos(angle), y=np.sin(angle), name="unit circle", role=Role.MUTED)]
    for stability, (role, marker) in STYLES.items():
        for one in (True, False):
            values = [_per_step(r) for r in periodic if r.stability == stability and (r.order == 1) is one]
            if values:
                mu = np.concatenate(values)
                label = f"{stability} {'fixed point' if one else 'cycle'}"
                size = 7.0 if one else 3.5
                traces.append(Points(x=np.real(mu), y=np.imag(mu), name=label, role=role, marker=marker, size=size))
    circle = Panel(
        traces=tuple(traces),
        x=Axis(label="real part"),
        y=Axis(label="imaginary part"),
        title="eigenvalues",
        equal=True,
    )
    caption = (
        "Left: eigenvalues; for a cycle of order k the k-th root of the modulus is drawn, which is the growth per "
        "step. Inside the circle a disturbance decays, outside it grows. Right: how many there are of each order."
    )
    panels = (circle, _counts_by_order(periodic))
    return Figure(name=name, title="Stability of fixed points and cycles", panels=panels, caption=caption, columns=2)


def manifolds_figure(
    orbit: Float[np.ndarray, "time dim"],
    saddle: Float[np.ndarray, "order dim"],
    stable: Float[np.ndarray, "s 2 dim"],
    unstable: Float[np.ndarray, "u 2 dim"],
    names: tuple[str, ...],
    *,
    homoclinic: Float[np.ndarray, "h dim"] | None = None,
    name: str = "manifolds",
) -> Figure:
    """The stable and the unstable manifold of a saddle: states approach it along the one and leave along the other.

    Args:
        orbit: States on the attractor.
        saddle: The fixed point, or the points of the cycle.
        stable: Both ends of each straight piece of the stable manifold; for single points both ends are equal.
        unstable: Both ends of each straight piece of the unstable manifold.
        names: Names of the coordinates; the first three are drawn, or two if there are no more.
        homoclinic: Points where the two manifolds intersect.
        name: File name of the figure, without suffix.
    """
    dim = min(3, len(names))
    traces: list[AbstractTrace] = [orbit_trace(orbit[:SHOWN_ORBIT], dim, name="orbit", role=Role.MUTED, width=0.3)]
    for z, label, role in ((stable, "stable manifold", Role.FIRST), (unstable, "unstable manifold", Role.SECOND)):
        if len(z):
            traces.append(_pieces(z, dim, label, role))
    traces.append(_marks(saddle, dim, "saddle", STYLES["saddle"], 9.0))
    if homoclinic is not None and len(homoclinic):
        traces.append(_marks(homoclinic, dim, f"homoclinic ({len(homoclinic)})", MarkerStyle(Role.TEXT, "plus"), 7.0))
    every = np.concatenate([orbit, saddle, *stable.swapaxes(0, 1), *unstable.swapaxes(0, 1)])
    axes = axes_around(every[np.isfinite(every).all(axis=1)], names)
    panel = Panel(traces=tuple(traces), x=axes[0], y=axes[1], z=axes[2] if dim == 3 else None)
    caption = (
        "States on the stable manifold approach the saddle, states on the unstable manifold come from it. Where the "
        "two intersect, there is a homoclinic orbit, and chaos near it."
    )
    return Figure(name=name, title="Invariant manifolds", panels=(panel,), caption=caption)


def _groups(periodic: Sequence[PeriodicOrbit], *, single: bool) -> dict[tuple[int, str, str], list[np.ndarray]]:
    groups: dict[tuple[int, str, str], list[np.ndarray]] = {}
    for r in sorted(periodic, key=lambda r: (r.order > 1, r.stability)):
        what = f"{r.stability} {'fixed point' if r.order == 1 else 'cycle'}"
        groups.setdefault((min(r.order, 2), r.stability, what), []).append(_drawable_points(r.z, single=single))
    return groups


def _drawable_points(z: Float[np.ndarray, "order dim"], *, single: bool) -> Float[np.ndarray, "order dim2"]:
    """Points of a cycle; for a single coordinate, each with the next point, as the orbit is drawn."""
    return np.concatenate([z, np.roll(z, -1, axis=0)], axis=1) if single and len(z) else z


def _marks(z: Float[np.ndarray, "n dim"], dim: int, name: str, style: MarkerStyle, size: float) -> AbstractTrace:
    if dim == 3:
        x, y, w = z[:, :3].T
        return Points3D(x=x, y=y, z=w, name=name, role=style.role, marker=style.marker, size=size)
    x, y = z[:, :2].T
    return Points(x=x, y=y, name=name, role=style.role, marker=style.marker, size=size)


def _pieces(z: Float[np.ndarray, "piece 2 dim"], dim: int, name: str, role: Role) -> AbstractTrace:
    """The first pieces as one interrupted line; pieces of length zero as dots, evenly selected."""
    if (z[:, 0] == z[:, 1]).all():
        return _marks(z[:: -(-len(z) // SHOWN_POINTS), 0], dim, name, MarkerStyle(role, "dot"), 2.0)
    z = z[:SHOWN_PIECES]
    z = np.concatenate([z, np.full_like(z[:, :1], np.nan)], axis=1).reshape(-1, z.shape[2])
    if dim == 3:
        x, y, w = z[:, :3].T
        return Line3D(x=x, y=y, z=w, name=name, role=role, width=1.0)
    x, y = z[:, :2].T
    return Line(x=x, y=y, name=name, role=role, width=1.0)


def _per_step(r: PeriodicOrbit) -> Complex[np.ndarray, " latent"]:
    return np.abs(r.eigenvalues) ** (1 / r.order) * np.exp(1j * np.angle(r.eigenvalues))


def _counts_by_order(periodic: Sequence[PeriodicOrbit]) -> Panel:
    """How many fixed points and cycles there are of each order, one bar for each kind of stability."""
    orders = np.arange(1, max((r.order for r in periodic), default=1) + 1)
    traces = []
    for i, (stability, style) in enumerate(STYLES.items()):
        counts = np.array([sum(r.order == k and r.stability == stability for r in periodic) for k in orders])
        if counts.any():
            traces.append(Bars(x=orders + 0.27 * (i - 1), y=counts * 1.0, name=stability, role=style.role, width=0.25))
    return Panel(
        traces=tuple(traces),
        x=Axis(label="order", integer=True, bounds=(0.4, max(orders[-1], 3) + 0.6)),
        y=Axis(label="how many", integer=True),
        title="number by order",
    )

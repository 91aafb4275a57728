"""Figures of structure: the fixed points and cycles around which an orbit winds, their eigenvalues, their manifolds.

Stability is shown twice, by color and by marker: circles attract, diamonds are saddles, triangles repel.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Complex, Float

from attrax.plots.attractor import axes_of, names_of, orbit_trace, plane_of
from attrax.plots.figure import Axis, Figure, Panel
from attrax.plots.theme import Role
from attrax.plots.traces import AbstractTrace, Bars, Line, Line3D, Marker, Points, Points3D

# What a figure of manifolds shows of the orbit, of pieces and of points: together no more than a figure holds without
# thinning, which would tear the pieces apart.
SHOWN_ORBIT, SHOWN_PIECES, SHOWN_POINTS = 6_000, 1_500, 4_000


class Recurrent(NamedTuple):
    """A fixed point or a cycle.

    Attributes:
        z: Its points in order, one for a fixed point.
        eigenvalues: Of the map's derivative once around it.
    """

    z: Float[np.ndarray, "order dim"]
    eigenvalues: Complex[np.ndarray, " latent"]

    @property
    def order(self) -> int:
        """Number of points."""
        return len(self.z)

    @property
    def stability(self) -> str:
        """Whether nearby states come closer, leave, or do the one or the other depending on the direction."""
        growing = int((np.abs(self.eigenvalues) > 1).sum())
        return "stable" if growing == 0 else "unstable" if growing == len(self.eigenvalues) else "saddle"


class Look(NamedTuple):
    """How a kind of stability is drawn."""

    role: Role
    marker: Marker


LOOKS = {
    "stable": Look(Role.STABLE, "circle"),
    "saddle": Look(Role.SADDLE, "diamond"),
    "unstable": Look(Role.UNSTABLE, "triangle"),
}


def structure_figure(
    orbit: Float[np.ndarray, "time dim"],
    recurrent: Sequence[Recurrent],
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
        recurrent: What was found, in the coordinates of the orbit.
        names: Names of the coordinates; the first three are drawn, or two if there are no more.
        truth: Known fixed points, drawn as crosses.
        unit: Unit of the coordinates, as text.
        title: Title of the figure.
        name: Name of the files.
    """
    single = orbit.shape[1] == 1
    orbit, names = plane_of(orbit), names_of(names)
    dim = min(3, len(names))
    traces: list[AbstractTrace] = [orbit_trace(orbit, dim, name="orbit", role=Role.QUIET, width=0.35)]
    groups = _groups(recurrent, single=single)
    traces += [
        _marks(np.concatenate(z), dim, f"{label} ({len(z)})", LOOKS[stability], 9.0 if order == 1 else 4.0)
        for (order, stability, label), z in groups.items()
    ]
    known = np.empty((0, dim)) if truth is None else _pairs(truth, single=single)
    if len(known):
        traces.append(_marks(known, dim, f"known fixed point ({len(known)})", Look(Role.INK, "cross"), 8.0))
    every = np.concatenate([orbit[:, :dim], known[:, :dim], *(z[:, :dim] for group in groups.values() for z in group)])
    axes = axes_of(every[np.isfinite(every).all(axis=1)], names, unit)
    panel = Panel(traces=tuple(traces), x=axes[0], y=axes[1], z=axes[2] if dim == 3 else None)
    shown = f"The first {dim} of {len(names)} coordinates. " if len(names) > dim else ""
    caption = (
        f"{shown}Fixed points (large) and cycles (small) over an orbit on the attractor; in brackets how many. "
        "Circles attract, diamonds attract in some directions and repel in others, triangles repel in all."
    )
    return Figure(name=name, title=title, panels=(panel,), caption=caption)


def eigenvalues_figure(recurrent: Sequence[Recurrent], *, name: str = "eigenvalues") -> Figure:
    """The eigenvalues of fixed points and cycles about the unit circle, and how many there are of each order.

    Args:
        recurrent: What was found.
        name: Name of the files.
    """
    angle = np.linspace(0, 2 * np.pi, 181)
    traces: list[AbstractTrace] = [Line(x=np.cos(angle), y=np.sin(angle), name="unit circle", role=Role.QUIET)]
    for stability, (role, marker) in LOOKS.items():
        for one in (True, False):
            values = [_a_step(r) for r in recurrent if r.stability == stability and (r.order == 1) is one]
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
        "Left: eigenvalues, those of a cycle of order k with the k-th root of their modulus, so that all are growth "
        "a step; inside the circle a disturbance decays, outside it grows. Right: how many there are of each order."
    )
    panels = (circle, _census(recurrent))
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
    """The curves along which states approach a saddle and leave it.

    Args:
        orbit: States on the attractor.
        saddle: The fixed point, or the points of the cycle.
        stable: First and last points of straight pieces of the stable manifold; points alone have both ends alike.
        unstable: The same of the unstable manifold.
        names: Names of the coordinates; the first three are drawn, or two if there are no more.
        homoclinic: Where the two manifolds meet.
        name: Name of the files.
    """
    dim = min(3, len(names))
    traces: list[AbstractTrace] = [orbit_trace(orbit[:SHOWN_ORBIT], dim, name="orbit", role=Role.QUIET, width=0.3)]
    for z, label, role in ((stable, "stable manifold", Role.FIRST), (unstable, "unstable manifold", Role.SECOND)):
        if len(z):
            traces.append(_pieces(z, dim, label, role))
    traces.append(_marks(saddle, dim, "saddle", LOOKS["saddle"], 9.0))
    if homoclinic is not None and len(homoclinic):
        traces.append(_marks(homoclinic, dim, f"homoclinic ({len(homoclinic)})", Look(Role.INK, "plus"), 7.0))
    every = np.concatenate([orbit, saddle, *stable.swapaxes(0, 1), *unstable.swapaxes(0, 1)])
    axes = axes_of(every[np.isfinite(every).all(axis=1)], names)
    panel = Panel(traces=tuple(traces), x=axes[0], y=axes[1], z=axes[2] if dim == 3 else None)
    caption = (
        "States on the stable manifold approach the saddle, states on the unstable manifold come from it. Where the "
        "two meet, there is a homoclinic orbit, and chaos near it."
    )
    return Figure(name=name, title="Invariant manifolds", panels=(panel,), caption=caption)


def _groups(recurrent: Sequence[Recurrent], *, single: bool) -> dict[tuple[int, str, str], list[np.ndarray]]:
    groups: dict[tuple[int, str, str], list[np.ndarray]] = {}
    for r in sorted(recurrent, key=lambda r: (r.order > 1, r.stability)):
        what = f"{r.stability} {'fixed point' if r.order == 1 else 'cycle'}"
        groups.setdefault((min(r.order, 2), r.stability, what), []).append(_pairs(r.z, single=single))
    return groups


def _pairs(z: Float[np.ndarray, "order dim"], *, single: bool) -> Float[np.ndarray, "order dim2"]:
    """Points of a cycle; those of a single coordinate with their successors, as the orbit is drawn."""
    return np.concatenate([z, np.roll(z, -1, axis=0)], axis=1) if single and len(z) else z


def _marks(z: Float[np.ndarray, "n dim"], dim: int, name: str, look: Look, size: float) -> AbstractTrace:
    if dim == 3:
        x, y, w = z[:, :3].T
        return Points3D(x=x, y=y, z=w, name=name, role=look.role, marker=look.marker, size=size)
    x, y = z[:, :2].T
    return Points(x=x, y=y, name=name, role=look.role, marker=look.marker, size=size)


def _pieces(z: Float[np.ndarray, "piece 2 dim"], dim: int, name: str, role: Role) -> AbstractTrace:
    """Pieces as one interrupted line, the first ones of many; as dots, evenly chosen, if they have no length."""
    if (z[:, 0] == z[:, 1]).all():
        return _marks(z[:: -(-len(z) // SHOWN_POINTS), 0], dim, name, Look(role, "dot"), 2.0)
    z = z[:SHOWN_PIECES]
    z = np.concatenate([z, np.full_like(z[:, :1], np.nan)], axis=1).reshape(-1, z.shape[2])
    if dim == 3:
        x, y, w = z[:, :3].T
        return Line3D(x=x, y=y, z=w, name=name, role=role, width=1.0)
    x, y = z[:, :2].T
    return Line(x=x, y=y, name=name, role=role, width=1.0)


def _a_step(r: Recurrent) -> Complex[np.ndarray, " latent"]:
    return np.abs(r.eigenvalues) ** (1 / r.order) * np.exp(1j * np.angle(r.eigenvalues))


def _census(recurrent: Sequence[Recurrent]) -> Panel:
    """Side by side, a bar for each kind of stability."""
    orders = np.arange(1, max((r.order for r in recurrent), default=1) + 1)
    traces = []
    for i, (stability, look) in enumerate(LOOKS.items()):
        counts = np.array([sum(r.order == k and r.stability == stability for r in recurrent) for k in orders])
        if counts.any():
            traces.append(Bars(x=orders + 0.27 * (i - 1), y=counts * 1.0, name=stability, role=look.role, width=0.25))
    return Panel(
        traces=tuple(traces),
        x=Axis(label="order", integer=True, bounds=(0.4, max(orders[-1], 3) + 0.6)),
        y=Axis(label="how many", integer=True),
        title="census",
    )

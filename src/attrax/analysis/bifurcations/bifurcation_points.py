"""Bifurcation points: the parameter values at which cycles appear, vanish or change stability, located by bisection."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

import numpy as np
from jaxtyping import Complex, Float

from attrax.analysis.bifurcations.cycle_branches import Branch, follow_cycles, nearby_cycle
from attrax.analysis.periodic_orbits.cycle_stability import eigenvalues, regions_of
from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear

# Number of bisections of an interval of the parameter: to 1e-12 of its length.
_HALVINGS = 40

# A branch ends in a fold if an eigenvalue is this close to 1; near a fold it moves like the root of the parameter.
_FOLD = 1e-3

# Points of a cycle that are closer than this share of `reach` are about to merge.
_MERGING = 1e-2


class EventKind(StrEnum):
    """Types of bifurcations of a cycle.

    Example:
        >>> EventKind("Neimark-Sacker") is EventKind.NEIMARK_SACKER
        True
    """

    FOLD = "fold"
    """Two cycles meet and vanish; an eigenvalue is 1."""
    CROSSING = "crossing"
    """Cycles meet and exist on both sides (a transcritical or pitchfork bifurcation); an eigenvalue is 1."""
    FLIP = "flip"
    """An eigenvalue passes -1, and a cycle of twice the order branches off (period doubling)."""
    NEIMARK_SACKER = "Neimark-Sacker"
    """A pair of complex eigenvalues leaves the unit circle, and a closed curve branches off."""
    BORDER_COLLISION = "border collision"
    """A point of the cycle meets a border between linear regions, where the eigenvalues jump."""
    LOST = "lost"
    """The cycle could not be followed further, for an unknown reason."""


@dataclass(frozen=True, eq=False)
class Event:
    """A bifurcation point.

    Attributes:
        kind: Type of the bifurcation.
        value: The parameter value.
        uncertainty: Half the width of the last interval of the bisection.
        order: Number of points of the cycle.
        z: The cycle at the bifurcation.
        eigenvalues: Eigenvalues of the Jacobian over one period, on the side from which the cycle was followed.

    Example:
        >>> event = Event(EventKind.FLIP, 3.0, 1e-9, 1, np.array([[2 / 3]]), np.array([-1.0 + 0j]))
        >>> f"{event.kind.value} at r = {event.value}"
        'flip at r = 3.0'
    """

    kind: EventKind
    value: float
    uncertainty: float
    order: int
    z: Float[np.ndarray, "order latent"]
    eigenvalues: Complex[np.ndarray, " latent"]


@dataclass(frozen=True, eq=False)
class _CycleAt:
    """A cycle at a parameter value."""

    value: float
    z: Float[np.ndarray, "order latent"]
    dynamics: AbstractDynamics

    @cached_property
    def eigenvalues(self) -> Complex[np.ndarray, " latent"]:
        """Those of the Jacobian over one period."""
        return eigenvalues(self.dynamics, self.z[None])[0]

    @cached_property
    def signature(self) -> tuple[int, bytes]:
        """What changes at a bifurcation: the number of unstable directions, and the linear regions of the points."""
        regions = b""
        if isinstance(self.dynamics, AbstractPiecewiseLinear):
            regions = regions_of(self.dynamics, self.z[None]).tobytes()
        return int((np.abs(self.eigenvalues) > 1).sum()), regions


def bifurcations_on_branch(
    family: Callable[[float], AbstractDynamics], values: Float[np.ndarray, " value"], branch: Branch, reach: float
) -> list[Event]:
    """Find all bifurcations on a branch and, unless it ends with the parameter range, at its ends.

    Args:
        family: The map at each parameter value, in float64.
        values: All parameter values of the diagram.
        branch: The branch.
        reach: A cycle that moves by less than this in half an interval is still the same cycle. If points of a cycle
            are much closer to each other than this, it is about to merge with a cycle of lower order.
    """
    at = [_CycleAt(values[branch.first + i], z, family(values[branch.first + i])) for i, z in enumerate(branch.z)]
    found = [event for a, b in pairwise(at) for event in _changes(family, a, b)]
    if branch.first > 0:
        found += _end(family, at[0], values[branch.first - 1], reach)
    if branch.last < len(values) - 1:
        found += _end(family, at[-1], values[branch.last + 1], reach)
    return found


def _changes(family: Callable[[float], AbstractDynamics], low: _CycleAt, high: _CycleAt) -> list[Event]:
    """The bifurcations between two neighbors on a branch; two that cancel each other are not found."""
    found = []
    while low.signature != high.signature and len(found) < 8:
        before, after = _narrowed(family, low, high)
        found.append(_event(_cause(before, after), before, after.value))
        low = after
    return found


def _narrowed(family: Callable[[float], AbstractDynamics], low: _CycleAt, high: _CycleAt) -> tuple[_CycleAt, _CycleAt]:
    """Bisect until the neighbors are as close as possible, one on each side of the first change."""
    signature = low.signature
    for _ in range(_HALVINGS):
        value = (low.value + high.value) / 2
        if value in (low.value, high.value):
            break
        dynamics = family(value)
        z = nearby_cycle(dynamics, (low.z + high.z) / 2)
        if z is None:
            break
        middle = _CycleAt(value, z, dynamics)
        low, high = (middle, high) if middle.signature == signature else (low, middle)
    return low, high


def _cause(before: _CycleAt, after: _CycleAt) -> EventKind:
    if before.signature[1] != after.signature[1]:
        return EventKind.BORDER_COLLISION
    values = before.eigenvalues
    critical = values[np.argmin(np.abs(np.abs(values) - 1))]
    if abs(critical.imag) > 1e-3:
        return EventKind.NEIMARK_SACKER
    return EventKind.CROSSING if critical.real > 0 else EventKind.FLIP


def _end(family: Callable[[float], AbstractDynamics], cycle: _CycleAt, beyond: float, reach: float) -> list[Event]:
    """The bifurcation at which a branch ends before the value `beyond`; none if it becomes a cycle of lower order."""
    last = beyond
    for _ in range(_HALVINGS):
        value = (cycle.value + last) / 2
        if value in (cycle.value, last):
            break
        dynamics = family(value)
        z, same = follow_cycles(cycle.dynamics, cycle.z[None], dynamics, reach / 2)
        if same[0]:
            cycle = _CycleAt(value, z[0], dynamics)
        else:
            last = value
    if _merges(cycle.z, reach):
        return []
    return [_event(_cause_of_end(cycle), cycle, last)]


def _merges(z: Float[np.ndarray, "order latent"], reach: float) -> bool:
    """Whether the cycle is almost equal to a cycle of lower order."""
    order = len(z)
    shifts = [d for d in range(1, order) if order % d == 0]
    return any(np.abs(np.roll(z, -d, axis=0) - z).max() < _MERGING * reach for d in shifts)


def _cause_of_end(cycle: _CycleAt) -> EventKind:
    if np.abs(cycle.eigenvalues - 1).min() < _FOLD:
        return EventKind.FOLD
    if isinstance(cycle.dynamics, AbstractPiecewiseLinear):
        normals, offsets = (np.asarray(x) for x in cycle.dynamics.borders())
        distance = np.abs(cycle.z @ normals.T + offsets) / np.maximum(np.linalg.norm(normals, axis=1), 1e-12)
        if distance.min(initial=np.inf) < 1e-6 * (1 + np.abs(cycle.z).max()):
            return EventKind.BORDER_COLLISION
    return EventKind.LOST


def _event(kind: EventKind, cycle: _CycleAt, other: float) -> Event:
    value = float(cycle.value + other) / 2
    return Event(kind, value, abs(float(other - cycle.value)) / 2, len(cycle.z), cycle.z, cycle.eigenvalues)


def distinct_events(events: list[Event], width: float, reach: float) -> tuple[Event, ...]:
    """Sort bifurcation points by their parameter value and leave out duplicates; both cycles of a fold report it.

    Args:
        events: The bifurcation points of all branches.
        width: Points closer than this in the parameter may be the same.
        reach: Points closer than this in state space may be the same.
    """
    kept: list[Event] = []
    for event in sorted(events, key=lambda e: e.value):
        if not any(_same(event, other, width, reach) for other in kept):
            kept.append(event)
    return tuple(kept)


def _same(a: Event, b: Event, width: float, reach: float) -> bool:
    if (a.kind, a.order) != (b.kind, b.order) or abs(a.value - b.value) > width:
        return False
    return any(np.abs(np.roll(a.z, shift, axis=0) - b.z).max() < reach for shift in range(a.order))

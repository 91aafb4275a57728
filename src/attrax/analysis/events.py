"""Events: the parameter values at which cycles appear, vanish or change stability, located by bisection."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np
from jaxtyping import Complex, Float

from attrax.analysis.followed_cycle import Branch, followed, nearby_cycle
from attrax.analysis.stability import eigenvalues, regions_of
from attrax.core.dynamics import AbstractDynamics, AbstractPiecewiseLinear

# Halvings of an interval of the parameter: to 1e-12 of its length.
_HALVINGS = 40

# How far an eigenvalue may be from 1 where a branch ends for that to be a fold: it moves as the root of the parameter.
_FOLD = 1e-3

# Points of a cycle closer than this share of the length that is not small are about to merge.
_MERGING = 1e-2


class EventKind(StrEnum):
    """What can happen to a cycle.

    Fold: two cycles meet and vanish, at an eigenvalue 1. Crossing: cycles meet at an eigenvalue 1 and go on, in a
    transcritical or pitchfork bifurcation. Flip: an eigenvalue passes -1, and a cycle of twice the order branches off.
    Neimark-Sacker: a complex pair leaves the unit circle, and a closed curve branches off. Border collision: a point of
    the cycle meets a border between linear regions, and eigenvalues jump. Lost: the cycle could not be followed.
    """

    FOLD = "fold"
    CROSSING = "crossing"
    FLIP = "flip"
    NEIMARK_SACKER = "Neimark-Sacker"
    BORDER_COLLISION = "border collision"
    LOST = "lost"


@dataclass(frozen=True, eq=False)
class Event:
    """A bifurcation point.

    Attributes:
        kind: What happens.
        value: Where in the parameter.
        uncertainty: Half the width of the last interval of the bisection.
        order: Number of points of the cycle it happens to.
        z: The cycle there.
        eigenvalues: Of the map once around, just to the side where the cycle was followed from.
    """

    kind: EventKind
    value: float
    uncertainty: float
    order: int
    z: Float[np.ndarray, "order latent"]
    eigenvalues: Complex[np.ndarray, " latent"]


@dataclass(frozen=True, eq=False)
class _Seen:
    """A cycle at a parameter value."""

    value: float
    z: Float[np.ndarray, "order latent"]
    dynamics: AbstractDynamics

    def eigenvalues(self) -> Complex[np.ndarray, " latent"]:
        return eigenvalues(self.dynamics, self.z[None])[0]

    def label(self) -> tuple[int, bytes]:
        """What changes at an event: the number of unstable directions, and the regions visited."""
        regions = b""
        if isinstance(self.dynamics, AbstractPiecewiseLinear):
            regions = regions_of(self.dynamics, self.z[None]).tobytes()
        return int((np.abs(self.eigenvalues()) > 1).sum()), regions


def events_along(
    family: Callable[[float], AbstractDynamics], values: Float[np.ndarray, " value"], branch: Branch, reach: float
) -> list[Event]:
    """Everything that happens to one branch between its ends, and at those ends that are not ends of `values`.

    Args:
        family: The map at each parameter value, in float64.
        values: The values at which the branch was found, and others.
        branch: The branch.
        reach: Length that is not small in the state space: a cycle that moves by less in half an interval is the same,
            and one whose points are much closer is about to merge with one of lower order.
    """
    at = [_Seen(values[branch.first + i], z, family(values[branch.first + i])) for i, z in enumerate(branch.z)]
    found = [event for a, b in pairwise(at) for event in _changes(family, a, b)]
    if branch.first > 0:
        found += _end(family, at[0], values[branch.first - 1], reach)
    if branch.last < len(values) - 1:
        found += _end(family, at[-1], values[branch.last + 1], reach)
    return found


def _changes(family: Callable[[float], AbstractDynamics], low: _Seen, high: _Seen) -> list[Event]:
    """The changes between two neighbors on a branch; two that undo each other inside the interval are not seen."""
    found = []
    while low.label() != high.label() and len(found) < 8:
        before, after = _narrowed(family, low, high)
        found.append(_event(_cause(before, after), before, after.value))
        low = after
    return found


def _narrowed(family: Callable[[float], AbstractDynamics], low: _Seen, high: _Seen) -> tuple[_Seen, _Seen]:
    label = low.label()
    for _ in range(_HALVINGS):
        value = (low.value + high.value) / 2
        if value in (low.value, high.value):
            break
        dynamics = family(value)
        z = nearby_cycle(dynamics, (low.z + high.z) / 2)
        if z is None:
            break
        middle = _Seen(value, z, dynamics)
        low, high = (middle, high) if middle.label() == label else (low, middle)
    return low, high


def _cause(before: _Seen, after: _Seen) -> EventKind:
    if before.label()[1] != after.label()[1]:
        return EventKind.BORDER_COLLISION
    values = before.eigenvalues()
    critical = values[np.argmin(np.abs(np.abs(values) - 1))]
    if abs(critical.imag) > 1e-3:
        return EventKind.NEIMARK_SACKER
    return EventKind.CROSSING if critical.real > 0 else EventKind.FLIP


def _end(family: Callable[[float], AbstractDynamics], seen: _Seen, beyond: float, reach: float) -> list[Event]:
    """What ends a branch before the value `beyond`; nothing if it merges with a cycle of lower order."""
    last = beyond
    for _ in range(_HALVINGS):
        value = (seen.value + last) / 2
        if value in (seen.value, last):
            break
        dynamics = family(value)
        z, sure = followed(seen.dynamics, seen.z[None], dynamics, reach / 2)
        if sure[0]:
            seen = _Seen(value, z[0], dynamics)
        else:
            last = value
    if _merges(seen.z, reach):
        return []
    return [_event(_cause_of_end(seen), seen, last)]


def _merges(z: Float[np.ndarray, "order latent"], reach: float) -> bool:
    """Whether the cycle has all but become one of a lower order."""
    order = len(z)
    shifts = [d for d in range(1, order) if order % d == 0]
    return any(np.abs(np.roll(z, -d, axis=0) - z).max() < _MERGING * reach for d in shifts)


def _cause_of_end(seen: _Seen) -> EventKind:
    if np.abs(seen.eigenvalues() - 1).min() < _FOLD:
        return EventKind.FOLD
    if isinstance(seen.dynamics, AbstractPiecewiseLinear):
        normals, offsets = (np.asarray(x) for x in seen.dynamics.borders())
        distance = np.abs(seen.z @ normals.T + offsets) / np.maximum(np.linalg.norm(normals, axis=1), 1e-12)
        if distance.min(initial=np.inf) < 1e-6 * (1 + np.abs(seen.z).max()):
            return EventKind.BORDER_COLLISION
    return EventKind.LOST


def _event(kind: EventKind, seen: _Seen, other: float) -> Event:
    value = float(seen.value + other) / 2
    return Event(kind, value, abs(float(other - seen.value)) / 2, len(seen.z), seen.z, seen.eigenvalues())


def merged(events: list[Event], width: float, reach: float) -> tuple[Event, ...]:
    """Each event once, in the order of the parameter: both cycles that meet in a fold report it.

    Args:
        events: The events of all branches.
        width: Events closer than this in the parameter may be the same.
        reach: Events closer than this in the state space may be the same.
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

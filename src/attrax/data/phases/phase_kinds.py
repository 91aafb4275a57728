r"""The three kinds of channels that represent a phase: waves, clocks and angles.

A phase $\psi$ is counted in turns. That of a drive advances by the same amount in every row; that of an angle does not.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
from jaxtyping import Float

from attrax.core.errors import ConfigError

AUTO, NONE = "auto", "none"
FULL_TURN = 2 * math.pi
ROUNDING = 1e-9


@dataclass(frozen=True)
class AbstractDriveChannel(ABC):
    r"""A channel that is a function of the phase $\psi_t = \psi_0 + t / P$ of a periodic drive.

    Attributes:
        channel: Its name.
        rows: $P$, the number of rows in a turn of the drive.
        shift: $\sigma$, its phase lead over the drive, in turns.

    For developers: implement `unit_waves` and `values`.
    """

    channel: str
    rows: float
    shift: float = 0.0

    @abstractmethod
    def unit_waves(self, x: Float[np.ndarray, " time"]) -> list[tuple[Float[np.ndarray, " time"], float]]:
        r"""The channel as waves $\cos 2 \pi (\psi + \sigma)$, each with its shift $\sigma$."""

    @abstractmethod
    def values(
        self, turns: Float[np.ndarray, " n"], known: Float[np.ndarray, " time"], at: Float[np.ndarray, " time"]
    ) -> Float[np.ndarray, " n"]:
        """The values of the channel at the phases `turns`, if it had the values `known` at the phases `at`."""


@dataclass(frozen=True)
class Wave(AbstractDriveChannel):
    r"""A sinusoid $c + a \cos 2 \pi (\psi + \sigma)$, such as a recorded force.

    Attributes:
        center: $c$.
        amplitude: $a$.
    """

    kind: ClassVar[str] = "wave"
    center: float = 0.0
    amplitude: float = 1.0

    def unit_waves(self, x: Float[np.ndarray, " time"]) -> list[tuple[Float[np.ndarray, " time"], float]]:
        """The channel, standardised."""
        return [((x - self.center) / self.amplitude, self.shift)]

    def values(
        self, turns: Float[np.ndarray, " n"], known: Float[np.ndarray, " time"], at: Float[np.ndarray, " time"]
    ) -> Float[np.ndarray, " n"]:
        """The sinusoid."""
        del known, at
        return self.center + self.amplitude * np.cos(FULL_TURN * (turns + self.shift))


@dataclass(frozen=True)
class ClockPhase(AbstractDriveChannel):
    r"""A channel $L (\psi + \sigma)$ that rises or falls evenly, without end or again in every turn.

    Attributes:
        turn: $L$, the length of a turn in the unit of the channel; negative if it falls.
        lowest: Where a turn begins if the channel is a sawtooth; None if it rises without end.
    """

    kind: ClassVar[str] = "clock"
    turn: float = FULL_TURN
    lowest: float | None = None

    def unit_waves(self, x: Float[np.ndarray, " time"]) -> list[tuple[Float[np.ndarray, " time"], float]]:
        """Cosine and sine of the phase."""
        angle = FULL_TURN * x / self.turn
        return [(np.cos(angle), self.shift), (np.sin(angle), self.shift - 0.25)]

    def values(
        self, turns: Float[np.ndarray, " n"], known: Float[np.ndarray, " time"], at: Float[np.ndarray, " time"]
    ) -> Float[np.ndarray, " n"]:
        """The straight line, in the turn of the known values; a sawtooth stays in its range."""
        if self.lowest is not None:
            return wrapped(self.turn * (turns + self.shift), abs(self.turn), self.lowest)
        past = np.round(np.mean(known / self.turn - at - self.shift)) if len(known) else 0.0
        return self.turn * (turns + self.shift + past)


@dataclass(frozen=True)
class Angle:
    """An angle: a channel whose values may differ by whole turns without an effect on the dynamics.

    Attributes:
        channel: Its name.
        turn: The length of a turn in the unit of the channel.
        lowest: Where a turn begins if values jump back by a turn; None if they grow over whole turns.
    """

    kind: ClassVar[str] = "angle"
    channel: str
    turn: float = FULL_TURN
    lowest: float | None = None

    @property
    def names(self) -> tuple[str, str]:
        """Names of the two channels that a model gets."""
        return f"cos({self.channel})", f"sin({self.channel})"

    def pair(self, x: Float[np.ndarray, " time"]) -> tuple[Float[np.ndarray, " time"], Float[np.ndarray, " time"]]:
        """Cosine and sine."""
        radians = FULL_TURN * x / self.turn
        return np.cos(radians), np.sin(radians)

    def near(self, pair: Float[np.ndarray, "n 2"], guide: Float[np.ndarray, " n"] | float) -> Float[np.ndarray, " n"]:
        """Convert cosines and sines to the angles that are nearest to a guide; a wrapped angle stays in its range."""
        found = self.turn / FULL_TURN * np.arctan2(pair[:, 1], pair[:, 0])
        if self.lowest is not None:
            return wrapped(found, self.turn, self.lowest)
        return guide + wrapped(found - guide, self.turn, -self.turn / 2)

    def following(self, pair: Float[np.ndarray, "n 2"], last: float) -> Float[np.ndarray, " n"]:
        """Convert cosines and sines to angles that continue from the value `last`: increments are added up."""
        if self.lowest is not None:
            return self.near(pair, last)
        steps = np.diff(self.turn / FULL_TURN * np.arctan2(pair[:, 1], pair[:, 0]), prepend=last)
        return last + np.cumsum(wrapped(steps, self.turn, -self.turn / 2))


Phase = Wave | ClockPhase | Angle
_OPEN = "open"
_FIELDS = {
    Wave: ("rows", "center", "amplitude", "shift"),
    ClockPhase: ("turn", "rows", "shift", "lowest"),
    Angle: ("turn", "lowest"),
}
_KINDS = {kind.kind: kind for kind in _FIELDS}


class PhaseSetting(NamedTuple):
    """A setting `NAME=KIND:NUMBERS`: a channel, the kind of its phase, and its numbers as far as they are given."""

    channel: str
    kind: type[Phase]
    numbers: tuple[float | None, ...]

    @property
    def phase(self) -> Phase | None:
        """The phase, if all its numbers are given."""
        names = _FIELDS[self.kind]
        if len(self.numbers) < len(names):
            return None
        numbers: dict[str, Any] = dict(zip(names, self.numbers, strict=True))
        return self.kind(channel=self.channel, **numbers)


def read_setting(entry: str) -> PhaseSetting:
    """Read a setting such as `theta=angle:360`, `t=clock:3` or `force=wave`.

    Raises: ConfigError C609 if it cannot be read.

    Example:
        >>> read_setting("t=clock:3.0:100.0:0.0:open").phase
        ClockPhase(channel='t', rows=100.0, shift=0.0, turn=3.0, lowest=None)
        >>> read_setting("theta=angle:360").phase is None
        True
    """
    channel, _, meant = entry.rpartition("=")
    name, *numbers = meant.split(":")
    kind = _KINDS.get(name)
    try:
        values = tuple(None if number == _OPEN else float(number) for number in numbers)
    except ValueError:
        kind, values = None, ()
    if not channel or kind is None or len(values) > len(_FIELDS[kind]):
        raise ConfigError(
            "C609",
            f"cannot read the phase {entry!r}",
            where="data.phases",
            why=f"a phase is the name of a channel and one of {', '.join(_KINDS)}, a turn may follow",
            fix="--phases theta=angle:360, or t=clock:3, force=wave, auto, none",
        )
    return PhaseSetting(channel, kind, values)


def setting_of(phase: Phase) -> str:
    """Write a phase as a setting, with all its numbers; `read_setting` reads it.

    Example:
        >>> setting_of(Angle("theta", 360.0)), setting_of(ClockPhase("t", 100.0, turn=3.0))
        ('theta=angle:360.0:open', 't=clock:3.0:100.0:0.0:open')
    """
    numbers = (getattr(phase, name) for name in _FIELDS[type(phase)])
    written = (_OPEN if number is None else repr(float(number)) for number in numbers)
    return f"{phase.channel}={phase.kind}:{':'.join(written)}"


def wrapped(x: Float[np.ndarray, " n"], turn: float, lowest: float) -> Float[np.ndarray, " n"]:
    """The values moved by whole turns into the turn that begins at `lowest`; its end counts as the next beginning.

    Example:
        >>> wrapped(np.array([-10.0, 370.0]), 360.0, 0.0).tolist()
        [350.0, 10.0]
    """
    inside = np.mod(x - lowest, turn)
    return lowest + np.where(turn - inside < ROUNDING * turn, 0.0, inside)

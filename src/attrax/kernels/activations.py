"""Ramps: what a hidden unit makes of its drive, and the slope of that, as vector code."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

from attrax.kernels.emitter import Emitter, Value


class Slopes(NamedTuple):
    """A cotangent of the activation's value, carried back to its arguments.

    Attributes:
        drive: To the drive $W_2 z$.
        offset: To the offset $h_2$.
    """

    drive: Value
    offset: Value


class AbstractActivation(ABC):
    """A piecewise-linear function of drive and offset.

    For developers: frozen and comparable, since compiled code is kept by it; `models` holds the same function in JAX.
    """

    @abstractmethod
    def value(self, e: Emitter, drive: Value, offset: Value) -> Value:
        """The value."""

    @abstractmethod
    def pull_back(self, e: Emitter, drive: Value, offset: Value, cotangent: Value) -> Slopes:
        """The cotangent of the value as cotangents of the arguments."""


@dataclass(frozen=True)
class Relu(AbstractActivation):
    r"""$\max(v + h, 0)$."""

    def value(self, e: Emitter, drive: Value, offset: Value) -> Value:
        """The shifted drive where it is positive."""
        shifted = e.builder.fadd(drive, offset)
        return e.where(e.positive(shifted), shifted)

    def pull_back(self, e: Emitter, drive: Value, offset: Value, cotangent: Value) -> Slopes:
        """The cotangent where the unit is active."""
        passed = e.where(e.positive(e.builder.fadd(drive, offset)), cotangent)
        return Slopes(passed, passed)


@dataclass(frozen=True)
class ClippedRelu(AbstractActivation):
    r"""$\max(v + h, 0) - \max(v, 0)$."""

    def value(self, e: Emitter, drive: Value, offset: Value) -> Value:
        """The shifted activation less the activation."""
        shifted = e.builder.fadd(drive, offset)
        return e.builder.fsub(e.where(e.positive(shifted), shifted), e.where(e.positive(drive), drive))

    def pull_back(self, e: Emitter, drive: Value, offset: Value, cotangent: Value) -> Slopes:
        """The shifted part passes it to both arguments, the clipping part takes it from the drive again."""
        shifted = e.where(e.positive(e.builder.fadd(drive, offset)), cotangent)
        return Slopes(e.builder.fsub(shifted, e.where(e.positive(drive), cotangent)), shifted)

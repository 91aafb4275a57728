"""Activation functions of hidden units and their derivatives, as vector code."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import NamedTuple

from attrax.kernels.emitter import Emitter, Value


class Slopes(NamedTuple):
    """The gradient of an activation with respect to its two arguments.

    Attributes:
        drive: With respect to the drive $v = W_2 z$.
        offset: With respect to the offset $h_2$.
    """

    drive: Value
    offset: Value


class AbstractActivation(ABC):
    r"""A piecewise-linear activation function $\phi(v, h)$ of drive $v$ and offset $h$.

    For developers: an implementation must be frozen and comparable, since compiled code is cached by it. The class of
    the model in `models` has the same function in JAX.
    """

    @abstractmethod
    def value(self, e: Emitter, drive: Value, offset: Value) -> Value:
        r"""The value $\phi(v, h)$.

        Args:
            e: The emitter.
            drive: $v$.
            offset: $h$.
        """

    @abstractmethod
    def pull_back(self, e: Emitter, drive: Value, offset: Value, cotangent: Value) -> Slopes:
        """The gradient with respect to the arguments, from the gradient with respect to the value.

        Args:
            e: The emitter.
            drive: $v$.
            offset: $h$.
            cotangent: The gradient with respect to the value.
        """


@dataclass(frozen=True)
class Relu(AbstractActivation):
    r"""The rectifier $\max(v + h, 0)$."""

    def value(self, e: Emitter, drive: Value, offset: Value) -> Value:
        """The sum of drive and offset where it is positive, 0 elsewhere."""
        shifted = e.builder.fadd(drive, offset)
        return e.where(e.positive(shifted), shifted)

    def pull_back(self, e: Emitter, drive: Value, offset: Value, cotangent: Value) -> Slopes:
        """The gradient where the unit is active, 0 elsewhere."""
        passed = e.where(e.positive(e.builder.fadd(drive, offset)), cotangent)
        return Slopes(passed, passed)


@dataclass(frozen=True)
class ClippedRelu(AbstractActivation):
    r"""The clipped rectifier $\max(v + h, 0) - \max(v, 0)$."""

    def value(self, e: Emitter, drive: Value, offset: Value) -> Value:
        """The difference of the two rectifiers."""
        shifted = e.builder.fadd(drive, offset)
        return e.builder.fsub(e.where(e.positive(shifted), shifted), e.where(e.positive(drive), drive))

    def pull_back(self, e: Emitter, drive: Value, offset: Value, cotangent: Value) -> Slopes:
        """The first rectifier passes the gradient to both arguments; the second one subtracts it from the drive's."""
        shifted = e.where(e.positive(e.builder.fadd(drive, offset)), cotangent)
        return Slopes(e.builder.fsub(shifted, e.where(e.positive(drive), cotangent)), shifted)

"""Activation functions of hidden units and their derivatives, as vector code."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from attrax.kernels.emitter import Emitter, Value


class AbstractActivation(ABC):
    r"""A piecewise-linear activation function $\phi(v; p)$ of a drive $v$ and of the parameters $p$ of a unit.

    For developers: an implementation must be frozen and comparable, since compiled code is cached by it. The class of
    the model in `models` has the same function in JAX.
    """

    @property
    @abstractmethod
    def parameters(self) -> int:
        """Number of parameters of a unit."""

    @abstractmethod
    def value(self, e: Emitter, drive: Value, parameters: Value) -> Value:
        r"""The value $\phi(v; p)$.

        Args:
            e: The emitter.
            drive: $v$.
            parameters: Address of $p$.
        """

    @abstractmethod
    def pull_back(self, e: Emitter, drive: Value, parameters: Value, cotangent: Value, sums: Value) -> Value:
        """The gradient with respect to the drive; that with respect to the parameters is added to `sums`.

        Args:
            e: The emitter.
            drive: $v$.
            parameters: Address of $p$.
            cotangent: The gradient with respect to the value.
            sums: Address of the sums (parameters, lanes).
        """


def _add(e: Emitter, value: Value, place: Value) -> None:
    e.store(e.builder.fadd(e.load(place, value.type.count), value), place)


@dataclass(frozen=True)
class Relu(AbstractActivation):
    r"""The rectifier $\max(v + h, 0)$ with the parameter $h$."""

    @property
    def parameters(self) -> int:
        """The offset."""
        return 1

    def value(self, e: Emitter, drive: Value, parameters: Value) -> Value:
        """The sum of drive and offset where it is positive, 0 elsewhere."""
        shifted = e.builder.fadd(drive, e.broadcast(parameters, drive.type.count))
        return e.where(e.positive(shifted), shifted)

    def pull_back(self, e: Emitter, drive: Value, parameters: Value, cotangent: Value, sums: Value) -> Value:
        """The gradient where the unit is active, 0 elsewhere."""
        offset = e.broadcast(parameters, drive.type.count)
        passed = e.where(e.positive(e.builder.fadd(drive, offset)), cotangent)
        _add(e, passed, sums)
        return passed


@dataclass(frozen=True)
class ClippedRelu(AbstractActivation):
    r"""The clipped rectifier $\max(v + h, 0) - \max(v, 0)$ with the parameter $h$."""

    @property
    def parameters(self) -> int:
        """The offset."""
        return 1

    def value(self, e: Emitter, drive: Value, parameters: Value) -> Value:
        """The difference of the two rectifiers."""
        shifted = e.builder.fadd(drive, e.broadcast(parameters, drive.type.count))
        return e.builder.fsub(e.where(e.positive(shifted), shifted), e.where(e.positive(drive), drive))

    def pull_back(self, e: Emitter, drive: Value, parameters: Value, cotangent: Value, sums: Value) -> Value:
        """The first rectifier passes the gradient to both arguments; the second one subtracts it from the drive's."""
        offset = e.broadcast(parameters, drive.type.count)
        shifted = e.where(e.positive(e.builder.fadd(drive, offset)), cotangent)
        _add(e, shifted, sums)
        return e.builder.fsub(shifted, e.where(e.positive(drive), cotangent))


@dataclass(frozen=True)
class Spline(AbstractActivation):
    r"""A linear spline $c v + \sum_b a_b \max(v + h_b, 0)$ with the parameters $c, a_1, h_1, \dots, a_B, h_B$.

    Every piecewise-linear function of one variable that is 0 far to the left, or linear there, is one.

    Args:
        ramps: The number B.
    """

    ramps: int

    @property
    def parameters(self) -> int:
        """The slope, and two numbers for each ramp."""
        return 1 + 2 * self.ramps

    def value(self, e: Emitter, drive: Value, parameters: Value) -> Value:
        """The sum of all ramps."""
        width = drive.type.count

        def add(b: Value, total: Value) -> list[Value]:
            slope, offset = (e.broadcast(e.at(parameters, (1 + i, 1), (b, 2)), width) for i in range(2))
            shifted = e.builder.fadd(drive, offset)
            return [e.fma(slope, e.where(e.positive(shifted), shifted), total)]

        return e.loop(self.ramps, add, [e.builder.fmul(e.broadcast(parameters, width), drive)])[0]

    def pull_back(self, e: Emitter, drive: Value, parameters: Value, cotangent: Value, sums: Value) -> Value:
        """Every active ramp passes the gradient times its slope."""
        width = drive.type.count
        _add(e, e.builder.fmul(cotangent, drive), sums)

        def add(b: Value, total: Value) -> list[Value]:
            slope, offset = (e.broadcast(e.at(parameters, (1 + i, 1), (b, 2)), width) for i in range(2))
            to_slope, to_offset = (e.at(sums, (1 + i, width), (b, 2 * width)) for i in range(2))
            shifted = e.builder.fadd(drive, offset)
            active = e.positive(shifted)
            passed = e.where(active, e.builder.fmul(slope, cotangent))
            _add(e, e.where(active, e.builder.fmul(shifted, cotangent)), to_slope)
            _add(e, passed, to_offset)
            return [e.builder.fadd(total, passed)]

        return e.loop(self.ramps, add, [e.builder.fmul(e.broadcast(parameters, width), cotangent)])[0]

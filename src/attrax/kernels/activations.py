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
class Rectifier(AbstractActivation):
    r"""The rectifier $\max(v + h, 0) - n \max(v, 0)$ with the parameter $h$ and a constant $n$.

    It is the spline below with the constants $c = 0$, $a_1 = 1$, $a_2 = -n$ and $h_2 = 0$, which need no memory and no
    multiplication here.

    Args:
        subtracted: The number n: 0 for a ReLU; 1 for a clipped ReLU, which is constant except between $-h$ and 0.
    """

    subtracted: int = 0

    @property
    def parameters(self) -> int:
        """The offset."""
        return 1

    def value(self, e: Emitter, drive: Value, parameters: Value) -> Value:
        """The sum of drive and offset where it is positive, minus n times the drive where that is positive."""
        shifted = e.builder.fadd(drive, e.broadcast(parameters, drive.type.count))
        return self._without_subtracted(e, drive, e.where(e.positive(shifted), shifted), drive)

    def pull_back(self, e: Emitter, drive: Value, parameters: Value, cotangent: Value, sums: Value) -> Value:
        """The first rectifier passes the gradient to drive and offset; the others subtract it at the drive."""
        offset = e.broadcast(parameters, drive.type.count)
        passed = e.where(e.positive(e.builder.fadd(drive, offset)), cotangent)
        _add(e, passed, sums)
        return self._without_subtracted(e, drive, passed, cotangent)

    def _without_subtracted(self, e: Emitter, drive: Value, total: Value, each: Value) -> Value:
        """`total` minus n times `each`, where the drive is positive."""
        for _ in range(self.subtracted):
            total = e.builder.fsub(total, e.where(e.positive(drive), each))
        return total


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

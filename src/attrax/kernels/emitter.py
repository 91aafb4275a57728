"""Emitter: straight loops over vector registers, written as LLVM instructions.

A register holds the same number for several windows at once (its *lanes*), so that a weight is loaded once and serves
all of them. Python unrolls what is small and known; loops carry their accumulators in registers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

# An `ir.IRBuilder` and an `ir.Value`: llvmlite has no types, and what is inferred for it is wrong.
Builder = Any
Value = Any

INT = ir.IntType(64)
BYTE = ir.IntType(8)
LINE = 64  # bytes in a cache line
SCALARS = {4: ir.FloatType(), 8: ir.DoubleType()}


@dataclass(frozen=True)
class Precision:
    """How numbers are handled.

    Attributes:
        size: Bytes of a number, 4 or 8.
        lanes: Windows that are computed together, a power of two and at most a cache line of them.
        register: Numbers in one vector register, at most `lanes`.
    """

    size: int
    lanes: int
    register: int

    @classmethod
    def choose(cls, size: int, windows: int, register_bytes: int) -> "Precision":
        """A cache line of lanes, or fewer if there are not that many windows."""
        lanes = min(LINE // size, 1 << (windows - 1).bit_length())
        return cls(size, lanes, min(register_bytes // size, lanes))

    @property
    def scalar(self) -> ir.Type:
        """The LLVM type of a number."""
        return SCALARS[self.size]


class Emitter:
    """Emits vector code into one LLVM function.

    Args:
        builder: Where instructions go.
        precision: The type of every number.
    """

    def __init__(self, builder: Builder, precision: Precision):
        self.builder: Builder = builder
        self.precision = precision

    def index(self, value: int) -> ir.Constant:
        """An integer constant."""
        return ir.Constant(INT, value)

    def zero(self, width: int) -> ir.Constant:
        """A vector of zeros."""
        return ir.Constant(ir.VectorType(self.precision.scalar, width), [0.0] * width)

    def at(self, base: Value, *terms: tuple[Value | int, int]) -> Value:
        """The address `base + sum(i * stride)`, in numbers."""
        b = self.builder
        offset: Value = self.index(0)
        for i, stride in terms:
            position = self.index(i) if isinstance(i, int) else i
            offset = b.add(offset, b.mul(position, self.index(stride)))
        return b.gep(base, [offset])

    def load(self, address: Value, width: int) -> Value:
        """`width` numbers from `address`."""
        vector = ir.VectorType(self.precision.scalar, width)
        return self.builder.load(self._cast(address, vector), align=self.precision.size)

    def store(self, value: Value, address: Value) -> None:
        """A vector to `address`."""
        self.builder.store(value, self._cast(address, value.type), align=self.precision.size)

    def broadcast(self, address: Value, width: int) -> Value:
        """The number at `address` in every lane."""
        b = self.builder
        vector = ir.VectorType(self.precision.scalar, width)
        single = b.insert_element(ir.Constant(vector, ir.Undefined), b.load(address), ir.Constant(ir.IntType(32), 0))
        lanes = ir.Constant(ir.VectorType(ir.IntType(32), width), [0] * width)
        return b.shuffle_vector(single, ir.Constant(vector, ir.Undefined), lanes)

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """`a * b + c`, fused where the processor can."""
        contract = ("contract",)
        return self.builder.fadd(self.builder.fmul(a, b, flags=contract), c, flags=contract)

    def positive(self, value: Value) -> Value:
        """Lane by lane, whether the value is above 0."""
        return self.builder.fcmp_ordered(">", value, self.zero(value.type.count))

    def where(self, condition: Value, value: Value) -> Value:
        """`value` where `condition` holds, 0 elsewhere."""
        return self.builder.select(condition, value, self.zero(value.type.count))

    def total(self, value: Value) -> Value:
        """The sum over the lanes, by halves: the same order on every processor."""
        b = self.builder
        while value.type.count > 1:
            half = value.type.count // 2
            undefined = ir.Constant(value.type, ir.Undefined)
            masks = ([*range(half)], [*range(half, 2 * half)])
            low, high = (
                b.shuffle_vector(value, undefined, ir.Constant(ir.VectorType(ir.IntType(32), half), mask))
                for mask in masks
            )
            value = b.fadd(low, high)
        return b.extract_element(value, ir.Constant(ir.IntType(32), 0))

    def loop(
        self,
        n: Value | int,
        body: Callable[..., Sequence[Value] | None],
        carried: Sequence[Value] = (),
        stride: int = 1,
    ) -> list[Value]:
        """`for i in range(0, n, stride)`, with values carried in registers from turn to turn.

        Args:
            n: Where the loop ends; at least one turn is made.
            body: Receives `i` and the carried values, emits a turn, returns the new carried values.
            carried: Their first values.
            stride: Step of `i`.
        """
        b = self.builder
        before, inside, after = b.block, b.append_basic_block(), b.append_basic_block()
        b.branch(inside)
        b.position_at_end(inside)
        i = b.phi(INT)
        i.add_incoming(self.index(0), before)
        phis = [b.phi(value.type) for value in carried]
        for phi, value in zip(phis, carried, strict=True):
            phi.add_incoming(value, before)
        turned = list(body(i, *phis) or ())
        following = b.add(i, self.index(stride))
        i.add_incoming(following, b.block)
        for phi, value in zip(phis, turned, strict=True):
            phi.add_incoming(value, b.block)
        end = self.index(n) if isinstance(n, int) else n
        b.cbranch(b.icmp_signed("<", following, end), inside, after)
        b.position_at_end(after)
        return turned

    def _cast(self, address: Value, pointee: ir.Type) -> Value:
        return self.builder.bitcast(address, pointee.as_pointer())

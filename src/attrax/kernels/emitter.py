"""Emitter: writes loops over vector registers as LLVM instructions.

A vector holds the same number for several windows at once (its *lanes*), so that a weight is loaded once and used for
all of them. Python unrolls small loops of known length; the other loops keep their sums in registers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

# An `ir.IRBuilder` and an `ir.Value`: llvmlite has no type annotations, and the inferred types are wrong.
Builder = Any
Value = Any

INT = ir.IntType(64)
BYTE = ir.IntType(8)
LINE = 64  # bytes in a cache line
SCALARS = {4: ir.FloatType(), 8: ir.DoubleType()}


@dataclass(frozen=True)
class Precision:
    """The type of numbers and the sizes of vectors.

    Attributes:
        size: Bytes of a number, 4 or 8.
        lanes: Number of windows that are computed together, a power of two; at most one cache line of numbers.
        register: Numbers in a vector register, at most `lanes`.
    """

    size: int
    lanes: int
    register: int

    @classmethod
    def choose(cls, size: int, windows: int, register_bytes: int) -> "Precision":
        """A cache line of lanes, or fewer if there are fewer windows.

        Args:
            size: Bytes of a number.
            windows: Number of windows.
            register_bytes: Bytes in a vector register.
        """
        lanes = min(LINE // size, 1 << (windows - 1).bit_length())
        return cls(size, lanes, min(register_bytes // size, lanes))

    @property
    def scalar(self) -> ir.Type:
        """The LLVM type of a number."""
        return SCALARS[self.size]


class Emitter:
    """Writes vector code into an LLVM function.

    Args:
        builder: The LLVM builder that receives the instructions.
        precision: The type of numbers and the sizes of vectors.
    """

    def __init__(self, builder: Builder, precision: Precision):
        self.builder: Builder = builder
        self.precision = precision

    def index(self, value: int) -> ir.Constant:
        """An integer constant."""
        return ir.Constant(INT, value)

    def constant(self, value: float, width: int) -> ir.Constant:
        """A vector with the same number in all lanes."""
        return ir.Constant(ir.VectorType(self.precision.scalar, width), [float(value)] * width)

    def zero(self, width: int) -> ir.Constant:
        """A vector of zeros."""
        return self.constant(0.0, width)

    def number(self, value: Value, width: int) -> Value:
        """An integer as a number in all lanes."""
        return self._spread(self.builder.sitofp(value, self.precision.scalar), width)

    def at(self, base: Value, *terms: tuple[Value | int, int]) -> Value:
        """The address `base + sum(i * stride)`, counted in numbers."""
        b = self.builder
        offset: Value = self.index(0)
        for i, stride in terms:
            position = self.index(i) if isinstance(i, int) else i
            offset = b.add(offset, b.mul(position, self.index(stride)))
        return b.gep(base, [offset])

    def load(self, address: Value, width: int) -> Value:
        """A vector of `width` numbers that starts at `address`."""
        vector = ir.VectorType(self.precision.scalar, width)
        return self.builder.load(self._cast(address, vector), align=self.precision.size)

    def store(self, value: Value, address: Value) -> None:
        """Store a vector at `address`."""
        self.builder.store(value, self._cast(address, value.type), align=self.precision.size)

    def broadcast(self, address: Value, width: int) -> Value:
        """A vector with the number at `address` in all lanes."""
        return self._spread(self.builder.load(address), width)

    def fma(self, a: Value, b: Value, c: Value) -> Value:
        """`a * b + c`, as a fused operation if the CPU has one."""
        contract = ("contract",)
        return self.builder.fadd(self.builder.fmul(a, b, flags=contract), c, flags=contract)

    def positive(self, value: Value) -> Value:
        """For each lane, whether the value is greater than 0."""
        return self.builder.fcmp_ordered(">", value, self.zero(value.type.count))

    def where(self, condition: Value, value: Value) -> Value:
        """`value` where `condition` holds, 0 elsewhere."""
        return self.builder.select(condition, value, self.zero(value.type.count))

    def absolute(self, value: Value) -> Value:
        """The absolute value of each lane."""
        negative = self.builder.fsub(self.zero(value.type.count), value)
        return self.builder.select(self.positive(value), value, negative)

    def any(self, condition: Value) -> Value:
        """Whether a condition holds for at least one lane."""
        bits = ir.IntType(condition.type.count)
        return self.builder.icmp_unsigned("!=", self.builder.bitcast(condition, bits), ir.Constant(bits, 0))

    def when(self, condition: Value, body: Callable[[], object]) -> None:
        """Emit code that runs only where a condition, one for all lanes, holds."""
        with self.builder.if_then(condition):
            body()

    def total(self, value: Value) -> Value:
        """The sum over the lanes, added in halves, so that the order is the same on every CPU."""
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
        """`for i in range(0, n, stride)`, with values that are carried in registers from one iteration to the next.

        Args:
            n: End of the loop; there is at least one iteration.
            body: Receives `i` and the carried values, emits one iteration and returns the new carried values.
            carried: The initial carried values.
            stride: Increment of `i`.
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

    def loop_parts(self, middle: int, n: int, first: Callable[[Value], None], second: Callable[[Value], None]) -> None:
        """`first(i)` for i from 0 to `middle`, then `second(i)` from there to `n`."""
        if middle:
            self.loop(middle, first)
        if n > middle:
            self.loop(n - middle, lambda i: second(self.builder.add(i, self.index(middle))))

    def _spread(self, number: Value, width: int) -> Value:
        b = self.builder
        undefined = ir.Constant(ir.VectorType(self.precision.scalar, width), ir.Undefined)
        single = b.insert_element(undefined, number, ir.Constant(ir.IntType(32), 0))
        lanes = ir.Constant(ir.VectorType(ir.IntType(32), width), [0] * width)
        return b.shuffle_vector(single, undefined, lanes)

    def _cast(self, address: Value, pointee: ir.Type) -> Value:
        return self.builder.bitcast(address, pointee.as_pointer())

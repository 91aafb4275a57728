r"""Outer sums $\sum_{t, w} a_{tw} b_{tw}^\top$, the gradient of a weight matrix, with the sums kept in registers.

$a$ are values of hidden units and $b$ latent states, for a chunk of time steps $t$, with the windows $w$ as lanes. The
two implementations differ in what one register holds.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from attrax.kernels.emitter import Emitter, Precision, Value


@dataclass(frozen=True)
class AbstractOuterSum(ABC):
    """An algorithm for outer sums.

    For developers: the sum is kept in `workspace` numbers of memory, which are all zero before the first `add`.

    Attributes:
        latent, hidden: Sizes; `hidden` is a multiple of 4.
        length: Number of time steps in the longest chunk.
        precision: The type of numbers and the sizes of vectors.
    """

    latent: int
    hidden: int
    length: int
    precision: Precision

    @property
    @abstractmethod
    def workspace(self) -> int:
        """Size of the memory for the sum, in numbers; a multiple of the register."""

    @abstractmethod
    def add(self, e: Emitter, steps: Value, a: Value, b: Value, workspace: Value) -> None:
        """Add a chunk.

        Args:
            e: The emitter.
            steps: Number of time steps.
            a: Address of the values (steps, hidden, lanes).
            b: Address of the latent states (steps, latent, lanes).
            workspace: Address of the sum.
        """

    @abstractmethod
    def finish(self, e: Emitter, workspace: Value, result: Value) -> None:
        """Write the sum (hidden, latent).

        Args:
            e: The emitter.
            workspace: Address of the sum.
            result: Address of the result.
        """


@dataclass(frozen=True)
class LaneSum(AbstractOuterSum):
    """One register holds the lanes of one matrix entry; for few latent states. Lanes are added up at the end."""

    @property
    def workspace(self) -> int:
        """One register for every matrix entry."""
        return self.hidden * self.latent * self.precision.register

    def add(self, e: Emitter, steps: Value, a: Value, b: Value, workspace: Value) -> None:
        """Add a chunk, one block of matrix entries after the other."""
        lanes, width, M, L = self.precision.lanes, self.precision.register, self.latent, self.hidden

        def block(unit, first, columns, rows):
            entries = [(r, first + m) for r in range(rows) for m in range(columns)]
            places = [e.at(workspace, (unit, M * width), (r, M * width), (m, width)) for r, m in entries]

            def turn(k, *sums):
                for part in range(0, lanes, width):
                    heights = [
                        e.load(e.at(a, (k, L * lanes), (unit, lanes), (r * lanes + part, 1)), width)
                        for r in range(rows)
                    ]
                    across = [
                        e.load(e.at(b, (k, M * lanes), ((first + m) * lanes + part, 1)), width) for m in range(columns)
                    ]
                    sums = [e.fma(heights[i // columns], across[i % columns], s) for i, s in enumerate(sums)]
                return sums

            _accumulate(e, places, width, steps, turn)

        for first, last in _groups(M, 6):
            rows = 4 if last - first <= 3 else 2
            e.loop(L, lambda unit, f=first, n=last - first, h=rows: block(unit, f, n, h), stride=rows)

    def finish(self, e: Emitter, workspace: Value, result: Value) -> None:
        """Add up the lanes of each matrix entry."""
        sum_lanes(e, workspace, self.hidden * self.latent, self.precision.register, result)


@dataclass(frozen=True)
class LatentSum(AbstractOuterSum):
    """One register holds several latent states; for many of them. The sum is only as large as the result."""

    @property
    def width(self) -> int:
        """Number of latent states, rounded up to whole registers."""
        return -(-self.latent // self.precision.register) * self.precision.register

    @property
    def workspace(self) -> int:
        """Memory for the sum, and for the transposed latent states of a chunk."""
        return self.width * (self.hidden + self.length * self.precision.lanes)

    def add(self, e: Emitter, steps: Value, a: Value, b: Value, workspace: Value) -> None:
        """Transpose the latent states, then add block after block and window after window."""
        lanes, register, M, L, W = self.precision.lanes, self.precision.register, self.latent, self.hidden, self.width
        turned = e.at(workspace, (L, W))

        def turn_vector(k):
            def turn_state(m):
                for lane in range(lanes):
                    number = e.builder.load(e.at(b, (k, M * lanes), (m, lanes), (lane, 1)))
                    e.builder.store(number, e.at(turned, (k, lanes * W), (lane, W), (m, 1)))

            e.loop(M, turn_state)

        e.loop(steps, turn_vector)

        def block(unit, first, columns):
            rows = 4 if columns <= 2 else 2
            entries = [(r, first + m) for r in range(rows) for m in range(columns)]
            places = [e.at(workspace, (unit, W), (r, W), (m, register)) for r, m in entries]

            def turn(k, *sums):
                for lane in range(lanes):
                    heights = [
                        e.broadcast(e.at(a, (k, L * lanes), (unit, lanes), (r * lanes + lane, 1)), register)
                        for r in range(rows)
                    ]
                    across = [
                        e.load(e.at(turned, (k, lanes * W), (lane, W), (first + m, register)), register)
                        for m in range(columns)
                    ]
                    sums = [e.fma(heights[i // columns], across[i % columns], s) for i, s in enumerate(sums)]
                return sums

            _accumulate(e, places, register, steps, turn)

        for first, last in _groups(W // register, 4):
            columns = last - first
            e.loop(L, lambda unit, f=first, n=columns: block(unit, f, n), stride=4 if columns <= 2 else 2)

    def finish(self, e: Emitter, workspace: Value, result: Value) -> None:
        """Copy the sum without the numbers that fill up the last register."""

        def copy(unit):
            def entry(m):
                number = e.builder.load(e.at(workspace, (unit, self.width), (m, 1)))
                e.builder.store(number, e.at(result, (unit, self.latent), (m, 1)))

            e.loop(self.latent, entry)

        e.loop(self.hidden, copy)


def _accumulate(e: Emitter, places: list[Value], width: int, steps: Value, turn: Callable) -> None:
    """Load sums into registers, add to them in every step with `turn`, and store them."""
    ended = e.loop(steps, turn, [e.load(place, width) for place in places])
    for place, value in zip(places, ended, strict=True):
        e.store(value, place)


def _groups(n: int, largest: int) -> list[tuple[int, int]]:
    """Divide the range from 0 to n into groups of at most `largest`, of sizes as equal as possible."""
    groups = -(-n // largest)
    return list(pairwise(round(i * n / groups) for i in range(groups + 1)))


def clear(e: Emitter, address: Value, n: int) -> None:
    """Set `n` numbers to zero; `n` must be a multiple of the register."""
    width = e.precision.register
    e.loop(n, lambda i: e.store(e.zero(width), e.at(address, (i, 1))), stride=width)


def sum_lanes(e: Emitter, sums: Value, n: int, width: int, result: Value) -> None:
    """Add up the lanes of each of `n` vectors with `width` lanes."""

    def entry(i):
        e.builder.store(e.total(e.load(e.at(sums, (i, width)), width)), e.at(result, (i, 1)))

    e.loop(n, entry)

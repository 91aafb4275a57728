r"""The pieces of an orbit in continuous time: its power series in a linear region, and the first border it crosses.

In a region the vector field is $\dot z = M z + b$. The orbit is followed to the end of a step, piece by piece; every
piece is kept, because the gradient needs it. `models/switching.py` has the same mathematics in JAX. Lanes are windows:
a lane that has arrived waits, with pieces of duration 0, until all have.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from attrax.kernels.emitter import Emitter, Value
from attrax.kernels.loops import Shape

COLUMNS = 6  # sums that are kept in registers together


@dataclass(frozen=True)
class ExponentialSeries:
    """The accuracy of an orbit.

    Attributes:
        order: Degree of the power series.
        reach: The longest duration of a piece, times the norm of its matrix.
        cells: Number of parts of a piece in which a crossing is looked for.
        refinements: Number of steps by which the time of a crossing is refined.
        pieces: Largest number of pieces of a step.
    """

    order: int
    reach: float
    cells: int
    refinements: int
    pieces: int


def sizes(shape: Shape, series: ExponentialSeries) -> dict[str, int]:
    """The temporary arrays and their numbers for each lane."""
    M, L, P = shape.latent, shape.hidden, series.pieces
    return {
        "z": M,
        "active": L,
        "starts": P * M,
        "regions": P * L,
        "spent": P,
        "left": 1,
        "matrix": M * (M + 1),
        "orbit": (series.order + 1) * M,
        "deviation": M,
        "share": 1,
        "unit": 1,
    }


def divided(e: Emitter, scratch: Value, parts: dict[str, int]) -> dict[str, Value]:
    """The addresses of arrays of whole vectors in temporary memory."""
    places = {}
    for name, size in parts.items():
        places[name] = scratch
        scratch = e.at(scratch, (size, e.precision.lanes))
    return places


@dataclass(frozen=True)
class Tracer:
    """Emits the code that follows orbits.

    Args:
        e: The emitter.
        shape: Sizes.
        series: The accuracy.
        arrays: Addresses of the weights.
        room: Addresses of the temporary arrays that `sizes` lists.
    """

    e: Emitter
    shape: Shape
    series: ExponentialSeries
    arrays: dict[str, Value]
    room: dict[str, Value]

    @property
    def lanes(self) -> int:
        """Number of lanes."""
        return self.e.precision.lanes

    def place(self, name: str, *terms: tuple[Value | int, int]) -> Value:
        """The address of a vector in a temporary array; strides count vectors."""
        return self.e.at(self.room[name], *((i, stride * self.lanes) for i, stride in terms))

    def load(self, name: str, *terms: tuple[Value | int, int]) -> Value:
        """A vector in a temporary array."""
        return self.e.load(self.place(name, *terms), self.lanes)

    def store(self, value: Value, name: str, *terms: tuple[Value | int, int]) -> None:
        """Store a vector in a temporary array."""
        self.e.store(value, self.place(name, *terms))

    def weight(self, name: str, *terms: tuple[Value | int, int]) -> Value:
        """A weight in all lanes."""
        return self.e.broadcast(self.e.at(self.arrays[name], *terms), self.lanes)

    def column(self, unit: Value, n: int) -> Value:
        """Weight n of a unit; the last one is its offset."""
        M = self.shape.latent
        return self.weight("h2", (unit, 1)) if n == M else self.weight("W2", (unit, M), (n, 1))

    def follow(self, duration: Value, drive: Value | None) -> None:
        """Move the state `z` along its orbit, and keep the pieces in `starts`, `regions` and `spent`.

        Args:
            duration: The duration, a vector.
            drive: Address of the effect of inputs on the vector field (latent, lanes); None if there are none.
        """
        e, zero = self.e, self.e.zero(self.lanes)

        def first_region(unit):
            drive = self._drive(unit, lambda n: self.load("z", (n, 1)))
            self.store(e.where(e.positive(drive), e.constant(1, self.lanes)), "active", (unit, 1))

        e.loop(self.shape.hidden, first_region)
        e.loop(self.series.pieces, lambda p: self.store(zero, "spent", (p, 1)))
        self.store(duration, "left")

        def piece(p):
            e.when(e.any(e.positive(self.load("left"))), lambda: self._piece(p, drive))

        e.loop(self.series.pieces, piece)

    def field(self, region: Value, drive: Value | None) -> None:
        """Write matrix and offset of the vector field to `matrix`, whose last column is the offset.

        Args:
            region: Address of the region: 1 or 0 for each unit (hidden, lanes).
            drive: As for `follow`.
        """
        e, M = self.e, self.shape.latent

        def row(m):
            for columns in _groups(M + 1):

                def add(unit, *sums, columns=columns):
                    active = e.load(e.at(region, (unit, self.lanes)), self.lanes)
                    height = e.builder.fmul(active, self.weight("W1", (unit, M), (m, 1)))
                    return [e.fma(height, self.column(unit, n), s) for n, s in zip(columns, sums, strict=True)]

                sums = e.loop(self.shape.hidden, add, [e.zero(self.lanes)] * len(columns))
                for n, total in zip(columns, sums, strict=True):
                    self.store(total, "matrix", (m, M + 1), (n, 1))
            offset = e.builder.fadd(self.load("matrix", (m, M + 1), (M, 1)), self.weight("h1", (m, 1)))
            if drive is not None:
                offset = e.builder.fadd(offset, e.load(e.at(drive, (m, self.lanes)), self.lanes))
            self.store(offset, "matrix", (m, M + 1), (M, 1))
            decay = e.builder.fadd(self.load("matrix", (m, M + 2)), self.weight("A", (m, 1)))
            self.store(decay, "matrix", (m, M + 2))

        e.loop(M, row)

    def expand(self, name: str, stretch: Value, *, adjoint: bool) -> None:
        """Write the power series of an orbit in the elapsed fraction of a duration; its first row is the start.

        Args:
            name: The temporary array for the series (order + 1, latent).
            stretch: The duration.
            adjoint: Whether the matrix is transposed and has no offset.
        """
        e, b, M = self.e, self.e.builder, self.shape.latent

        def row(k, m):
            def add(n, total):
                entry = ((n, M + 1), (m, 1)) if adjoint else ((m, M + 1), (n, 1))
                return [e.fma(self.load("matrix", *entry), self.load(name, (k, M), (n, 1)), total)]

            return e.loop(M, add, [e.zero(self.lanes)])[0]

        def first(m):
            rate = row(e.index(0), m)
            if not adjoint:
                rate = b.fadd(rate, self.load("matrix", (m, M + 1), (M, 1)))
            self.store(b.fmul(stretch, rate), name, (1, M), (m, 1))

        def further(k):
            order = b.add(k, e.index(1))
            scale = b.fdiv(stretch, e.number(b.add(k, e.index(2)), self.lanes))
            e.loop(M, lambda m: self.store(b.fmul(scale, row(order, m)), name, (order, M), (m, 1), (1, M)))

        e.loop(M, first)
        e.loop(self.series.order - 1, further)

    def value(self, name: str, m: Value, share: Value) -> Value:
        """Coordinate m of a power series, at a fraction of its duration."""
        M = self.shape.latent
        return self._horner([self.load(name, (k, M), (m, 1)) for k in range(self.series.order + 1)], share)

    def _piece(self, p: Value, drive: Value | None) -> None:
        """Keep the start of a piece, and move to its end: a border, the end of the step, or that of the series."""
        e, b, M, L = self.e, self.e.builder, self.shape.latent, self.shape.hidden
        self._copy("z", "starts", p, M)
        self._copy("active", "regions", p, L)
        self.field(self.place("active", (0, 1)), drive)
        left = self.load("left")
        longest = b.fdiv(e.constant(self.series.reach, self.lanes), self._norm())
        reach = b.select(b.fcmp_ordered("<", longest, left), longest, left)
        self._copy("z", "orbit", e.index(0), M)
        self.expand("orbit", reach, adjoint=False)
        self._look_for_crossing(left)
        share = self.load("share")
        crosses = b.fcmp_ordered("<", share, e.constant(1, self.lanes))
        spent = b.select(crosses, b.fmul(share, reach), reach)
        last = b.icmp_signed("==", p, e.index(self.series.pieces - 1))
        spent = b.select(last, left, spent)
        self.store(spent, "spent", (p, 1))
        self.store(b.fsub(left, spent), "left")
        passed, going = b.fdiv(spent, reach), e.positive(left)

        def move(m):
            self.store(b.select(going, self.value("orbit", m, passed), self.load("z", (m, 1))), "z", (m, 1))

        def flip(unit):
            found = b.and_(crosses, b.fcmp_ordered("==", self.load("unit"), e.number(unit, self.lanes)))
            active = self.load("active", (unit, 1))
            self.store(b.select(found, b.fsub(e.constant(1, self.lanes), active), active), "active", (unit, 1))

        e.loop(M, move)
        e.when(e.any(crosses), lambda: e.loop(L, flip))

    def _norm(self) -> Value:
        """The largest sum of absolute values in a row of the matrix."""
        e, b, M = self.e, self.e.builder, self.shape.latent

        def row(m, norm):
            def add(n, total):
                return [b.fadd(total, e.absolute(self.load("matrix", (m, M + 1), (n, 1))))]

            total = e.loop(M, add, [e.zero(self.lanes)])[0]
            return [b.select(b.fcmp_ordered(">", total, norm), total, norm)]

        return e.loop(M, row, [e.zero(self.lanes)])[0]

    def _look_for_crossing(self, left: Value) -> None:
        """Write the fraction at which the first unit crosses its border to `share`, 2 if none does, and the `unit`.

        A unit whose drive is larger than the bound of its change is passed over.
        """
        e, b, M = self.e, self.e.builder, self.shape.latent
        self.store(e.constant(2, self.lanes), "share")
        self.store(e.constant(-1, self.lanes), "unit")

        def deviation(m):
            def add(k, total):
                return [b.fadd(total, e.absolute(self.load("orbit", (k, M), (m, 1), (1, M))))]

            self.store(e.loop(self.series.order, add, [e.zero(self.lanes)])[0], "deviation", (m, 1))

        e.loop(M, deviation)

        def look(unit):
            drive = self._drive(unit, lambda n: self.load("orbit", (n, 1)))

            def add(n, total):
                return [e.fma(e.absolute(self.weight("W2", (unit, M), (n, 1))), self.load("deviation", (n, 1)), total)]

            bound = e.loop(M, add, [e.zero(self.lanes)])[0]
            near = b.fcmp_ordered("<", e.absolute(drive), bound)
            strayed = b.xor(e.positive(drive), e.positive(self.load("active", (unit, 1))))
            e.when(e.any(b.and_(b.or_(near, strayed), e.positive(left))), lambda: self._crossing(unit, left))

        e.loop(self.shape.hidden, look)

    def _crossing(self, unit: Value, left: Value) -> None:
        """The first crossing of a unit, kept if it is the earliest one so far."""
        e, b = self.e, self.e.builder
        M, orders = self.shape.latent, range(self.series.order + 1)
        active = e.positive(self.load("active", (unit, 1)))
        drive = [self._drive(unit, lambda n, k=k: self.load("orbit", (k, M), (n, 1)), offset=k == 0) for k in orders]
        slope = [b.fmul(e.constant(k, self.lanes), drive[k]) for k in orders if k]
        points = self._points(slope)
        low, high, found = points[0], points[1], None
        for before, after in pairwise(points):
            outside = b.xor(e.positive(self._horner(drive, after)), active)
            if found is None:
                found = outside
                continue
            new = b.and_(outside, b.not_(found))
            low, high = b.select(new, before, low), b.select(new, after, high)
            found = b.or_(found, outside)

        def refine(i, low, high, t):
            del i
            value = self._horner(drive, t)
            passed = b.xor(e.positive(value), active)
            low, high = b.select(passed, low, t), b.select(passed, t, high)
            newton = b.fsub(t, b.fdiv(value, self._horner(slope, t)))
            inside = b.and_(b.fcmp_ordered(">=", newton, low), b.fcmp_ordered("<=", newton, high))
            return [low, high, b.select(inside, newton, self._middle(low, high))]

        root = e.loop(self.series.refinements, refine, [low, high, self._middle(low, high)])[2]
        earlier = b.and_(b.and_(found, e.positive(left)), b.fcmp_ordered("<", root, self.load("share")))
        self.store(b.select(earlier, root, self.load("share")), "share")
        self.store(b.select(earlier, e.number(unit, self.lanes), self.load("unit")), "unit")

    def _points(self, slope: list[Value]) -> list[Value]:
        """A grid of fractions with one more in each cell: a turning point of the drive, or the middle."""
        e, b, cells = self.e, self.e.builder, self.series.cells
        grid = [e.constant(i / cells, self.lanes) for i in range(cells + 1)]
        points = []
        for start, (before, after) in zip(grid, pairwise([self._horner(slope, t) for t in grid]), strict=False):
            turns = b.fcmp_ordered("<", b.fmul(before, after), e.zero(self.lanes))
            turning = b.fdiv(before, b.fsub(before, after))
            share = b.select(turns, turning, e.constant(0.5, self.lanes))
            points += [start, b.fadd(start, b.fmul(share, e.constant(1 / cells, self.lanes)))]
        return [*points, grid[-1]]

    def _drive(self, unit: Value, state: Callable[[Value], Value], *, offset: bool = True) -> Value:
        """The drive of a unit."""
        start = self.weight("h2", (unit, 1)) if offset else self.e.zero(self.lanes)
        M = self.shape.latent

        def add(n, total):
            return [self.e.fma(self.weight("W2", (unit, M), (n, 1)), state(n), total)]

        return self.e.loop(M, add, [start])[0]

    def _middle(self, low: Value, high: Value) -> Value:
        return self.e.builder.fmul(self.e.builder.fadd(low, high), self.e.constant(0.5, self.lanes))

    def _horner(self, coefficients: list[Value], t: Value) -> Value:
        """The value of a polynomial."""
        value = coefficients[-1]
        for coefficient in coefficients[-2::-1]:
            value = self.e.fma(value, t, coefficient)
        return value

    def _copy(self, source: str, target: str, p: Value, n: int) -> None:
        """Copy `n` vectors to row p of a temporary array."""
        self.e.loop(n, lambda i: self.store(self.load(source, (i, 1)), target, (p, n), (i, 1)))


def _groups(n: int) -> list[range]:
    """The numbers from 0 to n - 1 in groups for which there are enough registers."""
    return [range(first, min(first + COLUMNS, n)) for first in range(0, n, COLUMNS)]

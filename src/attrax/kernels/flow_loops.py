r"""The forced orbit of a continuous-time PLRNN and its adjoint (gradient), piece by piece in each time step.

$\dot z = A z + W_1 \max(W_2 z + h_2, 0) + h_1 + u_t$ over the duration of a step, from the forced state $\tilde z_t$.
Backwards, the pieces of a step are followed again. In a piece with the matrix $M$, the gradient $\lambda$ with respect
to the state obeys $\dot \lambda = -M^\top \lambda$, and the gradients with respect to $M$ and the offset $b$ are
$G = \int \lambda z^\top \mathrm{d}t$ and $g = \int \lambda \, \mathrm{d}t$; those of the weights are linear in them.
"""

from dataclasses import dataclass

from attrax.kernels.emitter import Emitter, Precision, Value
from attrax.kernels.flow_pieces import ExponentialSeries, Tracer, divided, sizes
from attrax.kernels.loops import AbstractLoops, Shape, force, pass_on
from attrax.kernels.outer_sum import clear, sum_lanes

ADJOINT = "adjoint"


@dataclass(frozen=True)
class FlowLoops(AbstractLoops):
    """The loops of a vector field with one layer of rectifiers.

    Args:
        series: The accuracy of an orbit.
        shares: Quadrature nodes in a piece of duration 1, symmetric about its middle.
        weights: The weights of the nodes.
    """

    series: ExponentialSeries
    shares: tuple[float, ...]
    weights: tuple[float, ...]

    @property
    def name(self) -> str:
        """The largest number of pieces: all else is the same for every model."""
        return f"Flow{self.series.pieces}"

    @property
    def parameters(self) -> int:
        """The offset of a unit."""
        return 1

    def forward_scratch(self, shape: Shape, precision: Precision) -> int:
        """The pieces of a step."""
        return precision.lanes * sum(sizes(shape, self.series).values())

    def adjoint_scratch(self, shape: Shape, precision: Precision) -> int:
        """The pieces of a step, and sums."""
        return self.forward_scratch(shape, precision) + precision.lanes * sum(self._sums(shape).values())

    def emit_forward(self, e: Emitter, shape: Shape, arrays: dict[str, Value], scratch: Value) -> None:
        """Follow the orbit of each step."""
        lanes, M = e.precision.lanes, shape.latent
        tracer = Tracer(e, shape, self.series, arrays, divided(e, scratch, sizes(shape, self.series)))

        def step(t: Value, previous: Value) -> list[Value]:
            force(e, shape, arrays, previous, t, lambda m, state: tracer.store(state, "z", (m, 1)))
            tracer.follow(_duration(e, arrays, t), _row(e, shape, arrays, "drive", t))
            now = e.at(arrays["z"], (t, M * lanes))
            e.loop(M, lambda m: e.store(tracer.load("z", (m, 1)), e.at(now, (m, lanes))))
            return [now]

        e.loop(shape.time, step, [arrays["z0"]])

    def emit_adjoint(self, e: Emitter, shape: Shape, arrays: dict[str, Value], scratch: Value) -> None:
        """Follow the orbit of each step again, then go back through its pieces."""
        lanes, M = e.precision.lanes, shape.latent
        parts = {**sizes(shape, self.series), **self._sums(shape)}
        tracer = Tracer(e, shape, self.series, arrays, divided(e, scratch, parts))
        for name in ("carry", "sums_A", "sums_h1", "sums_W1", "sums_W2", "sums_h2"):
            clear(e, tracer.room[name], parts[name] * lanes)

        def step(i: Value) -> None:
            t = e.builder.sub(e.index(shape.time - 1), i)
            forced, z_bar, into = (_row(e, shape, arrays, name, t) for name in ("forced", "z_bar", "into"))
            drive, driven = _row(e, shape, arrays, "drive", t), _row(e, shape, arrays, "driven", t)

            def arrive(m):
                total = e.builder.fadd(e.load(e.at(z_bar, (m, lanes)), lanes), tracer.load("carry", (m, 1)))
                tracer.store(total, ADJOINT, (m, 1))
                tracer.store(e.load(e.at(forced, (m, lanes)), lanes), "z", (m, 1))
                e.store(e.zero(lanes), e.at(driven, (m, lanes)))

            e.loop(M, arrive)
            tracer.follow(_duration(e, arrays, t), drive)
            if "duration" in arrays:
                e.store(self._speed(tracer, drive), e.at(arrays["lasting"], (t, lanes)))

            def back(j):
                p = e.builder.sub(e.index(self.series.pieces - 1), j)
                used = e.any(e.positive(tracer.load("spent", (p, 1))))
                e.when(used, lambda: self._pull_back(tracer, p, drive, driven))

            e.loop(self.series.pieces, back)
            e.loop(M, lambda m: e.store(tracer.load(ADJOINT, (m, 1)), e.at(into, (m, lanes))))
            pass_on(e, shape, arrays, t, lambda m: tracer.load(ADJOINT, (m, 1)), tracer.room["carry"])

        e.loop(shape.time, step)
        for name in ("A", "h1", "W1", "W2", "h2"):
            sum_lanes(e, tracer.room[f"sums_{name}"], parts[f"sums_{name}"], lanes, arrays[f"d{name}"])

    def _sums(self, shape: Shape) -> dict[str, int]:
        """The temporary arrays of the adjoint beside the pieces, and their numbers for each lane."""
        M, L, nodes = shape.latent, shape.hidden, len(self.shares)
        return {
            "carry": M,
            ADJOINT: (self.series.order + 1) * M,
            "at_nodes": nodes * M,
            "adjoint_at_nodes": nodes * M,
            "moments": M * (M + 1),
            "sums_A": M,
            "sums_h1": M,
            "sums_W1": L * M,
            "sums_W2": L * M,
            "sums_h2": L,
        }

    def _speed(self, tracer: Tracer, drive: Value | None) -> Value:
        """The gradient with respect to the duration: the gradient along the vector field at the end."""
        e, M = tracer.e, tracer.shape.latent
        tracer.field(tracer.place("active", (0, 1)), drive)

        def row(m, total):
            def add(n, rate):
                return [e.fma(tracer.load("matrix", (m, M + 1), (n, 1)), tracer.load("z", (n, 1)), rate)]

            rate = e.loop(M, add, [tracer.load("matrix", (m, M + 1), (M, 1))])[0]
            return [e.fma(tracer.load(ADJOINT, (m, 1)), rate, total)]

        return e.loop(M, row, [e.zero(tracer.lanes)])[0]

    def _pull_back(self, tracer: Tracer, p: Value, drive: Value | None, driven: Value) -> None:
        """Add a piece to all gradients, and move the gradient with respect to the state to its start."""
        e, b, M, L = tracer.e, tracer.e.builder, tracer.shape.latent, tracer.shape.hidden
        lanes, spent = tracer.lanes, tracer.load("spent", (p, 1))
        tracer.field(tracer.place("regions", (p, L)), drive)
        e.loop(M, lambda m: tracer.store(tracer.load("starts", (p, M), (m, 1)), "orbit", (m, 1)))
        tracer.expand("orbit", spent, adjoint=False)
        tracer.expand(ADJOINT, spent, adjoint=True)

        def at_nodes(m):
            for i, (share, weight) in enumerate(zip(self.shares, self.weights, strict=True)):
                tracer.store(tracer.value("orbit", m, e.constant(share, lanes)), "at_nodes", (i, M), (m, 1))
                value = tracer.value(ADJOINT, m, e.constant(1 - share, lanes))
                scale = b.fmul(spent, e.constant(weight, lanes))
                tracer.store(b.fmul(scale, value), "adjoint_at_nodes", (i, M), (m, 1))

        def moments(m):
            heights = [tracer.load("adjoint_at_nodes", (i, M), (m, 1)) for i in range(len(self.shares))]

            def entry(n):
                total = e.zero(lanes)
                for i, height in enumerate(heights):
                    total = e.fma(height, tracer.load("at_nodes", (i, M), (n, 1)), total)
                tracer.store(total, "moments", (m, M + 1), (n, 1))
                return ()

            e.loop(M, entry)
            whole = heights[0]
            for height in heights[1:]:
                whole = b.fadd(whole, height)
            tracer.store(whole, "moments", (m, M + 1), (M, 1))
            _add(tracer, whole, "sums_h1", (m, 1))
            _add(tracer, tracer.load("moments", (m, M + 2)), "sums_A", (m, 1))
            place = e.at(driven, (m, lanes))
            e.store(b.fadd(e.load(place, lanes), whole), place)

        e.loop(M, at_nodes)
        e.loop(M, moments)
        e.loop(L, lambda unit: self._add_unit(tracer, p, unit))
        e.loop(M, lambda m: tracer.store(tracer.value(ADJOINT, m, e.constant(1, lanes)), ADJOINT, (m, 1)))

    def _add_unit(self, tracer: Tracer, p: Value, unit: Value) -> None:
        """Add the gradients with respect to the weights of one unit, where it is active."""
        e, M, L = tracer.e, tracer.shape.latent, tracer.shape.hidden
        active = e.positive(tracer.load("regions", (p, L), (unit, 1)))

        def to_first(m):
            def add(n, total):
                weight = tracer.weight("W2", (unit, M), (n, 1))
                return [e.fma(weight, tracer.load("moments", (m, M + 1), (n, 1)), total)]

            start = e.builder.fmul(tracer.column(unit, M), tracer.load("moments", (m, M + 1), (M, 1)))
            _add(tracer, e.where(active, e.loop(M, add, [start])[0]), "sums_W1", (unit, M), (m, 1))

        def across(n):
            def add(m, total):
                weight = tracer.weight("W1", (unit, M), (m, 1))
                return [e.fma(weight, tracer.load("moments", (m, M + 1), (n, 1)), total)]

            return e.where(active, e.loop(M, add, [e.zero(tracer.lanes)])[0])

        def add_unit():
            e.loop(M, to_first)
            e.loop(M, lambda n: _add(tracer, across(n), "sums_W2", (unit, M), (n, 1)))
            _add(tracer, across(e.index(M)), "sums_h2", (unit, 1))

        e.when(e.any(active), add_unit)


def _add(tracer: Tracer, value: Value, name: str, *terms: tuple[Value | int, int]) -> None:
    tracer.store(tracer.e.builder.fadd(tracer.load(name, *terms), value), name, *terms)


def _row(e: Emitter, shape: Shape, arrays: dict[str, Value], name: str, t: Value) -> Value | None:
    """The address of an array over time at a step; None if there is no such array."""
    return e.at(arrays[name], (t, shape.latent * e.precision.lanes)) if name in arrays else None


def _duration(e: Emitter, arrays: dict[str, Value], t: Value) -> Value:
    """The duration of a step, a vector; 1 if all are the same."""
    lanes = e.precision.lanes
    return e.load(e.at(arrays["duration"], (t, lanes)), lanes) if "duration" in arrays else e.constant(1, lanes)

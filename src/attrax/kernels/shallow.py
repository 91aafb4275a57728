r"""The forced orbit of a shallow PLRNN and its adjoint, fused into one pass over the hidden units a time step.

$z_t = A \tilde z_t + W_1 \phi(W_2 \tilde z_t, h_2) + u_t$ with $\tilde z_t = k_t z_{t-1} + c_t$. Lanes are windows; the
hidden units are taken in tiles that fit into the registers. The adjoint meets the time steps in chunks short enough to
stay in the cache, and then adds a whole chunk to the gradient of the weights, so that every accumulator is loaded and
stored once a chunk.
"""

from dataclasses import dataclass
from itertools import pairwise

from llvmlite import ir

from attrax.kernels.emitter import Emitter, Precision
from attrax.kernels.ramps import AbstractRamp

CHUNK_BYTES = 1 << 17  # what a chunk of the adjoint may keep per buffer: a part of the second-level cache


@dataclass(frozen=True)
class Shape:
    """Sizes of one problem.

    Attributes:
        time: Steps.
        latent: Latent states M.
        hidden: Hidden units, a multiple of `tile`.
        tile: Hidden units computed together.
    """

    time: int
    latent: int
    hidden: int
    tile: int


def emit_forward(e: Emitter, shape: Shape, ramp: AbstractRamp, arrays: dict[str, ir.Value]) -> None:
    """All states of one row of lanes.

    Args:
        e: The emitter.
        shape: Sizes.
        ramp: The hidden units' function.
        arrays: `A` and `h1` (latent), `W1` and `W2` (hidden, latent), `h2` (hidden), `z0` (latent, lanes); over time
            `keep`, `offset`, if there are inputs `drive`, and the results `forced` and `z` (time, latent, lanes).
    """
    lanes, M = e.precision.lanes, shape.latent

    def row(name, t, m):
        return e.at(arrays[name], (t, M * lanes), (m, lanes))

    def step(t: ir.Value, previous: ir.Value) -> list[ir.Value]:
        """The state at `t`, from the address of the one before."""
        forced, now = row("forced", t, 0), row("z", t, 0)

        def force(m):
            z = e.load(e.at(previous, (m, lanes)), lanes)
            corrected = e.fma(e.load(row("keep", t, m), lanes), z, e.load(row("offset", t, m), lanes))
            e.store(corrected, e.at(forced, (m, lanes)))
            A, h1 = (e.spread(e.at(arrays[name], (m, 1)), lanes) for name in ("A", "h1"))
            linear = e.fma(A, corrected, h1)
            if "drive" in arrays:
                linear = e.builder.fadd(linear, e.load(row("drive", t, m), lanes))
            e.store(linear, e.at(now, (m, lanes)))

        e.loop(M, force)

        def tile(unit):
            drives = _product(e, shape, arrays["W2"], unit, forced)
            offsets = [e.spread(e.at(arrays["h2"], (unit, 1), (r, 1)), lanes) for r in range(shape.tile)]
            values = [ramp.value(e, v, h) for v, h in zip(drives, offsets, strict=True)]
            _add_product(e, shape, arrays["W1"], unit, values, now)

        e.loop(shape.hidden, tile, stride=shape.tile)
        return [now]

    e.loop(shape.time, step, [arrays["z0"]])


def chunk_length(shape: Shape, precision: Precision) -> int:
    """Time steps that the adjoint keeps before it adds them to the gradient of the weights."""
    return max(1, min(shape.time, CHUNK_BYTES // (shape.hidden * precision.lanes * precision.size)))


def adjoint_scratch(shape: Shape, precision: Precision) -> int:
    """Numbers that the adjoint needs room for."""
    kept = 2 * chunk_length(shape, precision) * shape.hidden * precision.lanes
    accumulators = shape.hidden * (2 * shape.latent * precision.register + precision.lanes)
    return kept + accumulators + 3 * shape.latent * precision.lanes


def emit_adjoint(e: Emitter, shape: Shape, ramp: AbstractRamp, arrays: dict[str, ir.Value], scratch: ir.Value) -> None:
    """The cotangents of one row of lanes, from the last step to the first.

    Args:
        e: The emitter.
        shape: Sizes.
        ramp: The hidden units' function.
        arrays: The arguments `A`, `W1`, `W2`, `h2`, and over time `keep`, the forced states `forced` and the cotangents
            of the states `z_bar`; the results, over time, `total` (all that reaches a state) and `into` (all that
            reaches a forced state); and `dA`, `dh1` (latent), `dW1`, `dW2` (hidden, latent) and `dh2` (hidden).
        scratch: Room for `adjoint_scratch` numbers.
    """
    lanes, M, L = e.precision.lanes, shape.latent, shape.hidden
    register, length = e.precision.register, chunk_length(shape, e.precision)
    values = scratch
    slopes = e.at(values, (length, L * lanes))
    sums1 = e.at(slopes, (length, L * lanes))
    sums2 = e.at(sums1, (L, M * register))
    sums_h = e.at(sums2, (L, M * register))
    sums_A = e.at(sums_h, (L, lanes))
    sums_h1 = e.at(sums_A, (M, lanes))
    carry = e.at(sums_h1, (M, lanes))
    _clear(e, sums1, L * (2 * M * register + lanes) + 3 * M * lanes)

    def row(name, t, m):
        return e.at(arrays[name], (t, M * lanes), (m, lanes))

    def step(t: ir.Value, k: ir.Value) -> None:
        total, into = row("total", t, 0), row("into", t, 0)

        def gather(m):
            arrived = e.builder.fadd(e.load(row("z_bar", t, m), lanes), e.load(e.at(carry, (m, lanes)), lanes))
            e.store(arrived, e.at(total, (m, lanes)))
            linear = e.builder.fmul(e.spread(e.at(arrays["A"], (m, 1)), lanes), arrived)
            e.store(linear, e.at(into, (m, lanes)))
            sum_A, sum_h1 = e.at(sums_A, (m, lanes)), e.at(sums_h1, (m, lanes))
            e.store(e.fma(arrived, e.load(row("forced", t, m), lanes), e.load(sum_A, lanes)), sum_A)
            e.store(e.builder.fadd(e.load(sum_h1, lanes), arrived), sum_h1)

        e.loop(M, gather)

        def tile(unit):
            drives = _product(e, shape, arrays["W2"], unit, row("forced", t, 0))
            cotangents = _product(e, shape, arrays["W1"], unit, total)
            passed = []
            for r, (v, g) in enumerate(zip(drives, cotangents, strict=True)):
                h = e.spread(e.at(arrays["h2"], (unit, 1), (r, 1)), lanes)
                place = ((k, L * lanes), (unit, lanes), (r, lanes))
                back = ramp.pull_back(e, v, h, g)
                e.store(ramp.value(e, v, h), e.at(values, *place))
                e.store(back.drive, e.at(slopes, *place))
                sum_h = e.at(sums_h, (unit, lanes), (r, lanes))
                e.store(e.builder.fadd(e.load(sum_h, lanes), back.offset), sum_h)
                passed.append(back.drive)
            _add_product(e, shape, arrays["W2"], unit, passed, into)

        e.loop(L, tile, stride=shape.tile)

        def pass_on(m):
            e.store(
                e.builder.fmul(e.load(row("keep", t, m), lanes), e.load(e.at(into, (m, lanes)), lanes)),
                e.at(carry, (m, lanes)),
            )

        e.loop(M, pass_on)

    chunks = -(-shape.time // length)

    def chunk(i: ir.Value) -> None:
        """The i-th chunk from the end, its last step first; the very last one may be shorter."""
        b = e.builder
        first = b.mul(b.sub(e.index(chunks - 1), i), e.index(length))
        left = b.sub(e.index(shape.time), first)
        steps = b.select(b.icmp_signed("<", left, e.index(length)), left, e.index(length))

        def backwards(j):
            k = b.sub(b.sub(steps, e.index(1)), j)
            step(b.add(first, k), k)

        e.loop(steps, backwards)
        _add_chunk(e, shape, steps, values, row("total", first, 0), sums1)
        _add_chunk(e, shape, steps, slopes, row("forced", first, 0), sums2)

    e.loop(chunks, chunk)
    _sum_lanes(e, sums1, L * M, register, arrays["dW1"])
    _sum_lanes(e, sums2, L * M, register, arrays["dW2"])
    _sum_lanes(e, sums_h, L, lanes, arrays["dh2"])
    _sum_lanes(e, sums_A, M, lanes, arrays["dA"])
    _sum_lanes(e, sums_h1, M, lanes, arrays["dh1"])


def _product(e: Emitter, shape: Shape, weights: ir.Value, unit: ir.Value, vector: ir.Value) -> list[ir.Value]:
    """Rows `unit ...` of `weights` times the latent vector at an address."""
    lanes, M = e.precision.lanes, shape.latent

    def add(m, *sums):
        z = e.load(e.at(vector, (m, lanes)), lanes)
        rows = [e.spread(e.at(weights, (unit, M), (r, M), (m, 1)), lanes) for r in range(shape.tile)]
        return [e.fma(w, z, s) for w, s in zip(rows, sums, strict=True)]

    return e.loop(M, add, [e.zero(lanes)] * shape.tile)


def _add_product(
    e: Emitter, shape: Shape, weights: ir.Value, unit: ir.Value, values: list[ir.Value], result: ir.Value
) -> None:
    """Add the transposed rows `unit ...` of `weights`, times one value a row, to the latent vector at an address."""
    lanes, M = e.precision.lanes, shape.latent

    def add(m):
        place = e.at(result, (m, lanes))
        total = e.load(place, lanes)
        for r, value in enumerate(values):
            total = e.fma(e.spread(e.at(weights, (unit, M), (r, M), (m, 1)), lanes), value, total)
        e.store(total, place)

    e.loop(M, add)


def _add_chunk(e: Emitter, shape: Shape, steps: ir.Value, hidden: ir.Value, latent: ir.Value, sums: ir.Value) -> None:
    r"""Add $\sum_t a_t b_t^\top$ over a chunk: `hidden` rows a, `latent` rows b; lanes fold onto one register."""
    lanes, register, M, L = e.precision.lanes, e.precision.register, shape.latent, shape.hidden
    parts = lanes // register

    def block(unit, first, width, height):
        places = [
            e.at(sums, (unit, M * register), (r, M * register), (first + m, register))
            for r in range(height)
            for m in range(width)
        ]

        def turn(k, *totals):
            totals = list(totals)
            for part in range(parts):
                a = [
                    e.load(e.at(hidden, (k, L * lanes), (unit, lanes), (r, lanes), (part, register)), register)
                    for r in range(height)
                ]
                b = [
                    e.load(e.at(latent, (k, M * lanes), (first + m, lanes), (part, register)), register)
                    for m in range(width)
                ]
                totals = [e.fma(a[i // width], b[i % width], total) for i, total in enumerate(totals)]
            return totals

        ended = e.loop(steps, turn, [e.load(place, register) for place in places])
        for place, value in zip(places, ended, strict=True):
            e.store(value, place)

    for first, width in _split(M):
        height = 4 if width <= 3 else 2
        e.loop(L, lambda unit, f=first, w=width, h=height: block(unit, f, w, h), stride=height)


def _split(M: int) -> list[tuple[int, int]]:
    """Latent coordinates in groups of at most six, as equal as can be."""
    groups = -(-M // 6)
    bounds = [round(i * M / groups) for i in range(groups + 1)]
    return [(low, high - low) for low, high in pairwise(bounds)]


def _clear(e: Emitter, address: ir.Value, n: int) -> None:
    """`n` zeros; `n` is a multiple of the register."""
    width = e.precision.register
    e.loop(n, lambda i: e.store(e.zero(width), e.at(address, (i, 1))), stride=width)


def _sum_lanes(e: Emitter, sums: ir.Value, n: int, width: int, result: ir.Value) -> None:
    """`n` vectors of `width` lanes, each summed into one number."""

    def turn(i):
        e.builder.store(e.total(e.load(e.at(sums, (i, width)), width)), e.at(result, (i, 1)))

    e.loop(n, turn)

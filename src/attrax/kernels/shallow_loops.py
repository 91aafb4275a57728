r"""The forced orbit of a PLRNN and its adjoint (gradient), in one pass over the hidden units in each time step.

$z_t = A \tilde z_t + W_1 \phi(v_t; h_2) + u_t$ with $\tilde z_t = k_t z_{t-1} + c_t$. The drives are
$v_t = W_2 \tilde z_t$, or $v_t = \tilde z_t$ if each unit sees one latent state, or its difference from the mean.
Lanes are windows.
Hidden units are computed in tiles that fit into the registers. The adjoint processes the time steps in chunks that fit
into the cache and adds a whole chunk to the gradient of the weights at once, so that every sum is loaded and stored
only once in a chunk.
"""

from dataclasses import dataclass
from functools import reduce

from attrax.kernels.activations import AbstractActivation
from attrax.kernels.drives import OWN_STATE, AbstractDrives
from attrax.kernels.emitter import Emitter, Precision, Value
from attrax.kernels.loops import AbstractLoops, Shape, force, pass_on
from attrax.kernels.outer_sum import AbstractOuterSum, LaneSum, LatentSum, clear, sum_lanes

CHUNK_BYTES = 1 << 17  # largest size of a buffer of the adjoint: a part of the second-level cache


@dataclass(frozen=True)
class MapLoops(AbstractLoops):
    """The loops of a map with one layer of units.

    Args:
        activation: The activation function of the units.
        drives: What units see that have no weights `W2` of their own.
    """

    activation: AbstractActivation
    drives: AbstractDrives = OWN_STATE

    @property
    def name(self) -> str:
        """The classes and the settings of activation function and drives."""
        return "_".join(type(part).__name__ + "_".join(map(str, vars(part).values())) for part in vars(self).values())

    @property
    def parameters(self) -> int:
        """Those of the activation function."""
        return self.activation.parameters

    def forward_scratch(self, shape: Shape, precision: Precision) -> int:
        """None is needed; arrays have at least one number."""
        del shape, precision
        return 1

    def adjoint_scratch(self, shape: Shape, precision: Precision) -> int:
        """Values and slopes of the units for a chunk, and sums."""
        kept = 2 * chunk_length(shape, precision) * shape.hidden * precision.lanes
        states = (shape.hidden * self.parameters + 3 * shape.latent) * precision.lanes
        return kept + states + 2 * _outer_sum(shape, precision).workspace

    def emit_forward(self, e: Emitter, shape: Shape, arrays: dict[str, Value], scratch: Value) -> None:
        """One pass over the hidden units in each step."""
        del scratch
        _emit_forward(e, shape, self, arrays)

    def emit_adjoint(self, e: Emitter, shape: Shape, arrays: dict[str, Value], scratch: Value) -> None:
        """One pass over the hidden units in each step, and outer sums for each chunk of steps."""
        _emit_adjoint(e, shape, self, arrays, scratch)


def _emit_forward(e: Emitter, shape: Shape, loops: MapLoops, arrays: dict[str, Value]) -> None:
    activation, lanes, M, P = loops.activation, e.precision.lanes, shape.latent, loops.parameters

    def row(name, t, m):
        return e.at(arrays[name], (t, M * lanes), (m, lanes))

    def step(t: Value, previous: Value) -> list[Value]:
        """The state at `t`, from the address of the one before."""
        forced, now = row("forced", t, 0) if "forced" in arrays else previous, row("z", t, 0)

        def linear_part(m, state):
            A, h1 = (e.broadcast(e.at(arrays[name], (m, 1)), lanes) for name in ("A", "h1"))
            linear = e.fma(A, state, h1)
            if "drive" in arrays:
                linear = e.builder.fadd(linear, e.load(row("drive", t, m), lanes))
            e.store(linear, e.at(now, (m, lanes)))

        force(e, shape, arrays, previous, t, linear_part)
        level = loops.drives.level(e, shape, forced)

        def tile(unit):
            drives = _drives(e, shape, arrays, unit, forced, level)
            values = [activation.value(e, v, e.at(arrays["h2"], (unit, P), (r, P))) for r, v in enumerate(drives)]
            _add_product(e, shape, arrays["W1"], unit, values, now)

        e.loop(shape.hidden, tile, stride=shape.tile)
        return [now]

    e.loop(shape.time, step, [arrays["z0"]])


def chunk_length(shape: Shape, precision: Precision) -> int:
    """Number of time steps that the adjoint stores before it adds them to the gradient of the weights."""
    return max(1, min(shape.time, CHUNK_BYTES // (shape.hidden * precision.lanes * precision.size)))


def _outer_sum(shape: Shape, precision: Precision) -> AbstractOuterSum:
    """The algorithm for the gradient of the weights that leaves fewer lanes unused."""
    sizes = (shape.latent, shape.hidden, chunk_length(shape, precision), precision)
    narrow, wide = LaneSum(*sizes), LatentSum(*sizes)
    return wide if 3 * wide.width <= 4 * shape.latent else narrow


def _emit_adjoint(e: Emitter, shape: Shape, loops: MapLoops, arrays: dict[str, Value], scratch: Value) -> None:
    activation, lanes, M, L, P = loops.activation, e.precision.lanes, shape.latent, shape.hidden, loops.parameters
    length, outer = chunk_length(shape, e.precision), _outer_sum(shape, e.precision)
    values = scratch
    slopes = e.at(values, (length, L * lanes))
    sums_h = e.at(slopes, (length, L * lanes))
    sums_A = e.at(sums_h, (L * P, lanes))
    sums_h1 = e.at(sums_A, (M, lanes))
    carry = e.at(sums_h1, (M, lanes))
    sums1 = e.at(carry, (M, lanes))
    sums2 = e.at(sums1, (outer.workspace, 1))
    clear(e, sums_h, (L * P + 3 * M) * lanes + 2 * outer.workspace)

    def row(name, t, m):
        return e.at(arrays[name], (t, M * lanes), (m, lanes))

    def step(t: Value, k: Value) -> None:
        total, into = row("driven", t, 0), row("into", t, 0)

        def gather(m):
            arrived = e.builder.fadd(e.load(row("z_bar", t, m), lanes), e.load(e.at(carry, (m, lanes)), lanes))
            e.store(arrived, e.at(total, (m, lanes)))
            linear = e.builder.fmul(e.broadcast(e.at(arrays["A"], (m, 1)), lanes), arrived)
            e.store(linear, e.at(into, (m, lanes)))
            sum_A, sum_h1 = e.at(sums_A, (m, lanes)), e.at(sums_h1, (m, lanes))
            e.store(e.fma(arrived, e.load(row("forced", t, m), lanes), e.load(sum_A, lanes)), sum_A)
            e.store(e.builder.fadd(e.load(sum_h1, lanes), arrived), sum_h1)

        e.loop(M, gather)
        level = loops.drives.level(e, shape, row("forced", t, 0))

        def tile(unit, all_passed):
            drives = _drives(e, shape, arrays, unit, row("forced", t, 0), level)
            cotangents = _product(e, shape, arrays["W1"], unit, total)
            passed = []
            for r, (v, g) in enumerate(zip(drives, cotangents, strict=True)):
                parameters = e.at(arrays["h2"], (unit, P), (r, P))
                place = ((k, L * lanes), (unit, lanes), (r, lanes))
                sums = e.at(sums_h, (unit, P * lanes), (r, P * lanes))
                e.store(activation.value(e, v, parameters), e.at(values, *place))
                passed.append(activation.pull_back(e, v, parameters, g, sums))
                if shape.mixed:
                    e.store(passed[-1], e.at(slopes, *place))
            _return_drives(e, shape, arrays, unit, passed, into)
            return [reduce(e.builder.fadd, passed, all_passed)]

        all_passed = e.loop(L, tile, [e.zero(lanes)], stride=shape.tile)[0]
        loops.drives.pass_level(e, shape, all_passed, into)
        pass_on(e, shape, arrays, t, lambda m: e.load(e.at(into, (m, lanes)), lanes), carry)

    chunks = -(-shape.time // length)

    def chunk(i: Value) -> None:
        """The i-th chunk from the end, its last step first; the very last one may be shorter."""
        b = e.builder
        first = b.mul(b.sub(e.index(chunks - 1), i), e.index(length))
        left = b.sub(e.index(shape.time), first)
        steps = b.select(b.icmp_signed("<", left, e.index(length)), left, e.index(length))

        def backwards(j):
            k = b.sub(b.sub(steps, e.index(1)), j)
            step(b.add(first, k), k)

        e.loop(steps, backwards)
        outer.add(e, steps, values, row("driven", first, 0), sums1)
        if shape.mixed:
            outer.add(e, steps, slopes, row("forced", first, 0), sums2)

    e.loop(chunks, chunk)
    outer.finish(e, sums1, arrays["dW1"])
    if shape.mixed:
        outer.finish(e, sums2, arrays["dW2"])
    sum_lanes(e, sums_h, L * P, lanes, arrays["dh2"])
    sum_lanes(e, sums_A, M, lanes, arrays["dA"])
    sum_lanes(e, sums_h1, M, lanes, arrays["dh1"])


def _drives(
    e: Emitter, shape: Shape, arrays: dict[str, Value], unit: Value, vector: Value, level: Value
) -> list[Value]:
    """The drives of a tile of units, from the latent vector at an address."""
    if shape.mixed:
        return _product(e, shape, arrays["W2"], unit, vector)
    lanes = e.precision.lanes
    states = [e.load(e.at(vector, (unit, lanes), (r, lanes)), lanes) for r in range(shape.tile)]
    return [e.builder.fsub(state, level) for state in states]


def _return_drives(
    e: Emitter, shape: Shape, arrays: dict[str, Value], unit: Value, values: list[Value], result: Value
) -> None:
    """Add the gradients with respect to the drives of a tile to that with respect to the latent vector."""
    if shape.mixed:
        _add_product(e, shape, arrays["W2"], unit, values, result)
        return
    lanes = e.precision.lanes
    for r, value in enumerate(values):
        place = e.at(result, (unit, lanes), (r, lanes))
        e.store(e.builder.fadd(e.load(place, lanes), value), place)


def _product(e: Emitter, shape: Shape, weights: Value, unit: Value, vector: Value) -> list[Value]:
    """Rows of `weights`, from row `unit` on, times the latent vector at an address."""
    lanes, M = e.precision.lanes, shape.latent

    def add(m, *sums):
        z = e.load(e.at(vector, (m, lanes)), lanes)
        rows = [e.broadcast(e.at(weights, (unit, M), (r, M), (m, 1)), lanes) for r in range(shape.tile)]
        return [e.fma(w, z, s) for w, s in zip(rows, sums, strict=True)]

    return e.loop(M, add, [e.zero(lanes)] * shape.tile)


def _add_product(e: Emitter, shape: Shape, weights: Value, unit: Value, values: list[Value], result: Value) -> None:
    """Add transposed rows of `weights`, from row `unit` on, times one value for each row, to a latent vector."""
    lanes, M = e.precision.lanes, shape.latent

    def add(m):
        place = e.at(result, (m, lanes))
        total = e.load(place, lanes)
        for r, value in enumerate(values):
            total = e.fma(e.broadcast(e.at(weights, (unit, M), (r, M), (m, 1)), lanes), value, total)
        e.store(total, place)

    e.loop(M, add)

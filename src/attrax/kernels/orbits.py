"""Orbits of PLRNNs: JAX functions that call the compiled loops; for forced orbits, differentiable."""

from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.kernels.activations import AbstractActivation
from attrax.kernels.emitter import Precision
from attrax.kernels.handler import Body, Buffers, register, register_bytes
from attrax.kernels.processors import processors
from attrax.kernels.shallow_loops import Shape, adjoint_scratch, emit_adjoint, emit_forward

RowArray = Float[Array, "problem row time latent lane"]


class Weights(NamedTuple):
    """The parameters of a PLRNN. W1 is stored transposed, one hidden unit a row, like W2.

    W2 is None if unit i sees latent state i only. h2 are the parameters of the activation function.
    """

    A: Float[Array, "*problem latent"]
    h1: Float[Array, "*problem latent"]
    W1: Float[Array, "*problem hidden latent"]
    W2: Float[Array, "*problem hidden latent"] | None
    h2: Float[Array, "*problem hidden parameter"]

    def present(self) -> dict[str, Array]:
        """Those that are not None, by name."""
        return {name: weight for name, weight in self._asdict().items() if weight is not None}


def forced_orbits(
    activation: AbstractActivation,
    weights: Weights,
    z0: Float[Array, "window latent"],
    keep: Float[Array, "n window latent"],
    offset: Float[Array, "n window latent"],
    drive: Float[Array, "n window latent"] | None,
) -> Float[Array, "n window latent"]:
    r"""Compute $z_t = A \tilde z_t + W_1 \phi(W_2 \tilde z_t, h_2) + h_1 + u_t$ with $\tilde z_t = k_t z_{t-1} + c_t$.

    $\tilde z_t$ is the state after forcing. The function is differentiable with respect to every array. With `vmap`,
    the problems of a batch are distributed over the threads. The results do not depend on the number of threads,
    because every row of windows is computed by one thread in a fixed order, and the rows are added in a fixed order.

    Args:
        activation: The function $\phi$.
        weights: $A$, $h_1$, $W_1$ (one hidden unit a row), $W_2$ and $h_2$.
        z0: Initial states.
        keep: The factor $k$ of the previous state.
        offset: The part $c$ that comes from the data.
        drive: The effect $u$ of external inputs; None if there are none.
    """
    loops = _Loops.choose(activation, weights, z0)
    padded, *rows = loops.arranged(weights, z0, keep, offset, drive)
    return _from_rows(_orbits(loops, padded, *rows), *z0.shape).swapaxes(0, 1)


def free_orbits(
    activation: AbstractActivation,
    weights: Weights,
    z0: Float[Array, "start latent"],
    n: int,
    drive: Float[Array, "n start latent"] | None,
) -> Float[Array, "start n latent"]:
    """The states after 1, 2, ... n steps without forcing. They have no gradient.

    An orbit is the same, bit for bit, whatever other orbits are computed with it.

    Args:
        activation: As for `forced_orbits`.
        weights: As for `forced_orbits`.
        z0: Initial states.
        n: Number of steps.
        drive: The effect of external inputs; None if there are none.
    """
    loops = _Loops.choose(activation, weights, z0)
    padded, start, inputs = loops.arranged(weights, z0, drive)
    return _from_rows(_free(loops, n)(padded, start, inputs), *z0.shape)


class _Loops(NamedTuple):
    """The settings that are part of the compiled code."""

    activation: AbstractActivation
    precision: Precision
    tile: int
    mixed: bool

    @classmethod
    def choose(cls, activation: AbstractActivation, weights: Weights, z0: Float[Array, "window latent"]) -> "_Loops":
        """The settings for this CPU."""
        register_size, mixed = register_bytes(), weights.W2 is not None
        precision = Precision.choose(z0.dtype.itemsize, len(z0), register_size)
        return cls(activation, precision, 8 if register_size > 32 and mixed else 4, mixed)

    def arranged(self, weights: Weights, z0: Array, *over_time: Array | None) -> tuple[Any, ...]:
        """Weights with whole tiles of units, and windows as lanes, all of them for one problem."""
        units = -weights.h2.shape[-2] % self.tile
        # If unit i sees state i only, there is a state for each of them; the states that are added stay 0.
        states = 0 if self.mixed else units
        padded = Weights(
            A=jnp.pad(weights.A, (0, states)),
            h1=jnp.pad(weights.h1, (0, states)),
            W1=jnp.pad(weights.W1, ((0, units), (0, states))),
            W2=None if weights.W2 is None else jnp.pad(weights.W2, ((0, units), (0, 0))),
            h2=jnp.pad(weights.h2, ((0, units), (0, 0))),
        )
        rows = jax.tree.map(lambda a: _to_rows(a, self.precision.lanes, states), [z0[None], *over_time])
        return jax.tree.map(lambda a: a[None], (padded, *rows))


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _orbits(
    loops: _Loops,
    weights: Weights,
    z0: Float[Array, "problem row start latent lane"],
    keep: RowArray,
    offset: RowArray,
    drive: RowArray | None,
) -> RowArray:
    return _forward(loops)(weights, z0, keep, offset, drive)[1]


def _orbits_forward(loops, weights, z0, keep, offset, drive):
    forced, z = _forward(loops)(weights, z0, keep, offset, drive)
    return z, (weights, z0, keep, drive is not None, forced, z)


def _orbits_backward(loops, kept, z_bar):
    weights, z0, keep, driven, forced, z = kept
    total, into, *gradients = _adjoint(loops)(weights, keep, forced, z_bar)
    before = jnp.concatenate([z0, z[:, :, :-1]], axis=2)
    sums = [gradient.sum(axis=1) for gradient in gradients]
    weights_bar = Weights(**{"W2": None, **dict(zip(weights.present(), sums, strict=True))})
    return weights_bar, keep[:, :, :1] * into[:, :, :1], into * before, into, total if driven else None


_orbits.defvjp(_orbits_forward, _orbits_backward)


@cache
def _forward(loops: _Loops) -> Any:
    """The forward loops, which return forced states and new states. With `vmap`, batches become more problems."""

    @jax.custom_batching.custom_vmap
    def call(weights, z0, keep, offset, drive):
        size = _size(keep, weights, loops)
        results = [jax.ShapeDtypeStruct(keep.shape, keep.dtype)] * 2
        inputs, given = () if drive is None else (drive,), weights.present().values()
        return _call(_registered_forward(loops, size, True, bool(inputs)), results, *given, z0, keep, offset, *inputs)

    call.def_vmap(partial(_merge, call))
    return call


@cache
def _free(loops: _Loops, n: int) -> Any:
    """The forward loops without forcing, which return the new states."""

    @jax.custom_batching.custom_vmap
    def call(weights, z0, drive):
        problems, rows, _, latent, lanes = z0.shape
        shape = (problems, rows, n, latent, lanes)
        size = _size(jax.ShapeDtypeStruct(shape, z0.dtype), weights, loops)
        inputs, given = () if drive is None else (drive,), weights.present().values()
        target = _registered_forward(loops, size, False, bool(inputs))
        return _call(target, [jax.ShapeDtypeStruct(shape, z0.dtype)], *given, z0, *inputs)[0]

    call.def_vmap(partial(_merge, call))
    return call


@cache
def _adjoint(loops: _Loops) -> Any:
    """The adjoint loops, which return the gradients with respect to both states and to the weights."""

    @jax.custom_batching.custom_vmap
    def call(weights, keep, forced, z_bar):
        size = _size(keep, weights, loops)
        given = weights.present()
        shapes = [*[keep.shape] * 2, *((*keep.shape[:2], *w.shape[1:]) for w in given.values())]
        results = [jax.ShapeDtypeStruct(shape, keep.dtype) for shape in shapes]
        del given["h1"]
        return _call(_registered_adjoint(loops, size), results, *given.values(), keep, forced, z_bar)

    call.def_vmap(partial(_merge, call))
    return call


class _Size(NamedTuple):
    """The number of problems and rows, the sizes of a row, and the number of threads."""

    problems: int
    rows: int
    shape: Shape
    workers: int


def _size(over_time: Any, weights: Weights, loops: _Loops) -> _Size:
    problems, rows, time, latent, _ = over_time.shape
    shape = Shape(time, latent, weights.h2.shape[-2], loops.tile, loops.mixed)
    return _Size(problems, rows, shape, min(problems * rows, processors()))


class _Target(NamedTuple):
    """A registered custom call, its number of threads and the temporary memory of each."""

    name: str
    workers: int
    scratch: int


def _call(target: _Target, results: list[jax.ShapeDtypeStruct], *arguments: Array) -> tuple[Array, ...]:
    workspace = jax.ShapeDtypeStruct((target.workers, target.scratch), results[0].dtype)
    return tuple(jax.ffi.ffi_call(target.name, [*results, workspace])(*arguments)[:-1])


def _merge(call: Any, size: int, batched: Any, *arguments: Any) -> tuple[Any, Any]:
    """The rule for `vmap`: the new axis is merged with the axis of the problems."""

    def merge(array, has_axis):
        wide = array if has_axis else jnp.broadcast_to(array, (size, *array.shape))
        return wide.reshape(size * wide.shape[1], *wide.shape[2:])

    out = call(*jax.tree.map(merge, arguments, tuple(batched)))
    split = jax.tree.map(lambda a: a.reshape(size, a.shape[0] // size, *a.shape[1:]), out)
    return split, jax.tree.map(lambda _: True, split)


@cache
def _registered_forward(loops: _Loops, size: _Size, forced: bool, driven: bool) -> _Target:
    state, row, weights = _row_sizes(loops, size.shape)
    arguments = {**weights, "z0": state}
    arguments |= dict.fromkeys(("keep", "offset") * forced + ("drive",) * driven, row)
    return _register(
        "forward" + "_forced" * forced + "_driven" * driven,
        loops,
        size,
        arguments,
        dict.fromkeys(("forced",) * forced + ("z",), row),
        1,
        lambda e, a, _: emit_forward(e, size.shape, loops.activation, a),
    )


@cache
def _registered_adjoint(loops: _Loops, size: _Size) -> _Target:
    _, row, weights = _row_sizes(loops, size.shape)
    scratch = adjoint_scratch(size.shape, loops.precision, loops.activation)
    arguments = {name: n for name, n in weights.items() if name != "h1"}
    arguments |= {"keep": row, "forced": row, "z_bar": row}
    results = {"total": row, "into": row, **{f"d{name}": n for name, n in weights.items()}}
    return _register(
        "adjoint",
        loops,
        size,
        arguments,
        results,
        scratch,
        lambda e, a, s: emit_adjoint(e, size.shape, loops.activation, a, s),
    )


def _row_sizes(loops: _Loops, shape: Shape) -> tuple[int, int, dict[str, int]]:
    """The number of values in a state, in a row over time, and in each of the weights."""
    state, matrix = shape.latent * loops.precision.lanes, shape.hidden * shape.latent
    sizes = (shape.latent, shape.latent, matrix, matrix, shape.hidden * loops.activation.parameters)
    weights = dict(zip(Weights._fields, sizes, strict=True))
    if not shape.mixed:
        del weights["W2"]
    return state, shape.time * state, weights


def _register(
    kind: str, loops: _Loops, size: _Size, arguments: dict[str, int], results: dict[str, int], scratch: int, body: Body
) -> _Target:
    precision, shape, rows = loops.precision, size.shape, size.problems * size.rows
    sizes = (size.problems, size.rows, shape.time, shape.latent, shape.hidden, precision.lanes, size.workers)
    # The settings of the activation are part of the name, because different code needs different names.
    settings = "_".join(map(str, vars(loops.activation).values()))
    units = f"{type(loops.activation).__name__}{settings}" + "_mixed" * shape.mixed
    name = f"attrax_{kind}_{units}_f{8 * precision.size}_" + "x".join(map(str, sizes))
    buffers = Buffers(arguments, results, frozenset(Weights._fields), rows, size.rows, scratch, size.workers)
    register(name, buffers, precision, body)
    return _Target(name, size.workers, scratch)


def _to_rows(a: Float[Array, "n window latent"], lanes: int, states: int) -> Float[Array, "row n more lane"]:
    """Arrange windows as lanes in rows. Missing windows are 0: they stay finite and add nothing to a gradient."""
    n, windows, latent = a.shape
    rows = -(-windows // lanes)
    full = jnp.pad(a, ((0, 0), (0, rows * lanes - windows), (0, states)))
    return full.reshape(n, rows, lanes, latent + states).transpose(1, 0, 3, 2)


def _from_rows(a: Any, windows: int, latent: int) -> Float[Array, "window n latent"]:
    """The windows of the only problem."""
    _, rows, n, more, lanes = a.shape
    return a[0].transpose(0, 3, 1, 2).reshape(rows * lanes, n, more)[:windows, :, :latent]

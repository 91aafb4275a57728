"""Forced orbits of shallow PLRNNs, as a differentiable JAX function that calls the compiled loops."""

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
    """The parameters of a shallow PLRNN. W1 is stored transposed, one hidden unit a row, like W2."""

    A: Float[Array, "*problem latent"]
    h1: Float[Array, "*problem latent"]
    W1: Float[Array, "*problem hidden latent"]
    W2: Float[Array, "*problem hidden latent"]
    h2: Float[Array, "*problem hidden"]


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
    windows, register_size = z0.shape[0], register_bytes()
    precision = Precision.choose(z0.dtype.itemsize, windows, register_size)
    tile = 8 if register_size > 32 else 4
    missing = -weights.h2.shape[-1] % tile
    padded = weights._replace(
        W1=jnp.pad(weights.W1, ((0, missing), (0, 0))),
        W2=jnp.pad(weights.W2, ((0, missing), (0, 0))),
        h2=jnp.pad(weights.h2, (0, missing)),
    )
    rows = jax.tree.map(lambda a: _to_rows(a, precision.lanes), [z0[None], keep, offset, drive])
    z: Any = _orbits(_Loops(activation, precision, tile), *jax.tree.map(lambda a: a[None], (padded, *rows)))
    return _from_rows(z[0], windows)


class _Loops(NamedTuple):
    """The settings that are part of the compiled code."""

    activation: AbstractActivation
    precision: Precision
    tile: int


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
    weights_bar = Weights(*(gradient.sum(axis=1) for gradient in gradients))
    return weights_bar, keep[:, :, :1] * into[:, :, :1], into * before, into, total if driven else None


_orbits.defvjp(_orbits_forward, _orbits_backward)


@cache
def _forward(loops: _Loops) -> Any:
    """The forward loops, which return forced states and new states. With `vmap`, batches become more problems."""

    @jax.custom_batching.custom_vmap
    def call(weights, z0, keep, offset, drive):
        size = _size(keep, weights, loops)
        results = [jax.ShapeDtypeStruct(keep.shape, keep.dtype)] * 2
        inputs = () if drive is None else (drive,)
        return _call(_registered_forward(loops, size, bool(inputs)), results, *weights, z0, keep, offset, *inputs)

    call.def_vmap(partial(_merge, call))
    return call


@cache
def _adjoint(loops: _Loops) -> Any:
    """The adjoint loops, which return the gradients with respect to both states and to the weights."""

    @jax.custom_batching.custom_vmap
    def call(weights, keep, forced, z_bar):
        size = _size(keep, weights, loops)
        shapes = [*[keep.shape] * 2, *((*keep.shape[:2], *w.shape[1:]) for w in weights)]
        results = [jax.ShapeDtypeStruct(shape, keep.dtype) for shape in shapes]
        A, _, W1, W2, h2 = weights
        return _call(_registered_adjoint(loops, size), results, A, W1, W2, h2, keep, forced, z_bar)

    call.def_vmap(partial(_merge, call))
    return call


class _Size(NamedTuple):
    """The number of problems and rows, the sizes of a row, and the number of threads."""

    problems: int
    rows: int
    shape: Shape
    workers: int


def _size(keep: RowArray, weights: Weights, loops: _Loops) -> _Size:
    problems, rows, time, latent, _ = keep.shape
    shape = Shape(time, latent, weights.h2.shape[-1], loops.tile)
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
def _registered_forward(loops: _Loops, size: _Size, driven: bool) -> _Target:
    state, row, weights = _row_sizes(loops, size.shape)
    arguments = {**weights, "z0": state, "keep": row, "offset": row, **({"drive": row} if driven else {})}
    name = "forward_driven" if driven else "forward"
    return _register(
        name,
        loops,
        size,
        arguments,
        {"forced": row, "z": row},
        1,
        lambda e, a, _: emit_forward(e, size.shape, loops.activation, a),
    )


@cache
def _registered_adjoint(loops: _Loops, size: _Size) -> _Target:
    _, row, weights = _row_sizes(loops, size.shape)
    scratch = adjoint_scratch(size.shape, loops.precision)
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
    sizes = (shape.latent, shape.latent, matrix, matrix, shape.hidden)
    weights = dict(zip(Weights._fields, sizes, strict=True))
    return state, shape.time * state, weights


def _register(
    kind: str, loops: _Loops, size: _Size, arguments: dict[str, int], results: dict[str, int], scratch: int, body: Body
) -> _Target:
    precision, shape, rows = loops.precision, size.shape, size.problems * size.rows
    sizes = (size.problems, size.rows, shape.time, shape.latent, shape.hidden, precision.lanes, size.workers)
    name = f"attrax_{kind}_{type(loops.activation).__name__}_f{8 * precision.size}_" + "x".join(map(str, sizes))
    buffers = Buffers(arguments, results, frozenset(Weights._fields), rows, size.rows, scratch, size.workers)
    register(name, buffers, precision, body)
    return _Target(name, size.workers, scratch)


def _to_rows(a: Float[Array, "n window latent"], lanes: int) -> Float[Array, "row n latent lane"]:
    """Arrange windows as lanes in rows. Missing windows are 0: they stay finite and add nothing to a gradient."""
    n, windows, latent = a.shape
    rows = -(-windows // lanes)
    full = jnp.pad(a, ((0, 0), (0, rows * lanes - windows), (0, 0)))
    return full.reshape(n, rows, lanes, latent).transpose(1, 0, 3, 2)


def _from_rows(a: Float[Array, "row n latent lane"], windows: int) -> Float[Array, "n window latent"]:
    rows, n, latent, lanes = a.shape
    return a.transpose(1, 0, 3, 2).reshape(n, rows * lanes, latent)[:, :windows]

"""Forced orbits of shallow PLRNNs as a differentiable JAX function over the fused loops."""

import os
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.kernels.emitter import Precision
from attrax.kernels.handler import Buffers, register, register_bytes
from attrax.kernels.ramps import Ramp
from attrax.kernels.shallow import Shape, adjoint_scratch, emit_adjoint, emit_forward

RowArray = Float[Array, "problem row time latent lane"]


class Weights(NamedTuple):
    """Parameters that the fused loops see; W1 is stored by hidden units, like W2."""

    A: Float[Array, "*problem latent"]
    W1: Float[Array, "*problem hidden latent"]
    W2: Float[Array, "*problem hidden latent"]
    h2: Float[Array, "*problem hidden"]


def forced_orbits(
    ramp: Ramp,
    weights: Weights,
    z0: Float[Array, "window latent"],
    keep: Float[Array, "n window latent"],
    offset: Float[Array, "n window latent"],
    drive: Float[Array, "n window latent"],
) -> Float[Array, "n window latent"]:
    r"""$z_t = A \tilde z_t + W_1 \phi(W_2 \tilde z_t, h_2) + u_t$ with $\tilde z_t = k_t z_{t-1} + c_t$, on this processor.

    Differentiable with respect to every array, and vmapped without loss: the problems of a batch are shared out among
    the threads. Results do not depend on the number of threads: every row of windows is computed by one of them, in
    one order, and rows are added in another.

    Args:
        ramp: The function $\phi$.
        weights: A, W1 (by hidden units), W2, h2.
        z0: First states.
        keep, offset: The correction, k and c.
        drive: What is added after the step, u.
    """
    windows, register_size = z0.shape[0], register_bytes()
    precision = Precision.choose(z0.dtype.itemsize, windows, register_size)
    tile = 2 * register_size // 16 if register_size > 16 else 2
    missing = -weights.h2.shape[-1] % tile
    padded = Weights(
        weights.A,
        jnp.pad(weights.W1, ((0, missing), (0, 0))),
        jnp.pad(weights.W2, ((0, missing), (0, 0))),
        jnp.pad(weights.h2, (0, missing)),
    )
    rows = [_to_rows(a, precision.lanes) for a in (z0[None], keep, offset, drive)]
    z = _orbits(_Loops(ramp, precision, tile), *jax.tree.map(lambda a: a[None], (padded, *rows)))
    return _from_rows(z[0], windows)


class _Loops(NamedTuple):
    """What is compiled in."""

    ramp: Ramp
    precision: Precision
    tile: int


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _orbits(
    loops: _Loops, weights: Weights, z0: RowArray, keep: RowArray, offset: RowArray, drive: RowArray
) -> RowArray:
    return _forward(loops)(weights, z0, keep, offset, drive)


def _orbits_forward(loops, weights, z0, keep, offset, drive):
    z = _orbits(loops, weights, z0, keep, offset, drive)
    return z, (weights, z0, keep, offset, z)


def _orbits_backward(loops, kept, z_bar):
    weights, z0, keep, offset, z = kept
    before = jnp.concatenate([z0, z[:, :, :-1]], axis=2)
    forced = keep * before + offset
    total, into, dW1, dW2, dh2 = _adjoint(loops)(weights, keep, forced, z_bar)
    dA = (total * forced).sum(axis=(1, 2, 4))
    gradients = Weights(dA, *(d.sum(axis=1) for d in (dW1, dW2, dh2)))
    return gradients, keep[:, :, :1] * into[:, :, :1], into * before, into, total


_orbits.defvjp(_orbits_forward, _orbits_backward)


@cache
def _forward(loops: _Loops) -> Any:
    """The forward loops; a batch of problems becomes one longer list of problems."""

    @jax.custom_batching.custom_vmap
    def call(weights, z0, keep, offset, drive):
        problems, rows, time, latent, lanes = keep.shape
        hidden = weights.h2.shape[-1]
        result = jax.ShapeDtypeStruct(keep.shape, keep.dtype)
        name, workers, scratch = _registered_forward(loops, problems, rows, time, latent, hidden)
        room = jax.ShapeDtypeStruct((workers, scratch), keep.dtype)
        return jax.ffi.ffi_call(name, (result, room))(*weights, z0, keep, offset, drive)[0]

    call.def_vmap(partial(_merge, call))
    return call


@cache
def _adjoint(loops: _Loops) -> Any:
    """The adjoint loops, likewise."""

    @jax.custom_batching.custom_vmap
    def call(weights, keep, forced, z_bar):
        problems, rows, time, latent, lanes = keep.shape
        hidden = weights.h2.shape[-1]
        name, workers, scratch = _registered_adjoint(loops, problems, rows, time, latent, hidden)
        shapes = (
            *[keep.shape] * 2,
            *[(problems, rows, hidden, latent)] * 2,
            (problems, rows, hidden),
            (workers, scratch),
        )
        results = tuple(jax.ShapeDtypeStruct(shape, keep.dtype) for shape in shapes)
        return tuple(jax.ffi.ffi_call(name, results)(*weights, keep, forced, z_bar)[:-1])

    call.def_vmap(partial(_merge, call))
    return call


def _merge(call: Any, size: int, batched: Any, *arguments: Any) -> tuple[Any, Any]:
    """The rule of vmap: the new axis is merged into that of the problems."""

    def merge(array, has_axis):
        wide = array if has_axis else jnp.broadcast_to(array, (size, *array.shape))
        return wide.reshape(size * wide.shape[1], *wide.shape[2:])

    out = call(*jax.tree.map(merge, arguments, tuple(batched)))
    split = jax.tree.map(lambda a: a.reshape(size, a.shape[0] // size, *a.shape[1:]), out)
    return split, jax.tree.map(lambda _: True, split)


@cache
def _registered_forward(
    loops: _Loops, problems: int, rows: int, time: int, latent: int, hidden: int
) -> tuple[str, int, int]:
    """Name of the custom call, threads it uses, and numbers of room each needs."""
    shape, lanes = Shape(time, latent, hidden, loops.tile), loops.precision.lanes
    row = time * latent * lanes
    arguments = {**_weight_sizes(shape), "z0": latent * lanes, "keep": row, "offset": row, "drive": row}
    buffers = _buffers(arguments, {"z": row}, problems, rows, latent * lanes)
    name = _name("forward", loops, problems, rows, shape)
    register(name, buffers, loops.precision, lambda e, arrays, room: emit_forward(e, shape, loops.ramp, arrays, room))
    return name, buffers.workers, buffers.scratch


@cache
def _registered_adjoint(
    loops: _Loops, problems: int, rows: int, time: int, latent: int, hidden: int
) -> tuple[str, int, int]:
    """The same for the adjoint."""
    shape, lanes = Shape(time, latent, hidden, loops.tile), loops.precision.lanes
    row, weights = time * latent * lanes, hidden * latent
    arguments = {**_weight_sizes(shape), "keep": row, "forced": row, "z_bar": row}
    results = {"total": row, "into": row, "dW1": weights, "dW2": weights, "dh2": hidden}
    buffers = _buffers(arguments, results, problems, rows, adjoint_scratch(shape, loops.precision))
    name = _name("adjoint", loops, problems, rows, shape)
    register(name, buffers, loops.precision, lambda e, arrays, room: emit_adjoint(e, shape, loops.ramp, arrays, room))
    return name, buffers.workers, buffers.scratch


def _weight_sizes(shape: Shape) -> dict[str, int]:
    matrix = shape.hidden * shape.latent
    return {"A": shape.latent, "W1": matrix, "W2": matrix, "h2": shape.hidden}


def _buffers(
    arguments: dict[str, int], results: dict[str, int], problems: int, rows: int, scratch: int
) -> Buffers:
    shared = frozenset(Weights._fields)
    return Buffers(arguments, results, shared, problems * rows, rows, scratch, min(problems * rows, processors()))


def _name(kind: str, loops: _Loops, problems: int, rows: int, shape: Shape) -> str:
    precision = loops.precision
    sizes = (problems, rows, shape.time, shape.latent, shape.hidden, precision.lanes)
    return f"attrax_{kind}_{type(loops.ramp).__name__}_f{8 * precision.size}_" + "x".join(map(str, sizes))


def processors() -> int:
    """Processors that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _to_rows(a: Float[Array, "n window latent"], lanes: int) -> Float[Array, "row n latent lane"]:
    """Windows as lanes, in rows; missing ones are 0, which stays finite and adds nothing to a gradient."""
    n, windows, latent = a.shape
    rows = -(-windows // lanes)
    full = jnp.pad(a, ((0, 0), (0, rows * lanes - windows), (0, 0)))
    return full.reshape(n, rows, lanes, latent).transpose(1, 0, 3, 2)


def _from_rows(a: Float[Array, "row n latent lane"], windows: int) -> Float[Array, "n window latent"]:
    rows, n, latent, lanes = a.shape
    return a.transpose(1, 0, 3, 2).reshape(n, rows * lanes, latent)[:, :windows]

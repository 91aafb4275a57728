"""Orbits: JAX functions that call the compiled loops; for forced orbits, differentiable."""

import dataclasses
from functools import cache, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from attrax.kernels.emitter import Precision
from attrax.kernels.handler import Body, Buffers, register, register_bytes
from attrax.kernels.loops import AbstractLoops, Shape
from attrax.kernels.processors import processors

RowArray = Float[Array, "problem row time latent lane"]


class Weights(NamedTuple):
    """The parameters of a dynamics with one layer of units. W1 is stored transposed, one hidden unit a row, like W2.

    W2 is None if unit i sees latent state i only. h2 are the parameters of each unit.
    """

    A: Float[Array, "*problem latent"]
    h1: Float[Array, "*problem latent"]
    W1: Float[Array, "*problem hidden latent"]
    W2: Float[Array, "*problem hidden latent"] | None
    h2: Float[Array, "*problem hidden parameter"]


class OverTime(NamedTuple):
    """What enters an orbit in each step.

    Attributes:
        keep: The factor $k$ of the previous state, for the first coordinates; it is 1 for all others.
        offset: The part $c$ of the forced state that comes from the data.
        drive: The effect $u$ of external inputs; None if there are none.
        duration: The duration, in time steps of the dynamics; None if it is 1, as it must be for maps.
    """

    keep: Float[Array, "n window forced"]
    offset: Float[Array, "n window forced"]
    drive: Float[Array, "n window latent"] | None = None
    duration: Float[Array, "n window 1"] | None = None


def forced_orbits(
    loops: AbstractLoops, weights: Weights, z0: Float[Array, "window latent"], over_time: OverTime
) -> Float[Array, "n window latent"]:
    r"""Compute $z_t = F(\tilde z_t, u_t)$ with $\tilde z_t = k_t z_{t-1} + c_t$, the state after forcing.

    F is $A \tilde z + W_1 \phi(W_2 \tilde z, h_2) + h_1 + u$ for maps; in continuous time it is the flow of such a
    vector field. The function is differentiable with respect to every array. With `vmap`, the problems of a batch are
    distributed over the threads. The results do not depend on the number of threads, because every row of windows is
    computed by one thread in a fixed order, and the rows are added in a fixed order.

    Args:
        loops: The form of F.
        weights: $A$, $h_1$, $W_1$ (one hidden unit a row), $W_2$ and $h_2$.
        z0: Initial states.
        over_time: Forcing, inputs and durations of every step.
    """
    program = _Program.choose(loops, weights, z0)
    padded, start, rows = program.arranged(weights, z0, over_time)
    return _from_rows(_orbits(program, padded, start, rows), *z0.shape).swapaxes(0, 1)


def free_orbits(
    loops: AbstractLoops,
    weights: Weights,
    z0: Float[Array, "start latent"],
    n: int,
    drive: Float[Array, "n start latent"] | None,
) -> Float[Array, "start n latent"]:
    """The states after 1, 2, ... n steps without forcing. They have no gradient.

    An orbit is the same, bit for bit, whatever other orbits are computed with it.

    Args:
        loops: As for `forced_orbits`.
        weights: As for `forced_orbits`.
        z0: Initial states.
        n: Number of steps.
        drive: The effect of external inputs; None if there are none.
    """
    program = _Program.choose(loops, weights, z0)
    padded, start, inputs = program.arranged(weights, z0, drive)
    return _from_rows(_free(program, n)(padded, start, inputs), *z0.shape)


class _Program(NamedTuple):
    """The settings that are part of the compiled code."""

    loops: AbstractLoops
    precision: Precision
    tile: int
    mixed: bool

    @classmethod
    def choose(cls, loops: AbstractLoops, weights: Weights, z0: Float[Array, "window latent"]) -> "_Program":
        """The settings for this CPU."""
        register_size, mixed = register_bytes(), weights.W2 is not None
        precision = Precision.choose(z0.dtype.itemsize, len(z0), register_size)
        tile = _tile(weights.h2.shape[-2], wide=register_size > 32, mixed=mixed)
        return cls(loops, precision, tile, mixed)

    def arranged(self, weights: Weights, z0: Array, over_time: Any) -> tuple[Any, Any, Any]:
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
        # Signals of forcing that have the first states only get no more of them.
        rows = jax.tree.map(
            lambda a: _to_rows(a, self.precision.lanes, states if a.shape[2] == z0.shape[1] else 0),
            (z0[None], over_time),
        )
        return jax.tree.map(lambda a: a[None], (padded, *rows))


def _tile(units: int, *, wide: bool, mixed: bool) -> int:
    """Number of units that are computed together: as many as registers hold, to keep the multipliers busy.

    A unit that sees one state only costs as much as a state, so the tile is one that leaves few of them to be added.
    """
    if mixed or not wide:
        return 8 if wide else 4
    padded = units + -units % 4
    return max(tile for tile in range(4, 11) if padded % tile == 0)


@partial(jax.custom_vjp, nondiff_argnums=(0,))
def _orbits(
    program: _Program, weights: Weights, z0: Float[Array, "problem row start latent lane"], over_time: Any
) -> RowArray:
    return _forward(program)(weights, z0, over_time)[1]


def _orbits_forward(program, weights, z0, over_time):
    forced, z = _forward(program)(weights, z0, over_time)
    return z, (weights, z0, over_time, forced, z)


def _orbits_backward(program, kept, z_bar):
    weights, z0, over_time, forced, z = kept
    along, sums = _adjoint(program)(weights, over_time._replace(offset=None), forced, z_bar)
    into, free = jnp.split(along["into"], [over_time.keep.shape[3]], axis=3)
    before = jnp.concatenate([z0, z[:, :, :-1]], axis=2)[:, :, :, : into.shape[3]]
    z0_bar = jnp.concatenate([over_time.keep[:, :, :1] * into[:, :, :1], free[:, :, :1]], axis=3)
    weights_bar = jax.tree.map(lambda gradient: gradient.sum(axis=1), sums)
    over_time_bar = OverTime(
        keep=into * before,
        offset=into,
        drive=None if over_time.drive is None else along["driven"],
        duration=along.get("lasting"),
    )
    return weights_bar, z0_bar, over_time_bar


_orbits.defvjp(_orbits_forward, _orbits_backward)


@cache
def _forward(program: _Program) -> Any:
    """The forward loops, which return forced states and new states. With `vmap`, batches become more problems."""

    @jax.custom_batching.custom_vmap
    def call(weights, z0, over_time):
        problems, rows, time, forced, lanes = over_time.keep.shape
        states = jax.ShapeDtypeStruct((problems, rows, time, z0.shape[3], lanes), z0.dtype)
        given = _present(over_time)
        target = _registered_forward(program, _size(states, forced, weights, program), tuple(given))
        results = {"forced": states, "z": states}
        return tuple(_call(target, results, *_present(weights).values(), z0, *given.values()).values())

    call.def_vmap(partial(_merge, call))
    return call


@cache
def _free(program: _Program, n: int) -> Any:
    """The forward loops without forcing, which return the new states."""

    @jax.custom_batching.custom_vmap
    def call(weights, z0, drive):
        problems, rows, _, latent, lanes = z0.shape
        shape = (problems, rows, n, latent, lanes)
        states = jax.ShapeDtypeStruct(shape, z0.dtype)
        given = {} if drive is None else {"drive": drive}
        target = _registered_forward(program, _size(states, 0, weights, program), tuple(given))
        return _call(target, {"z": states}, *_present(weights).values(), z0, *given.values())["z"]

    call.def_vmap(partial(_merge, call))
    return call


@cache
def _adjoint(program: _Program) -> Any:
    """The adjoint loops, which return the gradients over time and, for each row, those with respect to the weights."""

    @jax.custom_batching.custom_vmap
    def call(weights, over_time, forced, z_bar):
        size, given = _size(forced, over_time.keep.shape[3], weights, program), _present(over_time)
        state = jax.ShapeDtypeStruct(forced.shape, forced.dtype)
        results = {"driven": state, "into": state}
        if "duration" in given:
            results["lasting"] = jax.ShapeDtypeStruct(given["duration"].shape, forced.dtype)
        for name, weight in _present(weights).items():
            results[f"d{name}"] = jax.ShapeDtypeStruct((*forced.shape[:2], *weight.shape[1:]), forced.dtype)
        target = _registered_adjoint(program, size, tuple(given))
        found = _call(target, results, *_present(weights).values(), *given.values(), forced, z_bar)
        along = {name: found[name] for name in results if name in ("driven", "into", "lasting")}
        return along, Weights(**{"W2": None, **{name: found[f"d{name}"] for name in _present(weights)}})

    call.def_vmap(partial(_merge, call))
    return call


def _present(arrays: Any) -> dict[str, Array]:
    """The fields that are not None, by name."""
    return {name: array for name, array in arrays._asdict().items() if array is not None}


class _Size(NamedTuple):
    """The number of problems and rows, the sizes of a row, and the number of threads."""

    problems: int
    rows: int
    shape: Shape
    workers: int


def _size(states: Any, forced: int, weights: Weights, program: _Program) -> _Size:
    problems, rows, time, latent, _ = states.shape
    shape = Shape(time, latent, forced, weights.h2.shape[-2], program.tile, program.mixed)
    return _Size(problems, rows, shape, min(problems * rows, processors()))


class _Target(NamedTuple):
    """A registered custom call, its number of threads and the temporary memory of each."""

    name: str
    workers: int
    scratch: int


def _call(target: _Target, results: dict[str, jax.ShapeDtypeStruct], *arguments: Array) -> dict[str, Array]:
    """The results by name."""
    shapes = list(results.values())
    workspace = jax.ShapeDtypeStruct((target.workers, target.scratch), shapes[0].dtype)
    return dict(zip(results, jax.ffi.ffi_call(target.name, [*shapes, workspace])(*arguments)[:-1], strict=True))


def _merge(call: Any, size: int, batched: Any, *arguments: Any) -> tuple[Any, Any]:
    """The rule for `vmap`: the new axis is merged with the axis of the problems."""

    def merge(array, has_axis):
        wide = array if has_axis else jnp.broadcast_to(array, (size, *array.shape))
        return wide.reshape(size * wide.shape[1], *wide.shape[2:])

    out = call(*jax.tree.map(merge, arguments, tuple(batched)))
    split = jax.tree.map(lambda a: a.reshape(size, a.shape[0] // size, *a.shape[1:]), out)
    return split, jax.tree.map(lambda _: True, split)


@cache
def _registered_forward(program: _Program, size: _Size, given: tuple[str, ...]) -> _Target:
    sizes = _row_sizes(program, size.shape)
    scratch = program.loops.forward_scratch(size.shape, program.precision)
    arguments = (*_weights(size.shape), "z0", *given)
    results = ("forced", "z") if "keep" in given else ("z",)
    kind = "_".join(("forward", *given))
    body = lambda e, arrays, room: program.loops.emit_forward(e, size.shape, arrays, room)  # noqa: E731
    return _register(
        kind, program, size, {n: sizes[n] for n in arguments}, {n: sizes[n] for n in results}, scratch, body
    )


@cache
def _registered_adjoint(program: _Program, size: _Size, given: tuple[str, ...]) -> _Target:
    sizes = _row_sizes(program, size.shape)
    scratch = program.loops.adjoint_scratch(size.shape, program.precision)
    weights = _weights(size.shape)
    arguments = {name: sizes[name] for name in (*weights, *given, "forced", "z_bar")}
    results = {"driven": sizes["driven"], "into": sizes["into"]}
    if "duration" in given:
        results["lasting"] = sizes["duration"]
    results |= {f"d{name}": sizes[name] for name in weights}
    kind = "_".join(("adjoint", *given))
    body = lambda e, arrays, room: program.loops.emit_adjoint(e, size.shape, arrays, room)  # noqa: E731
    return _register(kind, program, size, arguments, results, scratch, body)


def _weights(shape: Shape) -> tuple[str, ...]:
    return tuple(name for name in Weights._fields if shape.mixed or name != "W2")


def _row_sizes(program: _Program, shape: Shape) -> dict[str, int]:
    """The number of values in each array for one row, or one problem."""
    lanes, M, L = program.precision.lanes, shape.latent, shape.hidden
    weights = {"A": M, "h1": M, "W1": L * M, "W2": L * M, "h2": L * program.loops.parameters}
    states = dict.fromkeys(("drive", "forced", "z", "z_bar", "driven", "into"), shape.time * M * lanes)
    signals = dict.fromkeys(("keep", "offset"), shape.time * shape.forced * lanes)
    return {**weights, **states, **signals, "z0": M * lanes, "duration": shape.time * lanes}


def _register(
    kind: str,
    program: _Program,
    size: _Size,
    arguments: dict[str, int],
    results: dict[str, int],
    scratch: int,
    body: Body,
) -> _Target:
    precision, shape, rows = program.precision, size.shape, size.problems * size.rows
    sizes = (size.problems, size.rows, *dataclasses.astuple(shape)[:4], precision.lanes, size.workers)
    units = program.loops.name + "_mixed" * shape.mixed
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

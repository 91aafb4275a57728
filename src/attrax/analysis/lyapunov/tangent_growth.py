"""Growth of tangent vectors along orbits: the numerical core of all Lyapunov exponents."""

from collections.abc import Callable
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from attrax.core.dynamics import AbstractDynamics

# Number of QR decompositions in one compiled call: so many that the overhead of a call is small, so few that progress
# can be shown.
_CHUNK = 512
# Growth below this share of the largest growth in an interval is smaller than the error of a flow's solver (1e-10).
_RESOLUTION = 1e-9


class Growth(NamedTuple):
    """The logarithms by which tangent vectors grew along each orbit.

    Attributes:
        log: Logarithm of the growth in each interval of `every` steps, not divided by time; -inf where the map is
            singular.
        z: The last state of each orbit.
        finite: Whether each orbit stayed finite; the growth of an orbit that did not is NaN.
        resolved: Whether all growth of each orbit is above the precision of float64.
    """

    log: Float[np.ndarray, "start interval axis"]
    z: Float[np.ndarray, "start latent"]
    finite: Bool[np.ndarray, " start"]
    resolved: Bool[np.ndarray, " start"]


class _Frame(NamedTuple):
    """States and orthonormal tangent vectors."""

    z: Float[Array, "start latent"]
    Q: Float[Array, "start latent axis"]
    finite: Bool[Array, " start"]


def tangent_growth(
    dynamics: AbstractDynamics,
    z0: Float[Array, "start latent"],
    n: int,
    *,
    k: int,
    transient: int,
    every: int,
    s: Float[Array, "time input"] | None,
    progress: Callable[[int, int], None] | None,
) -> Growth:
    """Carry `k` orthonormal tangent vectors along each orbit and record by how much they grow.

    $J_t Q_{t-1} = Q_t R_t$ with $J_t$ the Jacobian at state $t$; the growth is the diagonal of $R_t$. The vectors are
    moved by the derivative of `step`, so no Jacobian is formed: `k` vectors cost about as much as `k` steps. During the
    transient, while the vectors align with the directions of the orbit, growth is not recorded.

    Args:
        dynamics: The map, in float64; call this function inside `jax.enable_x64(True)`.
        z0: Initial states, one orbit each.
        n: Number of steps after the transient; a multiple of `every`.
        k: Number of tangent vectors.
        transient: Number of steps before that; a multiple of `every`.
        every: Number of steps between two QR decompositions.
        s: External inputs, one row for each step, the transient included.
        progress: Called with the number of steps done and their total.
    """
    starts, latent = z0.shape
    # Directions at random: along the axes, vectors would never leave one of two parts that do not act on each other.
    axes = np.linalg.qr(np.random.default_rng(0).normal(size=(latent, k)))[0]
    frame = _Frame(z0, jnp.broadcast_to(axes, (starts, latent, k)), jnp.ones(starts, bool))
    skip, wanted = transient // every, n // every
    rows = []
    # The transient ends where a call ends, so that every call is recorded as a whole or not at all.
    for first, last in [*_spans(0, skip), *_spans(skip, skip + wanted)]:
        frame, R = _carry(dynamics, frame, s, jnp.asarray(first), jnp.asarray(last - first), jnp.asarray(every))
        if first >= skip:
            rows.append(np.asarray(R)[: last - first])
        if progress is not None:
            progress(last * every, transient + n)
    R = np.moveaxis(np.concatenate(rows), 0, 1)
    finite = np.asarray(frame.finite)
    log, resolved = np.full(R.shape, np.nan), np.zeros(starts, bool)
    log[finite], resolved[finite] = _logarithms(R[finite])
    return Growth(log, np.asarray(frame.z), finite, resolved)


def _spans(first: int, last: int) -> list[tuple[int, int]]:
    return [(i, min(i + _CHUNK, last)) for i in range(first, last, _CHUNK)]


@eqx.filter_jit
def _carry(
    dynamics: AbstractDynamics,
    frame: _Frame,
    s: Float[Array, "time input"] | None,
    first: Int[Array, ""],
    count: Int[Array, ""],
    every: Int[Array, ""],
) -> tuple[_Frame, Float[Array, "chunk start axis"]]:
    """`count` intervals, starting with interval `first`; rows of the result beyond `count` are 1."""

    def move(z, Q, s_t):
        return jax.vmap(lambda q: jax.jvp(lambda y: dynamics.step(y, s_t), (z,), (q,)), 1, (None, 1))(Q)

    def advance(t, carried):
        z, Q = carried
        return jax.vmap(move, (0, 0, None))(z, Q, None if s is None else s[t])

    def interval(i, carried):
        frame, R = carried
        t = (first + i) * every
        z, V = jax.lax.fori_loop(t, t + every, advance, (frame.z, frame.Q))
        Q, factor = jnp.linalg.qr(V)
        finite = frame.finite & jnp.isfinite(z).all(axis=1)
        return _Frame(z, Q, finite), R.at[i].set(jnp.abs(jnp.diagonal(factor, axis1=1, axis2=2)))

    starts, _, k = frame.Q.shape
    return jax.lax.fori_loop(0, count, interval, (frame, jnp.ones((_CHUNK, starts, k))))


def _logarithms(
    R: Float[np.ndarray, "start interval axis"],
) -> tuple[Float[np.ndarray, "start interval axis"], Bool[np.ndarray, " start"]]:
    """Logarithms, -inf for values that are rounding errors of zero, and whether each orbit is resolved."""
    largest = R.max(axis=2, keepdims=True)
    # In a direction in which the map is singular, R is a rounding error: of the largest growth in this interval, or of
    # the usual growth if the map is singular in all directions.
    rounding = R.shape[2] * np.finfo(np.float64).eps * np.maximum(largest, np.median(largest, axis=1, keepdims=True))
    kept = rounding < R
    log = np.where(kept, np.log(np.where(kept, R, 1.0)), -np.inf)
    return log, (kept & (_RESOLUTION * largest < R)).all(axis=(1, 2))

"""Orbits of a continuous, piecewise-affine vector field, and the times at which they switch between linear regions.

In each region the flow is a matrix exponential. The functions here find the switching times and compute derivatives.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

ORDER = 12
"""Degree of the power series of an orbit."""

REACH = 1.0
"""The longest duration of a piece, times the norm of its matrix. The truncation error of the series is then below
1e-9."""

CELLS, REFINEMENTS = 2, 6

NODES = 4
"""Number of Gauss-Legendre nodes in a piece; the error of the integral over the longest piece is about 1e-7."""

Field = Callable[[Bool[Array, " hidden"]], tuple[Float[Array, "latent latent"], Float[Array, " latent"]]]


class OrbitPieces(NamedTuple):
    """The pieces of an orbit in the order of time; each lies in one linear region.

    Attributes:
        regions: The bits of the region of each piece; meaningless in unused entries.
        durations: The duration of each piece; 0 in unused entries. Their sum is the whole duration.
        starts: The state at the start of each piece.
        complete: False if there were not enough pieces; then the last region was used for the rest of the time.
    """

    regions: Bool[Array, "place hidden"]
    durations: Float[Array, " place"]
    starts: Float[Array, "place latent"]
    complete: Bool[Array, ""]


class TracedOrbit(NamedTuple):
    """The end of an orbit and its pieces.

    Attributes:
        z: The state at the end.
        passage: The pieces of the orbit.
    """

    z: Float[Array, " latent"]
    passage: OrbitPieces


class _TraceState(NamedTuple):
    z: Float[Array, " latent"]
    region: Bool[Array, " hidden"]
    left: Float[Array, ""]
    pieces: Int[Array, ""]
    passage: OrbitPieces


def trace(
    field: Field,
    borders: tuple[Float[Array, "hidden latent"], Float[Array, " hidden"]],
    z: Float[Array, " latent"],
    duration: Float[Array, ""],
    max_pieces: int,
) -> TracedOrbit:
    r"""Follow an orbit of $\dot z = M_r z + b_r$ through the regions r for a given time.

    In a region the orbit is the power series $z(t) = \sum_k c_k t^k / k!$ with $c_{k+1} = M_r c_k$. The drive of each
    hidden unit is then a known polynomial; its first root is bracketed on a grid and refined to rounding precision. The
    grid contains turning points of the polynomials, so a short crossing between two grid points is found too.

    Args:
        field: Function that returns matrix $M_r$ and offset $b_r$ of the field in a region.
        borders: Normals and offsets of the borders; bit i of a region is true where `normals[i] @ z + offsets[i] > 0`.
        z: The state at the start.
        duration: Duration of the orbit.
        max_pieces: Largest number of pieces. A piece ends at a border, or where its series becomes inaccurate.

    Cost: O(order * latent * (latent + hidden)) for each piece.
    """
    normals, offsets = borders
    region = normals @ z + offsets > 0
    none = OrbitPieces(
        regions=jnp.zeros((max_pieces, len(region)), bool),
        durations=jnp.zeros(max_pieces, z.dtype),
        starts=jnp.zeros((max_pieces, len(z)), z.dtype),
        complete=jnp.asarray(True),
    )

    def going(now: _TraceState) -> Bool[Array, ""]:
        return (now.left > 0) & (now.pieces < max_pieces)

    def travel(now: _TraceState) -> _TraceState:
        matrix, offset = field(now.region)
        reach = jnp.minimum(now.left, REACH / jnp.abs(matrix).sum(axis=1).max())
        series = power_series(matrix, offset, now.z, reach)
        share, unit = first_crossing((series @ normals.T).at[0].add(offsets), now.region)
        crosses = share < 1
        spent = jnp.where(crosses, share, 1) * reach
        complete = (now.pieces + 1 < max_pieces) | (spent >= now.left)
        spent = jnp.where(complete, spent, now.left)
        passage = OrbitPieces(
            regions=now.passage.regions.at[now.pieces].set(now.region),
            durations=now.passage.durations.at[now.pieces].set(spent),
            starts=now.passage.starts.at[now.pieces].set(now.z),
            complete=complete,
        )
        z = polynomial(series, spent / reach)
        region = now.region ^ (crosses & (jnp.arange(len(now.region)) == unit))
        return _TraceState(z, region, now.left - spent, now.pieces + 1, passage)

    start = _TraceState(z, region, jnp.asarray(duration, z.dtype), jnp.asarray(0, jnp.int32), none)
    end = jax.lax.while_loop(going, travel, start)
    return TracedOrbit(end.z, end.passage)


class Sensitivity(NamedTuple):
    r"""The derivative of the end of an orbit with respect to its start and to the vector field.

    $\delta z_T = \Phi \, \delta z_0 + \sum_i K_i \, \delta f(z_i)$

    Attributes:
        propagator: The matrix $\Phi$.
        z: Quadrature nodes $z_i$ on the orbit, the same number in each piece.
        regions: The region of each node.
        kicks: The matrices $K_i$: the propagator from $z_i$ to the end, times the quadrature weight of $z_i$.
    """

    propagator: Float[Array, "latent latent"]
    z: Float[Array, "node latent"]
    regions: Bool[Array, "node hidden"]
    kicks: Float[Array, "node latent latent"]


def sensitivity(field: Field, passage: OrbitPieces) -> Sensitivity:
    r"""Compute the derivative of the end of an orbit with respect to its start and to the vector field f.

    $\delta z_T = \Phi_{T,0} \, \delta z_0 + \int \Phi_{T,t} \, \delta f(z_t) \, dt$

    The vector field is continuous across borders, so a change of a switching time has no effect to first order. The
    integral is a Gauss-Legendre sum in each piece. The result is linear in the perturbations, so reverse-mode
    differentiation costs no more than forward mode.

    Args:
        field: Function that returns matrix and offset of the field in a region.
        passage: The pieces of the orbit.

    Cost: O(order * latent^3) for each piece.
    """
    places, latent = passage.starts.shape
    dtype = passage.starts.dtype
    shares, weights = gauss_legendre(NODES)
    powers = jnp.asarray(np.append(shares, 1.0)[:, None] ** np.arange(ORDER + 1), dtype)

    def going(now: tuple) -> Bool[Array, ""]:
        return now[0] >= 0

    def back(now: tuple) -> tuple:
        place, propagator, z, kicks = now
        matrix, offset = field(passage.regions[place])
        duration = passage.durations[place]
        flow = jnp.tensordot(powers, exponential_series(matrix, offset, duration), 1)
        at_nodes = flow[:-1, :, :-1] @ passage.starts[place] + flow[:-1, :, -1]
        # Nodes are symmetric in a piece: the time after a node equals the time before its mirror image.
        after = propagator @ flow[-2::-1, :, :-1]
        kicks = kicks.at[place].set(duration * jnp.asarray(weights, dtype)[:, None, None] * after)
        return place - 1, propagator @ flow[-1, :, :-1], z.at[place].set(at_nodes), kicks

    last = jnp.max(jnp.where(passage.durations > 0, jnp.arange(places), -1))
    nothing = jnp.zeros((places, NODES, latent), dtype)
    start = last, jnp.eye(latent, dtype=dtype), nothing, jnp.zeros((places, NODES, latent, latent), dtype)
    _, propagator, z, kicks = jax.lax.while_loop(going, back, start)
    regions = jnp.repeat(passage.regions, NODES, axis=0)
    return Sensitivity(propagator, z.reshape(-1, latent), regions, kicks.reshape(-1, latent, latent))


def exponential_series(
    matrix: Float[Array, "latent latent"], offset: Float[Array, " latent"], stretch: Float[Array, ""]
) -> Float[Array, "order latent augmented"]:
    """Matrix and offset of the flow, as polynomials of the elapsed fraction of the duration `stretch`."""
    affine = stretch * jnp.concatenate([matrix, offset[:, None]], axis=1)
    terms = [jnp.eye(*affine.shape, dtype=affine.dtype), affine]
    for k in range(2, ORDER + 1):
        terms.append(stretch / k * (matrix @ terms[-1]))
    return jnp.stack(terms)


def gauss_legendre(nodes: int) -> tuple[Float[np.ndarray, " node"], Float[np.ndarray, " node"]]:
    """Nodes and weights of Gauss-Legendre quadrature on (0, 1)."""
    x, weights = np.polynomial.legendre.leggauss(nodes)
    return (x + 1) / 2, weights / 2


def power_series(
    matrix: Float[Array, "latent latent"],
    offset: Float[Array, " latent"],
    z: Float[Array, " latent"],
    stretch: Float[Array, ""],
) -> Float[Array, "order latent"]:
    """Coefficients of the orbit as a polynomial of the elapsed fraction of the duration `stretch`."""
    terms = [z, stretch * (matrix @ z + offset)]
    for k in range(2, ORDER + 1):
        terms.append(stretch / k * (matrix @ terms[-1]))
    return jnp.stack(terms)


def polynomial(coefficients: Float[Array, "..."], t: Float[Array, "..."]) -> Float[Array, "..."]:
    """Values of polynomials at `t` by Horner's rule; row k holds the coefficients of the k-th power."""
    value = coefficients[-1] * jnp.ones_like(t)
    for coefficient in coefficients[-2::-1]:
        value = value * t + coefficient
    return value


def first_crossing(
    drive: Float[Array, "order hidden"], region: Bool[Array, " hidden"]
) -> tuple[Float[Array, ""], Int[Array, ""]]:
    """The time in (0, 1) at which the first hidden unit crosses its border, and its index. The time is 2 if none does.

    Args:
        drive: Polynomial coefficients of the drive of each unit.
        region: Which units are active at the start.
    """
    slope = drive[1:] * jnp.arange(1, len(drive), dtype=drive.dtype)[:, None]
    points = _points(slope)
    outside = (jax.vmap(polynomial, (None, 0))(drive, points) > 0) != region
    place = jnp.argmax(outside[1:], axis=0)
    units = jnp.arange(len(region))
    low, high = points[place, units], points[place + 1, units]

    def refine(_, bracket):
        low, high, t = bracket
        value = polynomial(drive, t)
        passed = (value > 0) != region
        low, high = jnp.where(passed, low, t), jnp.where(passed, t, high)
        newton = t - value / polynomial(slope, t)
        return low, high, jnp.where((newton >= low) & (newton <= high), newton, (low + high) / 2)

    root = jax.lax.fori_loop(0, REFINEMENTS, refine, (low, high, (low + high) / 2))[2]
    root = jnp.where(outside[1:].any(axis=0), root, 2)
    unit = jnp.argmin(root)
    return root[unit], unit


def _points(slope: Float[Array, "order hidden"]) -> Float[Array, "point hidden"]:
    """A grid of times for each unit, with one more point in each cell: a turning point of the drive, or the middle."""
    hidden = slope.shape[1]
    grid = jnp.broadcast_to(jnp.linspace(0, 1, CELLS + 1, dtype=slope.dtype)[:, None], (CELLS + 1, hidden))
    at_grid = jax.vmap(polynomial, (None, 0))(slope, grid)
    before, after = at_grid[:-1], at_grid[1:]
    turns = before * after < 0
    share = jnp.where(turns, before / jnp.where(turns, before - after, 1), 0.5)
    between = grid[:-1] + share / CELLS
    mixed = jnp.stack([grid[:-1], between], axis=1).reshape(2 * CELLS, hidden)
    return jnp.concatenate([mixed, grid[-1:]])

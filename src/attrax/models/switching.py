"""Switching: where an orbit of a continuous, piecewise-affine vector field passes from one linear region to the next.

Inside a region the field is affine, and its flow is an exponential; what remains to be found are the moments at which
the orbit crosses a border.
"""

from collections.abc import Callable
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from attrax.core import small_matrix

ORDER = 12
"""Degree of the power series of an orbit."""

REACH = 1.0
"""The longest piece, in units of one over the norm of its matrix; what a series cuts off is then below 1e-9."""

CELLS, REFINEMENTS = 2, 6

Field = Callable[[Bool[Array, " hidden"]], tuple[Float[Array, "latent latent"], Float[Array, " latent"]]]


class Passage(NamedTuple):
    """The pieces of an orbit, one after the other; each lies inside a linear region.

    Attributes:
        regions: The bits of the region of each piece; unused places hold anything.
        durations: How long each piece takes; 0 in unused places. They sum to the whole duration.
        complete: Whether there were pieces enough. Otherwise the last region was kept for the time that was left.
    """

    regions: Bool[Array, "place hidden"]
    durations: Float[Array, " place"]
    complete: Bool[Array, ""]


class Travel(NamedTuple):
    """Where an orbit has come to, and how.

    Attributes:
        z: The state at the end.
        passage: The pieces of the orbit.
    """

    z: Float[Array, " latent"]
    passage: Passage


class _Traveller(NamedTuple):
    z: Float[Array, " latent"]
    region: Bool[Array, " hidden"]
    left: Float[Array, ""]
    pieces: Int[Array, ""]
    passage: Passage


def trace(
    field: Field,
    borders: tuple[Float[Array, "hidden latent"], Float[Array, " hidden"]],
    z: Float[Array, " latent"],
    duration: Float[Array, ""],
    max_pieces: int,
) -> Travel:
    r"""Follow an orbit of $\dot z = M_r z + b_r$ through the regions r for a given time.

    An orbit inside a region is the power series $z(t) = \sum_k c_k t^k / k!$ with $c_{k+1} = M_r c_k$, so the drive of
    each hidden unit is a known polynomial, whose first root is bracketed and refined to rounding. A unit that touches
    its border between two points of the grid is noticed at the turning point.

    Args:
        field: Matrix and offset of the field in a region.
        borders: Bit i of a region is true where `normals[i] @ z + offsets[i] > 0`.
        z: Where the orbit starts.
        duration: How long it is followed.
        max_pieces: A piece ends at a border, or where its series would become inaccurate.

    Cost: O(order * latent * (latent + hidden)) for each piece.
    """
    normals, offsets = borders
    region = normals @ z + offsets > 0
    none = Passage(jnp.zeros((max_pieces, len(region)), bool), jnp.zeros(max_pieces, z.dtype), jnp.asarray(True))

    def going(now: _Traveller) -> Bool[Array, ""]:
        return (now.left > 0) & (now.pieces < max_pieces)

    def travel(now: _Traveller) -> _Traveller:
        matrix, offset = field(now.region)
        reach = jnp.minimum(now.left, REACH / jnp.abs(matrix).sum(axis=1).max())
        series = power_series(matrix, offset, now.z, reach)
        share, unit = first_crossing((series @ normals.T).at[0].add(offsets), now.region)
        crosses = share < 1
        spent = jnp.where(crosses, share, 1) * reach
        complete = (now.pieces + 1 < max_pieces) | (spent >= now.left)
        spent = jnp.where(complete, spent, now.left)
        regions = now.passage.regions.at[now.pieces].set(now.region)
        passage = Passage(regions, now.passage.durations.at[now.pieces].set(spent), complete)
        z = polynomial(series, spent / reach)
        region = now.region ^ (crosses & (jnp.arange(len(now.region)) == unit))
        return _Traveller(z, region, now.left - spent, now.pieces + 1, passage)

    start = _Traveller(z, region, jnp.asarray(duration, z.dtype), jnp.asarray(0, jnp.int32), none)
    end = jax.lax.while_loop(going, travel, start)
    return Travel(end.z, end.passage)


def along(
    field: Field, z: Float[Array, " latent"], passage: Passage, extra: Float[Array, ""]
) -> Float[Array, " latent"]:
    """The end of an orbit whose pieces are known, as a function that can be differentiated.

    The field is continuous across borders. Moving a switching time therefore does not move the end of an orbit to first
    order, and the derivative with the durations held is exact.

    Args:
        field: Matrix and offset of the field in a region.
        z: Where the orbit starts.
        passage: Its pieces.
        extra: Time added to the last piece.
    """
    last = jnp.maximum(jnp.sum(passage.durations > 0) - 1, 0)
    durations = passage.durations.at[last].add(extra)

    def piece(z, place):
        matrix, offset, duration = place
        term = duration * (small_matrix.apply(matrix, z) + offset)
        z = z + term
        for k in range(2, ORDER + 1):
            term = duration / k * small_matrix.apply(matrix, term)
            z = z + term
        return z, None

    return jax.lax.scan(piece, z, (*jax.vmap(field)(passage.regions), durations))[0]


def power_series(
    matrix: Float[Array, "latent latent"],
    offset: Float[Array, " latent"],
    z: Float[Array, " latent"],
    stretch: Float[Array, ""],
) -> Float[Array, "order latent"]:
    """Coefficients of the orbit as a polynomial of the share of `stretch` that has passed."""
    terms = [z, stretch * (small_matrix.apply(matrix, z) + offset)]
    for k in range(2, ORDER + 1):
        terms.append(stretch / k * small_matrix.apply(matrix, terms[-1]))
    return jnp.stack(terms)


def polynomial(coefficients: Float[Array, "..."], t: Float[Array, "..."]) -> Float[Array, "..."]:
    """The values at `t`, by Horner's rule; coefficients in rows. Polynomials take a point each, or share one."""
    value = coefficients[-1] * jnp.ones_like(t)
    for coefficient in coefficients[-2::-1]:
        value = value * t + coefficient
    return value


def first_crossing(
    drive: Float[Array, "order hidden"], region: Bool[Array, " hidden"]
) -> tuple[Float[Array, ""], Int[Array, ""]]:
    """When, in (0, 1), the first hidden unit changes sides, and which; 2 if none does.

    Args:
        drive: Coefficients of the drive of each unit.
        region: Which units are active to begin with.
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
    """A grid for each unit, and between its points either the middle or where the drive turns round."""
    hidden = slope.shape[1]
    grid = jnp.broadcast_to(jnp.linspace(0, 1, CELLS + 1, dtype=slope.dtype)[:, None], (CELLS + 1, hidden))
    at_grid = jax.vmap(polynomial, (None, 0))(slope, grid)
    before, after = at_grid[:-1], at_grid[1:]
    turns = before * after < 0
    share = jnp.where(turns, before / jnp.where(turns, before - after, 1), 0.5)
    between = grid[:-1] + share / CELLS
    mixed = jnp.stack([grid[:-1], between], axis=1).reshape(2 * CELLS, hidden)
    return jnp.concatenate([mixed, grid[-1:]])
